#include "pushd/clients/joining_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pushd/admin/metrics.h"
#include "pushd/clients/opening.h"
#include "pushd/clients/revocations.h"
#include "pushd/engine/handshake.h"
#include "pushd/engine/session.h"
#include "pushd/gateway/gateway.h"
#include "pushd/net/database_link.h"
#include "pushd/net/loop.h"
#include "pushd/peers/peer.h"
#include "pushd/stream/awaiting.h"
#include "pushd/stream/distributor.h"
#include "pushd/stream/ring.h"
#include "pushd/stream/subscriber.h"
#include "shared/base/buffer.h"
#include "shared/base/memory.h"
#include "shared/db/columns.h"
#include "shared/json.h"
#include "shared/model/cursor.h"

enum {
    BATCH = 500,
    PACE_US = 300 /* a client looked up: so much later the next lookup may come */
};

static void look_up(struct joining *joining);

void joining_look_up(struct joiner *joiner)
{
    struct joining *joining = joiner->joining;

    *joining->last = joiner;
    joining->last = &joiner->next;
    look_up(joining);
}

static int find_row(const struct joiner *joiner, const struct database_answer *answer)
{
    for (int row = 0; row < answer->rows; row++) {
        if (strcmp(database_text(answer, row, SESSION_PID), joiner->pid) == 0)
            return database_number(answer, row, SESSION_WIRE) ==
                           (int64_t)peer_wire(joiner->subscriber->peer)
                       ? row
                       : -1;
    }
    return -1;
}

static void looked_up(struct joiner *joiner, const struct database_answer *answer)
{
    struct subscriber *subscriber = joiner->subscriber;
    int row = find_row(joiner, answer);

    if (joiner->by_key)
        joining_check_key(joiner, answer, row);
    else if (row < 0 ||
             strcmp(database_text(answer, row, SESSION_USER), joiner->identity.user_id) != 0)
        joining_open(joiner);
    else if (revocations_has(joiner->joining->gateway->revocations, &joiner->identity))
        joining_refuse(joiner, ERROR_TOKEN_REVOKED);
    else if (joining_admit(joiner)) {
        opening_resume(subscriber, answer, row, joiner->offset, joiner->joining->floor,
                       joiner->cursor != NULL);
        joiner_free(joiner);
    }
}

static void batch_found(void *context, const struct database_answer *answer)
{
    struct joining *joining = context;
    struct joiner *joiner = joining->batch, *following;

    joining->batch = NULL;
    joining->busy = false;
    for (; joiner; joiner = following) {
        following = joiner->next;
        joiner->next = NULL;
        if (!joiner->subscriber->peer)
            joiner_free(joiner);
        else if (answer->error.code != ERROR_NONE)
            joining_unavailable(joiner);
        else
            looked_up(joiner, answer);
    }
    look_up(joining);
}

/* Arrives before the sessions: both were sent together. */
static void floor_found(void *context, const struct database_answer *answer)
{
    struct joining *joining = context;

    if (answer->error.code == ERROR_NONE)
        joining->floor = database_number(answer, 0, BOUNDS_FLOOR);
}

/* Where the stream begins matters only to those who were away for longer than the ring reaches. */
static bool wants_floor(const struct joining *joining)
{
    int64_t begin = distributor_ring(joining->gateway->distributor)->begin;
    struct cursor cursor;

    for (const struct joiner *joiner = joining->batch; joiner; joiner = joiner->next) {
        if (joiner->offset && cursor_parse(joiner->offset, &cursor) && cursor.position < begin)
            return true;
    }
    return false;
}

static size_t take_batch(struct joining *joining, struct buffer *pids)
{
    struct joiner **end = &joining->batch;
    size_t count = 0;

    buffer_append_character(pids, '{');
    while (joining->first && count < BATCH) {
        struct joiner *joiner = joining->first;

        joining->first = joiner->next;
        joiner->next = NULL;
        *end = joiner;
        end = &joiner->next;
        database_array_append(pids, joiner->pid);
        count++;
    }
    buffer_append_character(pids, '}');
    if (!joining->first)
        joining->last = &joining->first;
    return count;
}

static void look_up(struct joining *joining)
{
    const struct database_answer away = {.error = {.code = ERROR_UNAVAILABLE}};
    struct database_link *link = joining->gateway->commands;
    int64_t now_us = loop_now_us(joining->gateway->loop);
    struct buffer pids;

    if (joining->busy || !joining->first)
        return;
    if (now_us < joining->not_before_us) {
        timer_start(joining->pace, joining->not_before_us - now_us);
        return;
    }
    buffer_init(&pids);
    joining->busy = true;
    joining->not_before_us = now_us + (int64_t)take_batch(joining, &pids) * PACE_US;
    {
        const char *const values[] = {pids.data};

        if ((wants_floor(joining) &&
             !database_link_submit(link, STATEMENT_STREAM_BOUNDS, NULL, floor_found, joining)) ||
            !database_link_submit(link, STATEMENT_SESSION_FIND, values, batch_found, joining))
            batch_found(joining, &away);
    }
    buffer_deinit(&pids);
}

static bool is_usable_pid(const char *pid)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    return pid && *pid && strlen(pid) < IDENTIFIER_SIZE && strspn(pid, allowed) == strlen(pid);
}

/* {pid, offset} of a client that comes back, or {cursor}. */
static void read_auth(struct joiner *joiner, const struct json *auth)
{
    const char *pid = json_string(json_member(auth, "pid"));

    joiner->cursor = memory_copy_text(json_string(json_member(auth, "cursor")));
    if (!is_usable_pid(pid))
        return;
    snprintf(joiner->pid, sizeof joiner->pid, "%s", pid);
    joiner->offset = memory_copy_text(json_string(json_member(auth, "offset")));
}

static void read_handshake(struct joiner *joiner, const struct handshake *handshake, enum wire wire)
{
    const char *cursor = handshake->cursor;
    const char *key;

    if (wire == WIRE_SSE && handshake->last_event_id && *handshake->last_event_id) {
        cursor = handshake->last_event_id;
        key = cursor_key(cursor);
        joiner->by_key = is_usable_pid(key);
        if (joiner->by_key)
            snprintf(joiner->pid, sizeof joiner->pid, "%s", key);
    }
    if (cursor) {
        free(joiner->cursor);
        joiner->cursor = memory_copy_text(cursor);
    }
}

static void go_on(void *context, bool gone)
{
    struct joiner *joiner = context;

    if (gone || !joiner->subscriber->peer)
        joiner_free(joiner);
    else if (!gateway_is_ready(joiner->joining->gateway))
        joining_unavailable(joiner);
    else if (joiner->by_key)
        joining_look_up(joiner);
    else
        joining_identify(joiner);
}

void joining_begin(struct joining *joining, struct peer *peer, const char *auth, size_t length)
{
    static const struct identity nobody;
    struct joiner *joiner;
    struct json *payload;

    if (!gateway_is_ready(joining->gateway)) {
        metrics_count(METRIC_JOINS + ERROR_UNAVAILABLE);
        peer_close(peer, CLOSE_UNAVAILABLE);
        return;
    }
    joiner = memory_allocate(sizeof *joiner);
    joiner->joining = joining;
    joiner->subscriber = subscriber_ref(subscriber_create(joining->gateway, peer, &nobody));
    joiner->auth = memory_copy(auth, length);
    joiner->auth_length = length;
    peer_set_context(peer, joiner->subscriber);
    payload = json_parse(auth, length, NULL);
    read_auth(joiner, payload);
    json_free(&payload);
    if (peer_wire(peer) >= WIRE_PLAIN)
        read_handshake(joiner, session_handshake(peer_session(peer)), peer_wire(peer));
    awaiting_place(joining->gateway->awaiting, joiner->cursor ? joiner->cursor : joiner->offset,
                   go_on, joiner);
}

static void paced(void *context)
{
    look_up(context);
}

struct joining *joining_create(struct gateway *gateway)
{
    struct joining *joining = memory_allocate(sizeof *joining);

    joining->gateway = gateway;
    joining->last = &joining->first;
    joining->pace = timer_make(gateway->loop, paced, joining);
    return joining;
}

static void drop(struct joiner *joiner)
{
    while (joiner) {
        struct joiner *following = joiner->next;

        joiner_free(joiner);
        joiner = following;
    }
}

void joining_free(struct joining **joining)
{
    if (!*joining)
        return;
    drop((*joining)->first);
    drop((*joining)->batch);
    timer_free(&(*joining)->pace);
    free(*joining);
    *joining = NULL;
}
