#include "pushd/gateway/initial.h"

#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "pushd/gateway/gateway.h"
#include "pushd/gateway/periodic.h"
#include "pushd/jobs/figures.h"
#include "pushd/net/database_link.h"
#include "pushd/stream/subscriber.h"
#include "shared/base/buffer.h"
#include "shared/base/memory.h"
#include "shared/json.h"
#include "shared/model/role.h"

enum { ROUND_MAX = 256 }; /* clients a round */

struct waiter {
    struct initial *initial;
    struct subscriber *subscriber;
    unsigned channels;
    struct waiter *prev, *next;
};

struct initial {
    struct gateway *gateway;
    struct waiter *waiting;
    struct waiter *round; /* those being served */
    unsigned answers_due;
};

static void begin(struct initial *initial);

static void forget(struct waiter **list, struct waiter *waiter)
{
    DL_DELETE(*list, waiter);
    subscriber_unref(&waiter->subscriber);
    free(waiter);
}

static void answered(struct initial *initial)
{
    struct waiter *waiter, *following;
    bool is_up = database_link_is_up(initial->gateway->commands);

    if (--initial->answers_due > 0)
        return;
    DL_FOREACH_SAFE(initial->round, waiter, following) {
        if (is_up || !waiter->channels || !waiter->subscriber->peer) {
            forget(&initial->round, waiter);
            continue;
        }
        DL_DELETE(initial->round, waiter); /* the database went away: again when it is back */
        DL_APPEND(initial->waiting, waiter);
    }
    if (is_up && initial->waiting)
        begin(initial);
}

static void push_to_round(struct initial *initial, enum push push, const struct buffer *payload)
{
    enum channel channel = push_channel(push);
    struct waiter *waiter;

    DL_FOREACH(initial->round, waiter) {
        if ((waiter->channels & (1u << channel)) && hub_has(waiter->subscriber, channel))
            subscriber_push(waiter->subscriber, push, payload->data, payload->length);
        waiter->channels &= ~(1u << channel);
    }
}

static void dlq_answered(void *context, const struct database_answer *answer)
{
    struct initial *initial = context;
    struct buffer payload;

    if (answer->error.code == ERROR_NONE) {
        buffer_init(&payload);
        periodic_dlq_payload(answer, &payload);
        push_to_round(initial, PUSH_DLQ_STATS, &payload);
        buffer_deinit(&payload);
    }
    answered(initial);
}

static void dashboard_answered(void *context, const struct database_answer *answer)
{
    struct initial *initial = context;
    struct buffer payload;

    if (answer->error.code == ERROR_NONE) {
        buffer_init(&payload);
        periodic_dashboard_payload(answer, &payload);
        push_to_round(initial, PUSH_DASHBOARD_METRICS, &payload);
        buffer_deinit(&payload);
    }
    answered(initial);
}

/* Rows name their waiter by its number in the request, from 1. */
static void inboxes_answered(void *context, const struct database_answer *answer)
{
    struct initial *initial = context;
    struct waiter *waiter;
    int row = 0;
    long number = 0;

    DL_FOREACH(initial->round, waiter) {
        if (answer->error.code != ERROR_NONE || !(waiter->channels & (1u << CHANNEL_NOTIFICATIONS)))
            continue;
        waiter->channels &= ~(1u << CHANNEL_NOTIFICATIONS);
        number++;
        if (row >= answer->rows || strtol(database_text(answer, row, 0), NULL, 10) != number)
            continue;
        if (hub_has(waiter->subscriber, CHANNEL_NOTIFICATIONS))
            subscriber_push(waiter->subscriber, PUSH_NOTIFICATIONS_INITIAL,
                            database_text(answer, row, 1), database_length(answer, row, 1));
        row++;
    }
    answered(initial);
}

static void submit(struct initial *initial, enum statement statement, const char *const values[],
                   database_callback *callback, void *context)
{
    initial->answers_due++;
    if (!database_link_submit(initial->gateway->commands, statement, values, callback, context))
        initial->answers_due--;
}

static void append_request(struct buffer *requests, const struct subscriber *subscriber)
{
    buffer_append_text(requests, requests->length > 1 ? ",{\"userId\":" : "{\"userId\":");
    json_append_string(requests, subscriber->user_id, strlen(subscriber->user_id));
    buffer_append_text(requests, ",\"roles\":");
    roles_append_json(requests, subscriber->roles);
    buffer_append_character(requests, '}');
}

/* One statement for all inboxes of the round. */
static void submit_inboxes(struct initial *initial)
{
    struct waiter *waiter;
    struct buffer requests;

    buffer_init(&requests);
    buffer_append_character(&requests, '[');
    DL_FOREACH(initial->round, waiter) {
        if (waiter->channels & (1u << CHANNEL_NOTIFICATIONS))
            append_request(&requests, waiter->subscriber);
    }
    buffer_append_character(&requests, ']');
    {
        const char *const values[] = {requests.data, "true", "500"};

        submit(initial, STATEMENT_NOTIFICATION_INBOXES, values, inboxes_answered, initial);
    }
    buffer_deinit(&requests);
}

static void begin(struct initial *initial)
{
    struct waiter *waiter;
    unsigned channels = 0;

    for (size_t i = 0; i < ROUND_MAX && initial->waiting; i++) {
        waiter = initial->waiting;
        DL_DELETE(initial->waiting, waiter);
        DL_APPEND(initial->round, waiter);
        channels |= waiter->channels;
    }
    initial->answers_due = 1; /* held while submitting */
    if (channels & (1u << CHANNEL_DLQ))
        submit(initial, STATEMENT_DLQ_STATS, NULL, dlq_answered, initial);
    if (channels & (1u << CHANNEL_DASHBOARD)) {
        figures_tell(initial->gateway->figures);
        submit(initial, STATEMENT_DASHBOARD_HALVES, NULL, dashboard_answered, initial);
    }
    if (channels & (1u << CHANNEL_NOTIFICATIONS))
        submit_inboxes(initial);
    answered(initial);
}

void initial_request(struct initial *initial, struct subscriber *subscriber, unsigned channels)
{
    struct waiter *waiter;

    channels &= 1u << CHANNEL_DLQ | 1u << CHANNEL_DASHBOARD | 1u << CHANNEL_NOTIFICATIONS;
    if (!channels)
        return;
    waiter = memory_allocate(sizeof *waiter);
    waiter->initial = initial;
    waiter->subscriber = subscriber_ref(subscriber);
    waiter->channels = channels;
    DL_APPEND(initial->waiting, waiter);
    if (!initial->round)
        begin(initial);
}

void initial_database_up(struct initial *initial)
{
    if (!initial->round && initial->waiting)
        begin(initial);
}

struct initial *initial_create(struct gateway *gateway)
{
    struct initial *initial = memory_allocate(sizeof *initial);

    initial->gateway = gateway;
    return initial;
}

void initial_free(struct initial **initial)
{
    if (!*initial)
        return;
    while ((*initial)->waiting)
        forget(&(*initial)->waiting, (*initial)->waiting);
    while ((*initial)->round)
        forget(&(*initial)->round, (*initial)->round);
    free(*initial);
    *initial = NULL;
}
