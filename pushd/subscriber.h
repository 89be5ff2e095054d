/* A client in a namespace, as everything above the protocol sees it: who it is and what it listens
 * to. It may outlive its peer while answers of the database are under way: each of these holds a
 * reference. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pushd/close_reason.h"
#include "pushd/hub.h"
#include "pushd/push_frame.h"

struct gateway;
struct identity;
struct peer;

struct subscriber {
    struct gateway *gateway;
    struct peer *peer; /* NULL once it has gone */
    char *user_id;
    unsigned roles;
    enum wire wire;
    unsigned references;
    unsigned commands_pending;
    int64_t position; /* the last place in the stream that this client was told */
    struct memberships memberships;
    struct subscriber *prev, *next; /* of all */
};

struct subscriber *subscriber_create(struct gateway *gateway, struct peer *peer,
                                     const struct identity *identity, enum wire wire);
struct subscriber *subscriber_ref(struct subscriber *subscriber);
void subscriber_unref(struct subscriber **subscriber);
/* The peer has gone: leaves every channel, and gives up the reference that _create gave. */
void subscriber_detach(struct subscriber **subscriber);

/* Made for one receiver; the cursor of now ends it. */
void subscriber_push(struct subscriber *subscriber, enum push push, const char *payload,
                     size_t length);
void subscriber_sync_ready(struct subscriber *subscriber);
/* The roles as the database takes them: {"STUDENT"}. The caller frees. */
char *subscriber_roles_array(const struct subscriber *subscriber);
