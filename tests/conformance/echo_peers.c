#include "tests/conformance/echo_peers.h"

#include <stdlib.h>
#include <string.h>

#include "pushd/engine/engine.h"
#include "pushd/net/loop.h"
#include "shared/base/memory.h"

/* Over a WebSocket the first event follows the answer to CONNECT at a distance, as from a server
 * whose application greets in a later turn: suites that wait for one message at a time lose the
 * second of two that arrive in one read. */
enum { GREETING_US = 20000, MAX_ATTACHMENTS = 10 };

struct greeting {
    struct peer *peer;
    struct timer *timer;
    size_t length;
    char payload[];
};

static struct loop *greeting_loop;

static void greet(void *context)
{
    struct greeting *greeting = context;

    peer_set_context(greeting->peer, NULL);
    timer_free(&greeting->timer);
    socketio_emit(greeting->peer, "auth", greeting->payload, greeting->length, NULL, 0);
    free(greeting);
}

static void connecting(struct peer *peer, const char *auth, size_t length)
{
    const char *payload = length ? auth : "{}";
    size_t payload_length = length ? length : 2;
    struct greeting *greeting = memory_allocate(sizeof *greeting + payload_length);

    greeting->peer = peer;
    greeting->timer = timer_make(greeting_loop, greet, greeting);
    greeting->length = payload_length;
    memcpy(greeting->payload, payload, payload_length);
    peer_set_context(peer, greeting);
    peer_accept(peer, NULL);
    if (strcmp(session_transport(peer_session(peer)), "websocket") == 0)
        timer_start(greeting->timer, GREETING_US);
    else
        greet(greeting);
}

static void event(struct peer *peer, const struct peer_event *received)
{
    if (peer_context(peer))
        greet(peer_context(peer));
    if (strcmp(socketio_peer_namespace(peer)->name, "/") != 0)
        return;
    if (strcmp(received->name, "message") == 0)
        socketio_emit(peer, "message-back", received->arguments, received->arguments_length,
                      received->attachments, received->attachment_count);
    else if (strcmp(received->name, "message-with-ack") == 0 && received->acknowledgement >= 0)
        socketio_acknowledge(peer, received->acknowledgement, received->arguments,
                             received->arguments_length, received->attachments,
                             received->attachment_count);
}

static void gone(struct peer *peer, enum close_reason reason)
{
    struct greeting *greeting = peer_context(peer);

    (void)reason;
    if (!greeting)
        return;
    timer_free(&greeting->timer);
    free(greeting);
}

struct socketio_options *echo_peers_open(struct loop *loop)
{
    static const struct peer_handler handler = {connecting, event, NULL, gone, NULL};
    static const struct socketio_namespace namespaces[] = {
        {"/", WIRE_SOCKETIO_ROOT, &handler},
        {"/custom", WIRE_SOCKETIO_NAMESPACE, &handler},
    };
    static struct socketio_options options = {namespaces, 2, MAX_ATTACHMENTS};

    greeting_loop = loop;
    return &options;
}
