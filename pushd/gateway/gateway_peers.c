#include "pushd/gateway/gateway_peers.h"

#include "pushd/clients/durable.h"
#include "pushd/clients/joining.h"
#include "pushd/commands/command.h"
#include "pushd/engine/engine.h"
#include "pushd/gateway/gateway.h"
#include "pushd/stream/catchup.h"
#include "pushd/stream/subscriber.h"
#include "shared/base/log.h"

static void connecting(struct peer *peer, const char *auth, size_t length)
{
    struct gateway *gateway = engine_context(session_engine(peer_session(peer)));

    joining_begin(gateway->joining, peer, auth, length);
}

static void event(struct peer *peer, const struct peer_event *received)
{
    command_dispatch(peer_context(peer), received);
}

static void drained(struct peer *peer)
{
    struct subscriber *subscriber = peer_context(peer);

    if (subscriber)
        catchup_drained(subscriber->gateway->catchup, subscriber);
}

/* A client that says goodbye ends its session; whatever else happens, it may come back to it. */
static void leave(struct subscriber *subscriber, enum close_reason reason)
{
    struct durable *durable = subscriber->gateway->durable;

    subscriber_log_about(subscriber);
    log_write(LOG_INFO_LEVEL, "WebSocketGateway",
              "WebSocket client disconnected: clientId=%s, userId=%s, reason=%s",
              peer_id(subscriber->peer), subscriber->user_id, close_reason_name(reason));
    log_about(NULL);
    if (subscriber->replaced)
        return;
    if (reason == CLOSE_CLIENT_DISCONNECTED)
        durable_end(durable, subscriber->pid);
    else
        durable_leave(durable, subscriber);
}

static void gone(struct peer *peer, enum close_reason reason)
{
    struct subscriber *subscriber = peer_context(peer);

    if (!subscriber)
        return;
    if (subscriber->accepted)
        leave(subscriber, reason);
    peer_set_context(peer, NULL);
    subscriber_detach(&subscriber);
}

static void upgraded(struct peer *peer)
{
    struct subscriber *subscriber = peer_context(peer);

    if (subscriber && subscriber->accepted)
        durable_touch(subscriber->gateway->durable, subscriber);
}

const struct peer_handler gateway_peer_handler = {connecting, event, drained, gone, upgraded};
