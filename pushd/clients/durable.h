/* Sessions as rows of the database, so that a client comes back to its subscriptions whatever
 * happened to this daemon. Written in batches, one statement at a time: what comes meanwhile goes
 * with the next, and after a large batch the next one waits a little longer (a storm of clients
 * costs tens of statements, a single client no delay).
 * A change of subscriptions takes effect, and is acknowledged, after its row is committed. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pushd/commands/command.h"
#include "shared/auth/token.h"
#include "shared/model/channel.h"

struct durable;
struct filter;
struct gateway;
struct subscriber;

struct change {
    struct command_call call; /* its subscriber is held; without payload */
    char *name;               /* of the command; call.name points here */
    unsigned joins;           /* masks of channels: joined, or given another filter */
    unsigned leaves;
    struct filter *filters[CHANNEL_COUNT]; /* of joins; NULL: everything */
    char *denied;                          /* for the acknowledgement */
    char *granted;                         /* names, for the log */
    unsigned initial;                      /* channels that want their first pushes */
    unsigned ended;                        /* channels that are no longer allowed */
    struct identity *identity;             /* a new token, or NULL */
    char *cursor;           /* of a new session: the place asked for, as it may be shown; or NULL */
    const char *gap_reason; /* why that place can't be followed */
    int64_t place;          /* and where the stream goes on */
    /* Committed (the hub is changed by it), or not. Not called when the client has gone. */
    void (*done)(struct change *change, bool committed);
    struct change *next;
};

struct durable *durable_create(struct gateway *gateway);
void durable_free(struct durable **durable); /* nothing more is called */

struct change *change_create(struct subscriber *subscriber,
                             void (*done)(struct change *change, bool committed));
/* That a command asks for. */
struct change *change_create_for(const struct command_call *call,
                                 void (*done)(struct change *change, bool committed));
void change_free(struct change **change);

/* Writes the row as it is after this change. Takes the change. A subscriber has one at a time. */
void durable_submit(struct durable *durable, struct change *change);
/* The row is to be written within a second (connected here, or by another transport). */
void durable_touch(struct durable *durable, struct subscriber *subscriber);
/* The connection is gone, the session is kept; or it is over. */
void durable_leave(struct durable *durable, struct subscriber *subscriber);
void durable_end(struct durable *durable, const char *pid);
/* Nothing waits to be written. */
bool durable_is_idle(const struct durable *durable);
void durable_flush(struct durable *durable); /* what may wait is written now */
