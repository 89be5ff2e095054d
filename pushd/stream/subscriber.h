/* A client in a namespace, as everything above the protocol sees it: who it is, what it listens to,
 * and where in the stream it stands. It may outlive its peer while answers of the database are
 * under way: each of these holds a reference. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pushd/engine/close_reason.h"
#include "pushd/engine/identifier.h"
#include "pushd/stream/hub.h"
#include "pushd/stream/push_frame.h"
#include "shared/base/hash.h"
#include "shared/model/cursor.h"

struct deferred;
struct gateway;
struct identity;
struct peer;
struct tally_entry;
struct timer;

/* How it gets the rows of the stream. */
enum follow {
    FOLLOW_LIVE,  /* through the hub, as they come */
    FOLLOW_HELD,  /* its first subscription will deliver from its position */
    FOLLOW_RING,  /* behind: fed from the ring */
    FOLLOW_PAGES, /* behind the ring: fed from the database */
    FOLLOW_PARKED /* behind, and its queue is full */
};

struct subscriber {
    struct gateway *gateway;
    struct peer *peer; /* NULL once it has gone */
    char *user_id;
    char *token_id;                /* jti, or NULL */
    int64_t issued_at, expires_at; /* of the token, seconds since 1970; 0: none */
    unsigned roles;
    enum wire wire;
    unsigned references;
    unsigned commands_pending;
    bool changing;             /* a change of its row is under way */
    struct deferred *deferred; /* commands that wait for it */
    enum follow follow;
    bool accepted;
    bool replaced;               /* the client came back on another connection */
    bool in_page;                /* of catchup_page */
    bool is_late;                /* its row waits to be written, see durable.h */
    const char *transport;       /* as last written to its row */
    int64_t since_ms;            /* of this connection, wall clock */
    int64_t position;            /* where it stands, unless it follows live */
    int64_t told;                /* the newest place that its pushes named */
    struct tally_entry *of_user; /* in the gateway's users, once it is known who it is */
    struct timer *expiry;
    bool warned; /* auth:expiring was sent */
    struct memberships memberships;
    struct subscriber *prev, *next; /* of all */
    struct subscriber *behind_prev, *behind_next;
    struct subscriber *late_next;
    UT_hash_handle hh; /* of the accepted ones, by pid */
    char pid[IDENTIFIER_SIZE];
};

struct subscriber *subscriber_create(struct gateway *gateway, struct peer *peer,
                                     const struct identity *identity);
void subscriber_set_identity(struct subscriber *subscriber, const struct identity *identity);
struct subscriber *subscriber_ref(struct subscriber *subscriber);
void subscriber_unref(struct subscriber **subscriber);
/* The peer has gone: leaves every channel, and gives up the reference that _create gave. */
void subscriber_detach(struct subscriber **subscriber);

/* What ends the pushes that are not of the stream: the place before which all is in its queue. */
int64_t subscriber_position(const struct subscriber *subscriber);
/* Made for one receiver. */
void subscriber_push(struct subscriber *subscriber, enum push push, const char *payload,
                     size_t length);
/* The same; of a slot (1…) only the newest counts, 0: none. */
void subscriber_push_slot(struct subscriber *subscriber, enum push push, const char *payload,
                          size_t length, unsigned slot);
/* {cursor}: where this one stands. */
void subscriber_push_place(struct subscriber *subscriber, enum push push);
void subscriber_sync_ready(struct subscriber *subscriber);
/* The next log line is about this one; then log_about(NULL). */
void subscriber_log_about(const struct subscriber *subscriber);
/* channels: 'logs','dlq' */
void subscriber_log_channels(const struct subscriber *subscriber, const char *channels);
/* One who is behind gets the next row, if it wants it. False: its queue is full, it is parked. */
bool subscriber_catch_up(struct subscriber *subscriber, const struct stream_row *row,
                         struct push_frame *push_frame);
/* Tells that what lies between its place and `to` can't be told, and goes on there. */
void subscriber_gap(struct subscriber *subscriber, const char *reason, int64_t to);
/* from: as it is told, NULL when there is nothing to show. */
void subscriber_gap_from(struct subscriber *subscriber, const char *from, const char *reason,
                         int64_t to);
/* Tells that these channels (a mask) are no longer open to its roles. */
void subscriber_subscriptions_ended(struct subscriber *subscriber, unsigned channels);
/* The client came back on another connection: this one is closed, and no longer the session's. */
void subscriber_replace(struct subscriber *subscriber);
bool subscriber_is_revoked(const struct subscriber *subscriber);
/* The roles as the database takes them: {"STUDENT"}. The caller frees. */
char *subscriber_roles_array(const struct subscriber *subscriber);
