#include "pushd/stream/hub.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pushd/stream/subscriber.h"
#include "shared/base/hash.h"
#include "shared/base/memory.h"
#include "shared/model/category.h"

enum { FETCHED_AHEAD = 4 }; /* members on their way into the cache */

struct audience {
    char *key; /* canonical filter, user id, or masks of roles and categories */
    struct filter *filter;
    unsigned roles, muted; /* of all members; of a user only muted */
    struct subscriber **members;
    size_t count, capacity;
    UT_hash_handle hh;
};

void hub_init(struct hub *hub)
{
    *hub = (struct hub){0};
}

void hub_deinit(struct hub *hub)
{
    for (size_t i = 0; i < MEMBERSHIP_COUNT; i++)
        assert(!hub->audiences[i]);
    mutes_deinit(&hub->mutes);
}

static struct audience *find_or_create(struct hub *hub, size_t kind, const char *key)
{
    struct audience *audience;

    HASH_FIND_STR(hub->audiences[kind], key, audience);
    if (!audience) {
        audience = memory_allocate(sizeof *audience);
        audience->key = memory_copy_text(key);
        HASH_ADD_KEYPTR(hh, hub->audiences[kind], audience->key, strlen(audience->key), audience);
    }
    return audience;
}

static void remove_audience(struct hub *hub, size_t kind, struct audience *audience)
{
    HASH_DELETE(hh, hub->audiences[kind], audience);
    filter_free(&audience->filter);
    free(audience->members);
    free(audience->key);
    free(audience);
}

static void enter(struct subscriber *subscriber, size_t kind, struct audience *audience)
{
    if (audience->count == audience->capacity) {
        audience->capacity = audience->capacity ? audience->capacity * 2 : 1;
        audience->members =
            memory_resize(audience->members, audience->capacity * sizeof *audience->members);
    }
    subscriber->memberships.places[kind] = (struct membership){audience, audience->count};
    audience->members[audience->count++] = subscriber;
}

static void leave(struct hub *hub, struct subscriber *subscriber, size_t kind)
{
    struct membership *place = &subscriber->memberships.places[kind];
    struct audience *audience = place->audience;
    struct subscriber *last;

    if (!audience)
        return;
    last = audience->members[--audience->count];
    audience->members[place->index] = last;
    last->memberships.places[kind].index = place->index;
    place->audience = NULL;
    if (audience->count == 0)
        remove_audience(hub, kind, audience);
}

static void join_roles(struct hub *hub, struct subscriber *subscriber, unsigned muted)
{
    struct audience *audience;
    char masks[24];

    snprintf(masks, sizeof masks, "%x %x", subscriber->roles, muted);
    audience = find_or_create(hub, MEMBERSHIP_ROLES, masks);
    audience->roles = subscriber->roles;
    audience->muted = muted;
    enter(subscriber, MEMBERSHIP_ROLES, audience);
}

static void join_notifications(struct hub *hub, struct subscriber *subscriber)
{
    struct audience *audience = find_or_create(hub, CHANNEL_NOTIFICATIONS, subscriber->user_id);

    audience->muted = mutes_of(&hub->mutes, subscriber->user_id);
    enter(subscriber, CHANNEL_NOTIFICATIONS, audience);
    join_roles(hub, subscriber, audience->muted);
}

void hub_join(struct hub *hub, struct subscriber *subscriber, enum channel channel,
              struct filter *filter)
{
    struct audience *audience;

    hub_leave(hub, subscriber, channel);
    hub->counts[channel]++;
    if (channel == CHANNEL_NOTIFICATIONS) {
        join_notifications(hub, subscriber);
    } else {
        audience = find_or_create(hub, channel, filter ? filter_canonical(filter) : "");
        enter(subscriber, channel, audience);
        if (!audience->filter) {
            audience->filter = filter;
            return;
        }
    }
    filter_free(&filter);
}

void hub_leave(struct hub *hub, struct subscriber *subscriber, enum channel channel)
{
    if (!hub_has(subscriber, channel))
        return;
    hub->counts[channel]--;
    leave(hub, subscriber, channel);
    if (channel == CHANNEL_NOTIFICATIONS)
        leave(hub, subscriber, MEMBERSHIP_ROLES);
}

bool hub_has(const struct subscriber *subscriber, enum channel channel)
{
    return subscriber->memberships.places[channel].audience != NULL;
}

bool hub_has_any(const struct subscriber *subscriber)
{
    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++) {
        if (hub_has(subscriber, channel))
            return true;
    }
    return false;
}

size_t hub_count(const struct hub *hub, enum channel channel)
{
    return hub->counts[channel];
}

size_t hub_audience_count(const struct hub *hub, enum channel channel)
{
    return HASH_COUNT(hub->audiences[channel]);
}

const struct filter *hub_filter(const struct subscriber *subscriber, enum channel channel)
{
    const struct audience *audience = subscriber->memberships.places[channel].audience;

    return audience ? audience->filter : NULL;
}

static bool has_role(unsigned roles, const char *name)
{
    enum role role;

    return name && role_parse(name, strlen(name), &role) && (roles & ROLE_BIT(role));
}

/* A notification's first key is its category. */
static bool is_muted(const struct audience *audience, const struct stream_row *row)
{
    const char *name = row->keys.key[0];
    enum category category;

    return audience->muted && name && category_parse(name, strlen(name), &category) &&
           (audience->muted & CATEGORY_BIT(category));
}

bool hub_wants(const struct subscriber *subscriber, const struct stream_row *row)
{
    enum channel channel = push_channel(row->push);
    const struct filter *filter;

    if (channel == CHANNEL_NONE || !hub_has(subscriber, channel))
        return false;
    if (channel == CHANNEL_NOTIFICATIONS)
        return (row->user_id ? strcmp(row->user_id, subscriber->user_id) == 0
                             : has_role(subscriber->roles, row->role)) &&
               !is_muted(subscriber->memberships.places[channel].audience, row);
    filter = hub_filter(subscriber, channel);
    return !filter || filter_matches(filter, &row->keys);
}

static size_t visit_members(const struct audience *audience, hub_visit *visit, void *context)
{
    for (size_t i = 0; i < audience->count; i++) {
        if (i + FETCHED_AHEAD < audience->count)
            __builtin_prefetch(audience->members[i + FETCHED_AHEAD]);
        visit(audience->members[i], context);
    }
    return audience->count;
}

static size_t visit_notified(const struct hub *hub, const struct stream_row *row, hub_visit *visit,
                             void *context)
{
    struct audience *audience;
    size_t work = 1;

    if (row->user_id) {
        HASH_FIND_STR(hub->audiences[CHANNEL_NOTIFICATIONS], row->user_id, audience);
        return audience && !is_muted(audience, row) ? work + visit_members(audience, visit, context)
                                                    : work;
    }
    for (audience = hub->audiences[MEMBERSHIP_ROLES]; audience; audience = audience->hh.next) {
        work++;
        if (has_role(audience->roles, row->role) && !is_muted(audience, row))
            work += visit_members(audience, visit, context);
    }
    return work;
}

size_t hub_visit_row(const struct hub *hub, const struct stream_row *row, hub_visit *visit,
                     void *context)
{
    enum channel channel = push_channel(row->push);
    size_t work = 1;

    if (channel == CHANNEL_NONE)
        return work;
    if (channel == CHANNEL_NOTIFICATIONS)
        return visit_notified(hub, row, visit, context);
    for (struct audience *audience = hub->audiences[channel]; audience;
         audience = audience->hh.next) {
        work++;
        if (!audience->filter || filter_matches(audience->filter, &row->keys))
            work += visit_members(audience, visit, context);
    }
    return work;
}

void hub_visit_channel(const struct hub *hub, enum channel channel, hub_visit *visit, void *context)
{
    for (struct audience *audience = hub->audiences[channel]; audience;
         audience = audience->hh.next)
        visit_members(audience, visit, context);
}

static void use_mutes(void *context, const char *user_id)
{
    struct hub *hub = context;
    struct audience *audience;

    HASH_FIND_STR(hub->audiences[CHANNEL_NOTIFICATIONS], user_id, audience);
    if (!audience)
        return;
    audience->muted = mutes_of(&hub->mutes, user_id);
    for (size_t i = 0; i < audience->count; i++) {
        leave(hub, audience->members[i], MEMBERSHIP_ROLES);
        join_roles(hub, audience->members[i], audience->muted);
    }
}

void hub_mute(struct hub *hub, const char *user_id, unsigned categories)
{
    if (mutes_set(&hub->mutes, user_id, categories))
        use_mutes(hub, user_id);
}

void hub_mutes_begin(struct hub *hub)
{
    mutes_list_begin(&hub->mutes);
}

void hub_mutes_add(struct hub *hub, const char *user_id, unsigned categories)
{
    if (mutes_list_add(&hub->mutes, user_id, categories))
        use_mutes(hub, user_id);
}

void hub_mutes_end(struct hub *hub)
{
    mutes_list_end(&hub->mutes, use_mutes, hub);
}
