/* Who receives what. Pure: it knows neither sockets nor the database, and calls a visitor.
 *
 * Subscribers with the same filter on the same channel are one audience, so a filter runs once for
 * all of them. The audiences of `notifications` are users; a second membership there, by the exact
 * set of roles and of categories muted, finds the receivers of a notification to a role. Access is
 * decided by whoever joins; what a user has muted is decided here. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pushd/clients/mutes.h"
#include "shared/model/channel.h"
#include "shared/model/filter.h"
#include "shared/model/push.h"
#include "shared/model/role.h"

struct audience;
struct subscriber;

enum {
    MEMBERSHIP_ROLES = CHANNEL_COUNT, /* of `notifications`, by roles */
    MEMBERSHIP_COUNT
};

/* A subscriber's place in an audience. */
struct membership {
    struct audience *audience; /* NULL: none */
    size_t index;
};

/* What the hub keeps in each subscriber. */
struct memberships {
    struct membership places[MEMBERSHIP_COUNT];
};

/* A row of the stream, as the relay read it. Text lives as long as the call. */
struct stream_row {
    int64_t id;
    enum push push;
    const char *user_id; /* the audience of a notification: a user, */
    const char *role;    /* or a role; else both NULL */
    struct filter_keys keys;
    const char *payload;
    size_t payload_length;
};

struct hub {
    struct audience *audiences[MEMBERSHIP_COUNT]; /* by key */
    size_t counts[CHANNEL_COUNT];
    struct mutes mutes;
};

typedef void hub_visit(struct subscriber *subscriber, void *context);

void hub_init(struct hub *hub);
void hub_deinit(struct hub *hub); /* all subscribers have left */

/* Joins, or changes the filter. The filter is taken; NULL accepts everything. */
void hub_join(struct hub *hub, struct subscriber *subscriber, enum channel channel,
              struct filter *filter);
void hub_leave(struct hub *hub, struct subscriber *subscriber, enum channel channel);
bool hub_has(const struct subscriber *subscriber, enum channel channel);
bool hub_has_any(const struct subscriber *subscriber);
size_t hub_count(const struct hub *hub, enum channel channel);
size_t hub_audience_count(const struct hub *hub, enum channel channel);

/* NULL: everything of the channel, or not joined. */
const struct filter *hub_filter(const struct subscriber *subscriber, enum channel channel);
/* Would hub_visit_row reach this one? */
bool hub_wants(const struct subscriber *subscriber, const struct stream_row *row);

/* What a user has muted, as mutes.h says: from now on; the stream tells, or a list of all. */
void hub_mute(struct hub *hub, const char *user_id, unsigned categories);
void hub_mutes_begin(struct hub *hub);
void hub_mutes_add(struct hub *hub, const char *user_id, unsigned categories);
void hub_mutes_end(struct hub *hub);

/* Each receiver once. The visitor must not join or leave. Returns the work: audiences looked at and
 * receivers reached. */
size_t hub_visit_row(const struct hub *hub, const struct stream_row *row, hub_visit *visit,
                     void *context);
void hub_visit_channel(const struct hub *hub, enum channel channel, hub_visit *visit,
                       void *context);
