#include "pushd/stream/subscriber.h"

#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "pushd/admin/metrics.h"
#include "pushd/clients/revocations.h"
#include "pushd/commands/command.h"
#include "pushd/engine/handshake.h"
#include "pushd/engine/session.h"
#include "pushd/engine/tally.h"
#include "pushd/gateway/gateway.h"
#include "pushd/net/loop.h"
#include "pushd/peers/peer.h"
#include "pushd/stream/catchup.h"
#include "pushd/stream/distributor.h"
#include "pushd/stream/ring.h"
#include "shared/auth/token.h"
#include "shared/base/buffer.h"
#include "shared/base/clock.h"
#include "shared/base/log.h"
#include "shared/base/memory.h"
#include "shared/json.h"
#include "shared/model/error.h"
#include "shared/model/role.h"

void subscriber_set_identity(struct subscriber *subscriber, const struct identity *identity)
{
    free(subscriber->user_id);
    free(subscriber->token_id);
    subscriber->user_id = memory_copy_text(identity->user_id);
    subscriber->token_id = identity->token_id[0] ? memory_copy_text(identity->token_id) : NULL;
    subscriber->issued_at = identity->issued_at;
    subscriber->expires_at = identity->expires_at;
    subscriber->roles = identity->roles;
}

struct subscriber *subscriber_create(struct gateway *gateway, struct peer *peer,
                                     const struct identity *identity)
{
    struct subscriber *subscriber = memory_allocate(sizeof *subscriber);

    subscriber->gateway = gateway;
    subscriber->peer = peer;
    subscriber->wire = peer_wire(peer);
    subscriber->references = 1;
    subscriber->since_ms = clock_wall_ms();
    subscriber_set_identity(subscriber, identity);
    DL_APPEND(gateway->subscribers, subscriber);
    return subscriber;
}

struct subscriber *subscriber_ref(struct subscriber *subscriber)
{
    subscriber->references++;
    return subscriber;
}

void subscriber_unref(struct subscriber **subscriber)
{
    if (*subscriber && --(*subscriber)->references == 0) {
        free((*subscriber)->user_id);
        free((*subscriber)->token_id);
        free(*subscriber);
    }
    *subscriber = NULL;
}

void subscriber_detach(struct subscriber **subscriber)
{
    struct gateway *gateway = (*subscriber)->gateway;

    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++)
        hub_leave(&gateway->hub, *subscriber, channel);
    catchup_end(gateway->catchup, *subscriber);
    command_forget_deferred(*subscriber);
    timer_free(&(*subscriber)->expiry);
    tally_remove(&gateway->users, &(*subscriber)->of_user);
    if ((*subscriber)->accepted && !(*subscriber)->replaced)
        HASH_DEL(gateway->by_pid, *subscriber);
    DL_DELETE(gateway->subscribers, *subscriber);
    (*subscriber)->peer = NULL;
    subscriber_unref(subscriber);
}

int64_t subscriber_position(const struct subscriber *subscriber)
{
    return subscriber->follow == FOLLOW_LIVE
               ? distributor_position(subscriber->gateway->distributor)
               : subscriber->position;
}

void subscriber_push_slot(struct subscriber *subscriber, enum push push, const char *payload,
                          size_t length, unsigned slot)
{
    const struct gateway *gateway = subscriber->gateway;
    struct push_frame push_frame;
    struct frame *frame;
    char cursor[CURSOR_SIZE];

    if (!subscriber->peer)
        return;
    subscriber->told = subscriber_position(subscriber);
    cursor_format(cursor, distributor_ring(gateway->distributor)->epoch, subscriber->told);
    push_frame_init(&push_frame, push, payload, length, cursor,
                    gateway->settings->websocket_namespace);
    frame = push_frame_get(&push_frame, subscriber->wire);
    if (slot)
        peer_send_conflated(subscriber->peer, frame, slot);
    else
        peer_send(subscriber->peer, frame);
    metrics_count(METRIC_DELIVERIES + (size_t)push);
    push_frame_deinit(&push_frame);
}

void subscriber_push(struct subscriber *subscriber, enum push push, const char *payload,
                     size_t length)
{
    metrics_count(METRIC_PUSHES + (size_t)push);
    subscriber_push_slot(subscriber, push, payload, length, 0);
}

void subscriber_push_place(struct subscriber *subscriber, enum push push)
{
    struct buffer payload;
    char cursor[CURSOR_SIZE];

    cursor_format(cursor, distributor_ring(subscriber->gateway->distributor)->epoch,
                  subscriber_position(subscriber));
    buffer_init(&payload);
    buffer_append_format(&payload, "{\"cursor\":\"%s\"}", cursor);
    subscriber_push(subscriber, push, payload.data, payload.length);
    buffer_deinit(&payload);
}

void subscriber_sync_ready(struct subscriber *subscriber)
{
    subscriber_push_place(subscriber, PUSH_SYNC_READY);
}

void subscriber_log_about(const struct subscriber *subscriber)
{
    log_about(session_handshake(peer_session(subscriber->peer))->request_id);
}

void subscriber_log_channels(const struct subscriber *subscriber, const char *channels)
{
    subscriber_log_about(subscriber);
    log_write(LOG_INFO_LEVEL, "WebSocketGateway",
              "Client subscribed to channels: channels=[%s], clientId=%s, userId=%s", channels,
              peer_id(subscriber->peer), subscriber->user_id);
    log_about(NULL);
}

bool subscriber_catch_up(struct subscriber *subscriber, const struct stream_row *row,
                         struct push_frame *push_frame)
{
    if (hub_wants(subscriber, row)) {
        struct frame *frame = push_frame_get(push_frame, subscriber->wire);

        if (!peer_fits(subscriber->peer, frame)) {
            catchup_park(subscriber->gateway->catchup, subscriber);
            return false;
        }
        peer_send(subscriber->peer, frame);
        metrics_count(METRIC_DELIVERIES + (size_t)row->push);
        subscriber->told = row->id;
    }
    subscriber->position = row->id;
    return true;
}

void subscriber_gap_from(struct subscriber *subscriber, const char *from, const char *reason,
                         int64_t to)
{
    const struct ring *ring = distributor_ring(subscriber->gateway->distributor);
    struct buffer payload;
    char cursor[CURSOR_SIZE];

    metrics_count(METRIC_GAPS + metrics_gap(reason));
    if (subscriber->follow != FOLLOW_LIVE)
        subscriber->position = to;
    cursor_format(cursor, ring->epoch, to);
    buffer_init(&payload);
    buffer_append_text(&payload, "{\"from\":");
    if (from)
        json_append_string(&payload, from, strlen(from));
    else
        buffer_append_text(&payload, "null");
    buffer_append_format(&payload, ",\"to\":\"%s\",\"reason\":\"%s\"}", cursor, reason);
    subscriber_push(subscriber, PUSH_SYNC_GAP, payload.data, payload.length);
    buffer_deinit(&payload);
}

void subscriber_gap(struct subscriber *subscriber, const char *reason, int64_t to)
{
    const struct ring *ring = distributor_ring(subscriber->gateway->distributor);
    char from[CURSOR_SIZE];

    cursor_format(from, ring->epoch, subscriber_position(subscriber));
    subscriber_gap_from(subscriber, from, reason, to);
}

static void subscription_ended(struct subscriber *subscriber, enum channel channel)
{
    struct buffer payload;

    buffer_init(&payload);
    buffer_append_format(&payload, "{\"channel\":\"%s\",\"code\":\"%s\"}", channel_name(channel),
                         error_code_text(ERROR_FORBIDDEN));
    subscriber_push(subscriber, PUSH_SUBSCRIPTION_ENDED, payload.data, payload.length);
    buffer_deinit(&payload);
}

void subscriber_subscriptions_ended(struct subscriber *subscriber, unsigned channels)
{
    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++) {
        if (channels & (1u << channel))
            subscription_ended(subscriber, channel);
    }
}

void subscriber_replace(struct subscriber *subscriber)
{
    HASH_DEL(subscriber->gateway->by_pid, subscriber);
    subscriber->replaced = true;
    peer_close(subscriber->peer, CLOSE_REPLACED);
}

bool subscriber_is_revoked(const struct subscriber *subscriber)
{
    return subscriber->expires_at > 0 &&
           revocations_covers(subscriber->gateway->revocations, subscriber->token_id,
                              subscriber->user_id, subscriber->issued_at);
}

char *subscriber_roles_array(const struct subscriber *subscriber)
{
    struct buffer array;

    buffer_init(&array);
    roles_append_array(&array, subscriber->roles);
    return buffer_take(&array);
}
