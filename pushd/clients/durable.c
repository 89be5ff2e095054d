#include "pushd/clients/durable.h"

#include <stdlib.h>
#include <string.h>

#include "pushd/clients/durable_row.h"
#include "pushd/clients/lines.h"
#include "pushd/gateway/gateway.h"
#include "pushd/net/database_link.h"
#include "pushd/net/loop.h"
#include "pushd/stream/subscriber.h"
#include "shared/base/buffer.h"
#include "shared/base/log.h"
#include "shared/base/memory.h"

enum {
    BATCH_ROWS = 500,    /* of those who are here and, at most, of each who left or ended */
    AWAY_US = 500000,    /* the database is away: so much later the next try */
    PACE_US = 20,        /* a change: so much later the next statement may come */
    LATE_PACE_US = 200,  /* the same for a row that nobody waits for */
    LATE_US = 1000000,   /* what may wait */
    KEPT_BYTES = 4 << 20 /* of what is to be written again after a failure */
};

struct durable {
    struct gateway *gateway;
    struct change *first, **last; /* waiting */
    struct change *batch;         /* under way */
    struct subscriber *late;
    struct buffer gone, batch_gone;   /* rows as JSON, one a line */
    struct buffer ended, batch_ended; /* pids, one a line */
    struct timer *pace, *late_timer;
    int64_t not_before_us;
    int64_t pause_us; /* after the batch */
    bool busy, late_is_due;
};

static void write_batch(struct durable *durable);

struct change *change_create(struct subscriber *subscriber,
                             void (*done)(struct change *change, bool committed))
{
    struct change *change = memory_allocate(sizeof *change);

    change->call = (struct command_call){
        .subscriber = subscriber_ref(subscriber), .name = "", .acknowledgement = -1};
    change->done = done;
    return change;
}

struct change *change_create_for(const struct command_call *call,
                                 void (*done)(struct change *change, bool committed))
{
    struct change *change = change_create(call->subscriber, done);

    change->name = memory_copy_text(call->name);
    change->call.name = change->name;
    change->call.acknowledgement = call->acknowledgement;
    return change;
}

void change_free(struct change **change)
{
    subscriber_unref(&(*change)->call.subscriber);
    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++)
        filter_free(&(*change)->filters[channel]);
    free((*change)->name);
    free((*change)->denied);
    free((*change)->granted);
    free((*change)->identity);
    free((*change)->cursor);
    free(*change);
    *change = NULL;
}

/* The hub, and who the subscriber is, become what the row says. */
static void apply(struct change *change)
{
    struct subscriber *subscriber = change->call.subscriber;
    struct hub *hub = &subscriber->gateway->hub;

    if (change->identity) {
        subscriber_set_identity(subscriber, change->identity);
        if (hub_has(subscriber, CHANNEL_NOTIFICATIONS)) /* found by its roles, too */
            hub_join(hub, subscriber, CHANNEL_NOTIFICATIONS, NULL);
    }
    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++) {
        if (change->leaves & (1u << channel))
            hub_leave(hub, subscriber, channel);
        if (change->joins & (1u << channel)) {
            hub_join(hub, subscriber, channel, change->filters[channel]);
            change->filters[channel] = NULL;
        }
    }
}

static void finish(struct change *change, bool committed)
{
    struct subscriber *subscriber = change->call.subscriber;

    subscriber->changing = false;
    if (subscriber->peer) {
        if (committed)
            apply(change);
        change->done(change, committed);
        command_go_on(subscriber);
    }
    change_free(&change);
}

/* What failed goes before what has come since: of two rows of one session the later one counts. */
static void keep(struct buffer *waiting, struct buffer *failed)
{
    struct buffer all = *failed;

    if (failed->length == 0 || waiting->length + failed->length > KEPT_BYTES)
        return;
    lines_move(&all, waiting, SIZE_MAX);
    *failed = *waiting;
    *waiting = all;
}

static void written(void *context, const struct database_answer *answer)
{
    struct durable *durable = context;
    struct change *change = durable->batch, *following;
    bool committed = answer->error.code == ERROR_NONE;

    durable->busy = false;
    durable->batch = NULL;
    durable->not_before_us = loop_now_us(durable->gateway->loop) + durable->pause_us;
    if (answer->error.code == ERROR_UNAVAILABLE) {
        /* what is kept is work at once: without a pause it would be refused again, for ever */
        durable->not_before_us += AWAY_US;
        keep(&durable->gone, &durable->batch_gone);
        keep(&durable->ended, &durable->batch_ended);
        durable->late_is_due = durable->late_is_due || durable->gone.length > 0;
    } else if (!committed)
        log_write(LOG_ERROR_LEVEL, "Sessions", "%s %s", answer->sqlstate, answer->error.detail);
    for (; change; change = following) {
        following = change->next;
        finish(change, committed);
    }
    write_batch(durable);
}

/* Takes what waits, at most a batch: the state of each subscriber after its change. */
static size_t take_changes(struct durable *durable, struct durable_row *rows)
{
    struct change **end = &durable->batch;
    size_t count = 0;

    while (durable->first && count < BATCH_ROWS) {
        struct change *change = durable->first;

        durable->first = change->next;
        change->next = NULL;
        if (!change->call.subscriber->peer) {
            change_free(&change);
            continue;
        }
        durable_row_init(&rows[count], change->call.subscriber);
        durable_row_change(&rows[count++], change);
        *end = change;
        end = &change->next;
    }
    if (!durable->first)
        durable->last = &durable->first;
    return count;
}

/* One whose change is under way, or waits for the next batch, has its row written with that. */
static size_t take_late(struct durable *durable, struct durable_row *rows, size_t count)
{
    while (durable->late_is_due && durable->late && count < BATCH_ROWS) {
        struct subscriber *subscriber = durable->late;

        durable->late = subscriber->late_next;
        subscriber->is_late = false;
        if (!subscriber->changing && durable_row_is_stale(subscriber))
            durable_row_init(&rows[count++], subscriber);
        subscriber_unref(&subscriber);
    }
    if (!durable->late && durable->gone.length == 0)
        durable->late_is_due = false;
    return count;
}

static bool has_work(const struct durable *durable)
{
    return durable->first || (durable->late_is_due && (durable->late || durable->gone.length)) ||
           durable->ended.length;
}

static bool submit(struct durable *durable, const struct durable_row *rows, size_t count)
{
    struct buffer puts, ends;
    bool submitted;

    buffer_init(&puts);
    buffer_init(&ends);
    buffer_append_character(&puts, '[');
    for (size_t i = 0; i < count; i++) {
        buffer_append_text(&puts, i ? "," : "");
        durable_row_append(&puts, &rows[i]);
    }
    buffer_append_text(&puts, count && durable->batch_gone.length > 0 ? "," : "");
    lines_join(&puts, &durable->batch_gone);
    buffer_append_character(&puts, ']');
    buffer_append_character(&ends, '{');
    lines_join(&ends, &durable->batch_ended);
    buffer_append_character(&ends, '}');
    {
        const char *const values[] = {puts.data, ends.data};

        submitted = database_link_submit(durable->gateway->commands, STATEMENT_SESSION_WRITE,
                                         values, written, durable);
    }
    buffer_deinit(&puts);
    buffer_deinit(&ends);
    return submitted;
}

static void write_batch(struct durable *durable)
{
    const struct database_answer away = {.error = {.code = ERROR_UNAVAILABLE}};
    struct durable_row *rows;
    size_t changes, count;
    int64_t wait_us = durable->not_before_us - loop_now_us(durable->gateway->loop);

    if (durable->busy || !has_work(durable))
        return;
    if (wait_us > 0) {
        timer_start(durable->pace, wait_us);
        return;
    }
    rows = memory_allocate(BATCH_ROWS * sizeof *rows);
    durable->busy = true;
    changes = take_changes(durable, rows);
    buffer_clear(&durable->batch_gone);
    buffer_clear(&durable->batch_ended);
    lines_move(&durable->batch_gone, &durable->gone, BATCH_ROWS);
    lines_move(&durable->batch_ended, &durable->ended, BATCH_ROWS);
    count = take_late(durable, rows, changes);
    durable->pause_us = (int64_t)(changes * PACE_US + (count - changes) * LATE_PACE_US);
    if (!submit(durable, rows, count))
        written(durable, &away);
    free(rows);
}

static void paced(void *context)
{
    write_batch(context);
}

static void late_due(void *context)
{
    struct durable *durable = context;

    durable->late_is_due = true;
    write_batch(durable);
}

static void write_later(struct durable *durable)
{
    if (!durable->late && durable->gone.length == 0)
        timer_start(durable->late_timer, LATE_US);
}

void durable_submit(struct durable *durable, struct change *change)
{
    change->call.subscriber->changing = true;
    if (!database_link_is_up(durable->gateway->commands)) {
        finish(change, false);
        return;
    }
    change->next = NULL;
    *durable->last = change;
    durable->last = &change->next;
    write_batch(durable);
}

void durable_touch(struct durable *durable, struct subscriber *subscriber)
{
    if (subscriber->is_late)
        return;
    write_later(durable);
    subscriber->is_late = true;
    subscriber->late_next = durable->late;
    durable->late = subscriber_ref(subscriber);
}

void durable_leave(struct durable *durable, struct subscriber *subscriber)
{
    struct durable_row row;

    /* a daemon that is gone holds nothing, whatever the rows say */
    if (durable->gateway->draining || durable->gone.length > KEPT_BYTES)
        return;
    write_later(durable);
    durable_row_init(&row, subscriber);
    row.leaves = true;
    durable_row_append(&durable->gone, &row);
    buffer_append_character(&durable->gone, '\n');
}

void durable_end(struct durable *durable, const char *pid)
{
    if (durable->ended.length > KEPT_BYTES)
        return;
    buffer_append_text(&durable->ended, pid);
    buffer_append_character(&durable->ended, '\n');
    write_batch(durable);
}

bool durable_is_idle(const struct durable *durable)
{
    return !durable->busy && !has_work(durable);
}

void durable_flush(struct durable *durable)
{
    late_due(durable);
}

struct durable *durable_create(struct gateway *gateway)
{
    struct durable *durable = memory_allocate(sizeof *durable);

    durable->gateway = gateway;
    durable->last = &durable->first;
    durable->pace = timer_make(gateway->loop, paced, durable);
    durable->late_timer = timer_make(gateway->loop, late_due, durable);
    return durable;
}

static void drop_changes(struct change *change)
{
    while (change) {
        struct change *following = change->next;

        change_free(&change);
        change = following;
    }
}

void durable_free(struct durable **durable)
{
    if (!*durable)
        return;
    drop_changes((*durable)->first);
    drop_changes((*durable)->batch);
    while ((*durable)->late) {
        struct subscriber *subscriber = (*durable)->late;

        (*durable)->late = subscriber->late_next;
        subscriber_unref(&subscriber);
    }
    buffer_deinit(&(*durable)->gone);
    buffer_deinit(&(*durable)->batch_gone);
    buffer_deinit(&(*durable)->ended);
    buffer_deinit(&(*durable)->batch_ended);
    timer_free(&(*durable)->pace);
    timer_free(&(*durable)->late_timer);
    free(*durable);
    *durable = NULL;
}
