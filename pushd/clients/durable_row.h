/* A session's row, as SESSION_WRITE takes it: a JSON object. */
#pragma once
#include <stdbool.h>

#include "shared/model/channel.h"

struct buffer;
struct change;
struct filter;
struct identity;
struct subscriber;

struct durable_row {
    struct subscriber *subscriber;
    const char *filters[CHANNEL_COUNT]; /* canonical; "" everything, NULL: not subscribed */
    const struct identity *identity;    /* newer than the subscriber's, or NULL */
    bool leaves;                        /* the connection is gone: this daemon gives it up */
};

/* As the subscriber is now. */
void durable_row_init(struct durable_row *row, struct subscriber *subscriber);
/* After this change; its text is kept by reference. */
void durable_row_change(struct durable_row *row, const struct change *change);
void durable_row_append(struct buffer *json, const struct durable_row *row);
/* The row does not say yet how the subscriber is connected. */
bool durable_row_is_stale(const struct subscriber *subscriber);
/* `subscriptions` of a row: calls for each channel it has and this program knows. filter is the
 * caller's to keep or free, NULL: everything. False: it can't be read. */
bool durable_row_subscriptions(const char *json,
                               void (*found)(void *context, enum channel channel,
                                             struct filter *filter),
                               void *context);
