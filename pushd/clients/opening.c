#include "pushd/clients/opening.h"

#include <stdio.h>
#include <string.h>

#include "pushd/admin/metrics.h"
#include "pushd/clients/durable.h"
#include "pushd/clients/durable_row.h"
#include "pushd/clients/expiry.h"
#include "pushd/engine/handshake.h"
#include "pushd/engine/session.h"
#include "pushd/gateway/gateway.h"
#include "pushd/gateway/initial.h"
#include "pushd/peers/peer.h"
#include "pushd/stream/catchup.h"
#include "pushd/stream/distributor.h"
#include "pushd/stream/ring.h"
#include "pushd/stream/subscriber.h"
#include "shared/auth/access.h"
#include "shared/base/buffer.h"
#include "shared/base/log.h"
#include "shared/base/memory.h"
#include "shared/db/columns.h"
#include "shared/db/database.h"
#include "shared/model/error.h"
#include "shared/model/filter.h"
#include "shared/model/selection.h"

/* Why the stream can't be told from a cursor on; NULL: it can, and *place says from where. */
static const char *gap_reason(const struct gateway *gateway, const char *text, int64_t floor,
                              int64_t *place)
{
    const struct ring *ring = distributor_ring(gateway->distributor);
    int64_t now = distributor_position(gateway->distributor);
    struct cursor cursor;
    const char *reason = NULL;

    *place = now;
    if (!cursor_parse(text, &cursor))
        reason = "invalid";
    else if (strcmp(cursor.epoch, ring->epoch) != 0)
        reason = "epoch";
    else if (cursor.position > now && cursor.position > ring->end)
        reason = "invalid";
    else if (cursor.position < floor) {
        reason = "retention";
        *place = floor;
    } else
        *place = cursor.position;
    return reason;
}

static const char *shown(const char *cursor)
{
    return cursor_is_showable(cursor) ? cursor : NULL;
}

void opening_hold(struct subscriber *subscriber, const char *cursor)
{
    int64_t place;
    const char *reason = gap_reason(subscriber->gateway, cursor, 0, &place);

    if (reason) {
        subscriber_gap_from(subscriber, shown(cursor), reason, place);
        return;
    }
    subscriber->follow = FOLLOW_HELD;
    subscriber->position = place;
}

/* The newer connection of a session wins. */
static void replace_older(struct subscriber *subscriber)
{
    struct gateway *gateway = subscriber->gateway;
    struct subscriber *older;

    HASH_FIND_STR(gateway->by_pid, subscriber->pid, older);
    if (older)
        subscriber_replace(older);
}

static void let_in(struct subscriber *subscriber)
{
    replace_older(subscriber);
    HASH_ADD_STR(subscriber->gateway->by_pid, pid, subscriber);
    subscriber->accepted = true;
    peer_accept(subscriber->peer, subscriber->pid);
    metrics_count(METRIC_JOINS);
    subscriber_log_about(subscriber);
    log_write(LOG_INFO_LEVEL, "WebSocketGateway",
              "WebSocket client connected: clientId=%s, userId=%s", peer_id(subscriber->peer),
              subscriber->user_id);
    log_about(NULL);
}

/* Its first words, and what is due to it from its place on. */
static void begin(struct subscriber *subscriber, unsigned ended, bool listens)
{
    struct gateway *gateway = subscriber->gateway;

    subscriber_sync_ready(subscriber);
    expiry_start(subscriber);
    subscriber_subscriptions_ended(subscriber, ended);
    if (subscriber->follow == FOLLOW_HELD && listens)
        catchup_begin(gateway->catchup, subscriber);
    durable_touch(gateway->durable, subscriber);
}

/* An event stream subscribes by coming in. */
static void log_selected(const struct subscriber *subscriber, unsigned channels)
{
    struct buffer list;

    buffer_init(&list);
    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++) {
        if (channels & (1u << channel))
            buffer_append_format(&list, "%s'%s'", list.length ? "," : "", channel_name(channel));
    }
    subscriber_log_channels(subscriber, list.data);
    buffer_deinit(&list);
}

static void opened(struct change *change, bool committed)
{
    struct subscriber *subscriber = change->call.subscriber;

    if (!committed) {
        metrics_count(METRIC_JOINS + ERROR_UNAVAILABLE);
        peer_close(subscriber->peer, CLOSE_UNAVAILABLE);
        return;
    }
    let_in(subscriber);
    if (subscriber->wire == WIRE_SSE)
        log_selected(subscriber, change->joins);
    if (change->gap_reason)
        subscriber_gap_from(subscriber, change->cursor, change->gap_reason, change->place);
    else if (change->cursor)
        opening_hold(subscriber, change->cursor);
    begin(subscriber, change->ended, change->joins);
    initial_request(subscriber->gateway->initial, subscriber, change->joins);
}

struct restoring {
    struct subscriber *subscriber;
    struct change *change; /* NULL: straight into the hub */
    unsigned ended;
};

static void restore(void *context, enum channel channel, struct filter *filter)
{
    struct restoring *restoring = context;
    struct subscriber *subscriber = restoring->subscriber;

    if (!access_channel(subscriber->gateway->settings, channel, subscriber->roles)) {
        restoring->ended |= 1u << channel;
        filter_free(&filter);
    } else if (restoring->change) {
        restoring->change->joins |= 1u << channel;
        restoring->change->filters[channel] = filter;
    } else
        hub_join(&subscriber->gateway->hub, subscriber, channel, filter);
}

static struct selection *selection_of(const struct subscriber *subscriber)
{
    return session_handshake(peer_session(subscriber->peer))->selection;
}

/* What an event stream asks for with its request. */
static void restore_selection(struct restoring *restoring)
{
    struct selection *selection = selection_of(restoring->subscriber);

    for (enum channel channel = 0; selection && channel < CHANNEL_COUNT; channel++) {
        if (!(selection->channels & (1u << channel)))
            continue;
        restore(restoring, channel, selection->filters[channel]);
        selection->filters[channel] = NULL;
    }
}

bool opening_is_allowed(const struct subscriber *subscriber)
{
    const struct selection *selection = selection_of(subscriber);

    for (enum channel channel = 0; selection && channel < CHANNEL_COUNT; channel++) {
        if ((selection->channels & (1u << channel)) &&
            access_channel(subscriber->gateway->settings, channel, subscriber->roles))
            return true;
    }
    return !selection;
}

void opening_fresh(struct subscriber *subscriber, const char *cursor, const char *offset)
{
    struct change *change = change_create(subscriber, opened);
    struct restoring restoring = {subscriber, change, 0};

    identifier_make(subscriber->pid);
    restore_selection(&restoring);
    change->ended = restoring.ended;
    if (!cursor && offset)
        change->gap_reason = gap_reason(subscriber->gateway, offset, 0, &change->place);
    change->cursor = memory_copy_text(change->gap_reason ? shown(offset) : cursor);
    durable_submit(subscriber->gateway->durable, change);
}

void opening_again(struct subscriber *subscriber, const char *pid, const char *sid,
                   const char *cursor)
{
    struct restoring restoring = {subscriber, NULL, 0};

    snprintf(subscriber->pid, sizeof subscriber->pid, "%s", pid);
    peer_set_id(subscriber->peer, sid);
    restore_selection(&restoring);
    metrics_count(METRIC_RESUMES);
    let_in(subscriber);
    opening_hold(subscriber, cursor);
    begin(subscriber, restoring.ended, true);
}

static void resume(struct subscriber *subscriber, const struct database_answer *answer, int row,
                   int64_t place, bool held)
{
    struct restoring restoring = {subscriber, NULL, 0};

    snprintf(subscriber->pid, sizeof subscriber->pid, "%s",
             database_text(answer, row, SESSION_PID));
    peer_set_id(subscriber->peer, database_text(answer, row, SESSION_SID));
    subscriber->follow = FOLLOW_HELD;
    subscriber->position = place;
    durable_row_subscriptions(database_text(answer, row, SESSION_SUBSCRIPTIONS), restore,
                              &restoring);
    let_in(subscriber);
    begin(subscriber, restoring.ended, !held || hub_has_any(subscriber));
}

void opening_resume(struct subscriber *subscriber, const struct database_answer *answer, int row,
                    const char *offset, int64_t floor, bool held)
{
    struct gateway *gateway = subscriber->gateway;
    int64_t place = distributor_position(gateway->distributor);
    const char *reason = offset ? gap_reason(gateway, offset, floor, &place) : NULL;
    struct change *change;

    if (!reason) {
        metrics_count(METRIC_RESUMES);
        resume(subscriber, answer, row, place, held);
        return;
    }
    change = change_create(subscriber, opened);
    identifier_make(subscriber->pid);
    change->gap_reason = reason;
    change->cursor = memory_copy_text(shown(offset));
    change->place = place;
    {
        struct restoring restoring = {subscriber, change, 0};

        durable_row_subscriptions(database_text(answer, row, SESSION_SUBSCRIPTIONS), restore,
                                  &restoring);
        change->ended = restoring.ended;
    }
    subscriber->follow = FOLLOW_HELD;
    subscriber->position = place;
    durable_end(gateway->durable, database_text(answer, row, SESSION_PID));
    durable_submit(gateway->durable, change);
}
