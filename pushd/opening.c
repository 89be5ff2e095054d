#include "pushd/opening.h"

#include <stdio.h>
#include <string.h>

#include "pushd/catchup.h"
#include "pushd/distributor.h"
#include "pushd/durable.h"
#include "pushd/durable_row.h"
#include "pushd/expiry.h"
#include "pushd/gateway.h"
#include "pushd/initial.h"
#include "pushd/peer.h"
#include "pushd/ring.h"
#include "pushd/subscriber.h"
#include "shared/auth/access.h"
#include "shared/base/buffer.h"
#include "shared/base/log.h"
#include "shared/base/memory.h"
#include "shared/db/columns.h"
#include "shared/db/database.h"
#include "shared/model/error.h"
#include "shared/model/filter.h"

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
    log_write(LOG_INFO_LEVEL, "WebSocketGateway",
              "WebSocket client connected: clientId=%s, userId=%s", peer_id(subscriber->peer),
              subscriber->user_id);
}

/* An event stream subscribes right after it was let in: its channels hold from the place that its
 * first words name, though rows may come in between. */
static void hold_here(struct subscriber *subscriber)
{
    if (subscriber->follow != FOLLOW_LIVE)
        return;
    subscriber->follow = FOLLOW_HELD;
    subscriber->position = distributor_position(subscriber->gateway->distributor);
}

static void opened(struct change *change, bool committed)
{
    struct subscriber *subscriber = change->call.subscriber;

    if (!committed) {
        peer_close(subscriber->peer, CLOSE_UNAVAILABLE);
        return;
    }
    let_in(subscriber);
    if (change->gap_reason)
        subscriber_gap_from(subscriber, change->cursor, change->gap_reason, change->place);
    else if (change->cursor)
        opening_hold(subscriber, change->cursor);
    if (subscriber->wire == WIRE_SSE)
        hold_here(subscriber);
    subscriber_sync_ready(subscriber);
    expiry_start(subscriber);
    subscriber_subscriptions_ended(subscriber, change->ended);
    if (subscriber->follow == FOLLOW_HELD && change->joins)
        catchup_begin(subscriber->gateway->catchup, subscriber);
    initial_request(subscriber->gateway->initial, subscriber, change->joins);
    durable_touch(subscriber->gateway->durable, subscriber);
}

void opening_fresh(struct subscriber *subscriber, const char *cursor, const char *offset)
{
    struct change *change = change_create(subscriber, opened);

    identifier_make(subscriber->pid);
    if (!cursor && offset)
        change->gap_reason = gap_reason(subscriber->gateway, offset, 0, &change->place);
    change->cursor = memory_copy_text(change->gap_reason ? shown(offset) : cursor);
    durable_submit(subscriber->gateway->durable, change);
}

void opening_again(struct subscriber *subscriber, const char *pid, const char *sid,
                   const char *cursor)
{
    snprintf(subscriber->pid, sizeof subscriber->pid, "%s", pid);
    peer_set_id(subscriber->peer, sid);
    subscriber->returns = true;
    let_in(subscriber);
    opening_hold(subscriber, cursor);
    subscriber_sync_ready(subscriber);
    expiry_start(subscriber);
    durable_touch(subscriber->gateway->durable, subscriber);
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

static void resume(struct subscriber *subscriber, const struct database_answer *answer, int row,
                   int64_t place, bool held)
{
    struct gateway *gateway = subscriber->gateway;
    struct restoring restoring = {subscriber, NULL, 0};

    snprintf(subscriber->pid, sizeof subscriber->pid, "%s",
             database_text(answer, row, SESSION_PID));
    peer_set_id(subscriber->peer, database_text(answer, row, SESSION_SID));
    subscriber->follow = FOLLOW_HELD;
    subscriber->position = place;
    durable_row_subscriptions(database_text(answer, row, SESSION_SUBSCRIPTIONS), restore,
                              &restoring);
    let_in(subscriber);
    subscriber_sync_ready(subscriber);
    expiry_start(subscriber);
    subscriber_subscriptions_ended(subscriber, restoring.ended);
    if (!held || hub_has_any(subscriber))
        catchup_begin(gateway->catchup, subscriber);
    durable_touch(gateway->durable, subscriber);
}

void opening_resume(struct subscriber *subscriber, const struct database_answer *answer, int row,
                    const char *offset, int64_t floor, bool held)
{
    struct gateway *gateway = subscriber->gateway;
    int64_t place = distributor_position(gateway->distributor);
    const char *reason = offset ? gap_reason(gateway, offset, floor, &place) : NULL;
    struct change *change;

    if (!reason) {
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
