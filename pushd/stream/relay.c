#include "pushd/stream/relay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pushd/net/database_link.h"
#include "pushd/net/loop.h"
#include "pushd/stream/stream_answer.h"
#include "shared/base/log.h"
#include "shared/base/memory.h"
#include "shared/db/columns.h"
#include "shared/model/cursor.h"
#include "shared/settings.h"

enum {
    BATCH_ROWS = 500,
    AWAKE_US = 3000,     /* between reads while traffic lasts, at most */
    FLOWING_US = 1000,   /* after rows, at least: as long as the read took, half the time at most */
    REFUSED_US = 10000,  /* after the database refused sleep: something is in flight */
    QUIET_US = 200000,   /* without a row until it tries to sleep */
    ASLEEP_US = 1000000, /* between reads while asleep */
    STALL_US = 1000000,  /* without a row, and no sleep: somebody holds the stream up */
    STALLED_US = 100000, /* the same, when that lasts */
    FAILED_US = 500000   /* after a statement that failed */
};

#define UNSAFE "55000" /* what stream_open raises where a reader could miss rows */

enum relay_state { RELAY_DOWN, RELAY_BUSY, RELAY_HELD, RELAY_PAUSING, RELAY_ASLEEP };

struct relay {
    struct loop *loop;
    struct relay_events events;
    struct database_link *link;
    struct timer *timer;
    enum relay_state state;
    bool asleep; /* the session counts as a sleeper in the database */
    bool rung;   /* a bell while a statement was under way */
    bool opened; /* on this connection */
    int64_t position;
    int64_t history_rows; /* before the end, read at the start for the ring */
    int64_t end;          /* where the stream stood when it was opened */
    int batch_rows;       /* of the answer that is held */
    const char *gap_reason;
    int64_t read_us;    /* when the last read began */
    int64_t current_us; /* then all that could be read was handed out */
    int64_t last_row_us;
    int64_t stalls_us; /* when stalls were last listed */
    char epoch[EPOCH_SIZE];
};

static void read_rows(struct relay *relay);
static void open_stream(struct relay *relay);

static void pause_for(struct relay *relay, enum relay_state state, int64_t us)
{
    relay->state = state;
    timer_start(relay->timer, us);
}

static bool submit(struct relay *relay, enum statement statement, const char *const values[],
                   database_callback *callback)
{
    relay->state = RELAY_BUSY;
    if (database_link_submit(relay->link, statement, values, callback, relay))
        return true;
    pause_for(relay, RELAY_PAUSING, FAILED_US);
    return false;
}

/* True when the answer is no use; the connection's end is told separately. */
static bool has_failed(struct relay *relay, const struct database_answer *answer)
{
    if (answer->error.code == ERROR_NONE)
        return false;
    if (!database_link_is_up(relay->link))
        return true;
    log_write(LOG_WARN_LEVEL, "Relay", "the stream cannot be read: %s %s", answer->sqlstate,
              answer->error.detail);
    if (strcmp(answer->sqlstate, "BK410") == 0 && relay->opened) {
        relay->opened = false;
        relay->epoch[0] = '\0'; /* its rows are gone: begin at the end */
        relay->gap_reason = "retention";
        open_stream(relay);
    } else if (strcmp(answer->sqlstate, UNSAFE) == 0)
        relay->events.refused(relay->events.context);
    else
        pause_for(relay, RELAY_PAUSING, FAILED_US);
    return true;
}

static void woken(void *context, const struct database_answer *answer)
{
    (void)context;
    (void)answer; /* a failure ends the session, and with it the sleep */
}

static void wake(struct relay *relay)
{
    relay->asleep = false;
    relay->last_row_us = loop_now_us(relay->loop);
    database_link_submit(relay->link, STATEMENT_STREAM_WAKE, NULL, woken, relay);
}

static void stalls_listed(void *context, const struct database_answer *answer)
{
    (void)context;
    for (int i = 0; answer->error.code == ERROR_NONE && i < answer->rows; i++)
        log_write(LOG_WARN_LEVEL, "Relay", "the stream waits for pid %s, %s ms in its commit (%s)",
                  database_text(answer, i, 0), database_text(answer, i, 1),
                  database_text(answer, i, 2));
}

/* Somebody holds the stream up: say who, once a second. */
static void refused(struct relay *relay)
{
    int64_t now_us = loop_now_us(relay->loop);

    if (now_us - relay->last_row_us > STALL_US && now_us - relay->stalls_us > STALL_US) {
        relay->stalls_us = now_us;
        database_link_submit(relay->link, STATEMENT_STREAM_STALLS, NULL, stalls_listed, relay);
    }
    pause_for(relay, RELAY_PAUSING,
              now_us - relay->last_row_us > STALL_US ? STALLED_US : REFUSED_US);
}

static void tried_to_sleep(void *context, const struct database_answer *answer)
{
    struct relay *relay = context;
    const char *slept;

    if (has_failed(relay, answer))
        return;
    slept = database_text(answer, 0, 0);
    relay->asleep = slept && *slept == 't';
    if (relay->asleep && !relay->rung)
        pause_for(relay, RELAY_ASLEEP, ASLEEP_US);
    else if (relay->asleep) {
        wake(relay);
        read_rows(relay);
    } else
        refused(relay);
}

static void try_to_sleep(struct relay *relay)
{
    char position[24];
    const char *const values[] = {position};

    snprintf(position, sizeof position, "%lld", (long long)relay->position);
    relay->rung = false;
    submit(relay, STATEMENT_STREAM_TRY_SLEEP, values, tried_to_sleep);
}

static void hand_on(struct relay *relay, const struct database_answer *answer, int index)
{
    const char *control = stream_answer_control(answer, index);
    struct stream_row row;

    if (control)
        relay->events.control(relay->events.context, control, stream_answer_payload(answer, index));
    else if (stream_answer_row(answer, index, &row))
        relay->events.row(relay->events.context, &row, stream_answer_age_ms(answer, index));
}

static int64_t pause_after(const struct relay *relay, int rows)
{
    int64_t took_us = loop_now_us(relay->loop) - relay->read_us;

    if (rows == 0 || took_us > AWAKE_US)
        return AWAKE_US;
    return took_us > FLOWING_US ? took_us : FLOWING_US;
}

static void go_on(struct relay *relay, int rows)
{
    int64_t now_us = loop_now_us(relay->loop);

    if (rows < BATCH_ROWS)
        relay->current_us = relay->read_us;
    if (rows > 0) {
        relay->last_row_us = now_us;
        if (relay->asleep)
            wake(relay);
    }
    if (rows == BATCH_ROWS)
        read_rows(relay);
    else if (relay->asleep && !relay->rung)
        pause_for(relay, RELAY_ASLEEP, ASLEEP_US);
    else if (relay->asleep) {
        wake(relay);
        read_rows(relay);
    } else if (now_us - relay->last_row_us > QUIET_US)
        try_to_sleep(relay);
    else
        pause_for(relay, RELAY_PAUSING, pause_after(relay, rows));
}

/* The last row has no event: its id is the position reached. */
static void received(void *context, const struct database_answer *answer)
{
    struct relay *relay = context;

    if (has_failed(relay, answer))
        return;
    for (int i = 0; i < answer->rows; i++) {
        relay->position = stream_answer_id(answer, i);
        hand_on(relay, answer, i);
    }
    relay->batch_rows = answer->rows - 1;
    if (relay->events.advanced(relay->events.context, relay->position))
        go_on(relay, relay->batch_rows);
    else
        relay->state = RELAY_HELD;
}

void relay_continue(struct relay *relay)
{
    if (relay->state == RELAY_HELD)
        go_on(relay, relay->batch_rows);
}

static void read_rows(struct relay *relay)
{
    char position[24], rows[12];
    const char *const values[] = {position, rows};

    snprintf(position, sizeof position, "%lld", (long long)relay->position);
    snprintf(rows, sizeof rows, "%d", BATCH_ROWS);
    relay->read_us = loop_now_us(relay->loop);
    submit(relay, STATEMENT_STREAM_READ, values, received);
}

static void begin_reading(struct relay *relay)
{
    relay->opened = true;
    relay->last_row_us = loop_now_us(relay->loop);
    read_rows(relay);
}

/* Some history goes first, for clients that come back after this daemon was restarted. */
static void bounds_known(void *context, const struct database_answer *answer)
{
    struct relay *relay = context;
    int64_t floor;

    if (has_failed(relay, answer))
        return;
    floor = database_number(answer, 0, BOUNDS_FLOOR);
    snprintf(relay->epoch, sizeof relay->epoch, "%s", database_text(answer, 0, BOUNDS_EPOCH));
    relay->position = relay->end - relay->history_rows;
    if (relay->position < floor)
        relay->position = floor;
    relay->events.began(relay->events.context, relay->epoch, relay->position, relay->end,
                        relay->gap_reason);
    begin_reading(relay);
}

static void opened(void *context, const struct database_answer *answer)
{
    struct relay *relay = context;
    const char *epoch;
    int64_t high;

    if (has_failed(relay, answer))
        return;
    if (!database_link_is_direct(relay->link, database_text(answer, 0, 3))) {
        log_write(LOG_ERROR_LEVEL, "Relay",
                  "DATABASE_URL leads through a connection pooler, which swallows notifications: "
                  "connect to the server itself");
        relay->events.refused(relay->events.context);
        return;
    }
    epoch = database_text(answer, 0, 0);
    high = database_number(answer, 0, 1);
    relay->end = database_number(answer, 0, 2);
    if (strcmp(epoch, relay->epoch) == 0 && high >= relay->position) {
        begin_reading(relay);
        return;
    }
    if (relay->epoch[0]) {
        log_write(LOG_WARN_LEVEL, "Relay", "another stream: %s at %lld, was %s at %lld", epoch,
                  (long long)relay->end, relay->epoch, (long long)relay->position);
        relay->gap_reason = "epoch";
    }
    submit(relay, STATEMENT_STREAM_BOUNDS, NULL, bounds_known);
}

static void open_stream(struct relay *relay)
{
    submit(relay, STATEMENT_STREAM_OPEN, NULL, opened);
}

static void up(void *context)
{
    struct relay *relay = context;

    relay->asleep = false;
    relay->rung = false;
    relay->opened = false;
    open_stream(relay);
}

static void down(void *context)
{
    struct relay *relay = context;

    relay->state = RELAY_DOWN;
    relay->asleep = false;
    timer_stop(relay->timer);
    relay->events.down(relay->events.context);
}

static void rung(void *context)
{
    struct relay *relay = context;

    relay->rung = true;
    if (relay->state != RELAY_ASLEEP)
        return;
    timer_stop(relay->timer);
    relay->current_us = loop_now_us(relay->loop);
    wake(relay);
    read_rows(relay);
}

static void fired(void *context)
{
    struct relay *relay = context;

    relay->rung = false;
    if (relay->opened)
        read_rows(relay);
    else
        open_stream(relay);
}

struct relay *relay_create(struct loop *loop, const struct settings *settings,
                           const struct relay_events *events)
{
    struct relay *relay = memory_allocate(sizeof *relay);
    const struct database_link_events link_events = {up, down, rung, relay};

    relay->loop = loop;
    relay->events = *events;
    relay->history_rows = settings->stream_ring_rows;
    relay->gap_reason = "epoch";
    relay->current_us = loop_now_us(loop);
    relay->timer = timer_make(loop, fired, relay);
    relay->link =
        database_link_create(loop, settings, "bookly-pushd relay", "bookly_stream", &link_events);
    return relay;
}

void relay_free(struct relay **relay)
{
    if (!*relay)
        return;
    database_link_free(&(*relay)->link);
    timer_free(&(*relay)->timer);
    free(*relay);
    *relay = NULL;
}

bool relay_is_asleep(const struct relay *relay)
{
    return relay->asleep && relay->opened;
}

/* Asleep there is nothing to read, or a bell would have rung; a read that is not answered may bring
 * something. */
int64_t relay_lag_us(const struct relay *relay)
{
    int64_t now_us = loop_now_us(relay->loop);

    if (!relay_is_asleep(relay))
        return now_us - relay->current_us;
    return relay->state == RELAY_BUSY ? now_us - relay->read_us : 0;
}

size_t relay_pending(const struct relay *relay)
{
    return database_link_pending(relay->link);
}

bool relay_is_open(const struct relay *relay)
{
    return relay->state != RELAY_DOWN && relay->opened;
}
