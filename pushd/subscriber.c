#include "pushd/subscriber.h"

#include <stdlib.h>
#include <utlist.h>

#include "pushd/gateway.h"
#include "pushd/peer.h"
#include "pushd/relay.h"
#include "shared/auth/token.h"
#include "shared/base/buffer.h"
#include "shared/base/memory.h"
#include "shared/model/role.h"

struct subscriber *subscriber_create(struct gateway *gateway, struct peer *peer,
                                     const struct identity *identity, enum wire wire)
{
    struct subscriber *subscriber = memory_allocate(sizeof *subscriber);

    subscriber->gateway = gateway;
    subscriber->peer = peer;
    subscriber->user_id = memory_copy_text(identity->user_id);
    subscriber->roles = identity->roles;
    subscriber->wire = wire;
    subscriber->references = 1;
    DL_APPEND(gateway->subscribers, subscriber);
    return subscriber;
}

struct subscriber *subscriber_ref(struct subscriber *subscriber)
{
    subscriber->references++;
    return subscriber;
}

void subscriber_unref(struct subscriber **subscriber)
{
    if (*subscriber && --(*subscriber)->references == 0) {
        free((*subscriber)->user_id);
        free(*subscriber);
    }
    *subscriber = NULL;
}

void subscriber_detach(struct subscriber **subscriber)
{
    struct gateway *gateway = (*subscriber)->gateway;

    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++)
        hub_leave(&gateway->hub, *subscriber, channel);
    DL_DELETE(gateway->subscribers, *subscriber);
    (*subscriber)->peer = NULL;
    subscriber_unref(subscriber);
}

void subscriber_push(struct subscriber *subscriber, enum push push, const char *payload,
                     size_t length)
{
    const struct gateway *gateway = subscriber->gateway;
    struct push_frame push_frame;
    char cursor[CURSOR_SIZE];

    if (!subscriber->peer)
        return;
    gateway_cursor(gateway, cursor);
    push_frame_init(&push_frame, push, payload, length, cursor,
                    gateway->settings->websocket_namespace);
    peer_send(subscriber->peer, push_frame_get(&push_frame, subscriber->wire));
    push_frame_deinit(&push_frame);
    subscriber->position = relay_position(gateway->relay);
}

void subscriber_sync_ready(struct subscriber *subscriber)
{
    struct buffer payload;
    char cursor[CURSOR_SIZE];

    gateway_cursor(subscriber->gateway, cursor);
    buffer_init(&payload);
    buffer_append_format(&payload, "{\"cursor\":\"%s\"}", cursor);
    subscriber_push(subscriber, PUSH_SYNC_READY, payload.data, payload.length);
    buffer_deinit(&payload);
}

char *subscriber_roles_array(const struct subscriber *subscriber)
{
    struct buffer array;

    buffer_init(&array);
    roles_append_array(&array, subscriber->roles);
    return buffer_take(&array);
}
