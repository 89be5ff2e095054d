#include "pushd/engine/session_websocket.h"

#include <stdlib.h>
#include <string.h>

#include "pushd/engine/queue.h"
#include "pushd/engine/transport.h"
#include "pushd/engine/ws_parting.h"
#include "pushd/engine/ws_transport.h"
#include "shared/base/memory.h"

enum { SCRATCH_SIZE = 65536 }; /* what leaves in one send */

struct websocket {
    struct transport base;
    struct ws_connection *connection;
};

static struct websocket *websocket_of(const struct transport *transport)
{
    return (struct websocket *)(uintptr_t)transport;
}

static bool writable(const struct transport *transport)
{
    return ws_writable(websocket_of(transport)->connection);
}

static void send_first(struct ws_connection *connection, struct queue *queue)
{
    struct frame *frame = queue_take(queue);
    size_t length;
    const char *bytes = frame_wire(frame, &length);

    ws_send(connection, bytes, length);
    frame_unref(&frame);
}

/* Copies whole frames while they fit; the bytes copied. */
static size_t gather(struct queue *queue, char *scratch)
{
    size_t gathered = 0;

    while (queue->count > 0) {
        size_t length;
        const char *bytes = frame_wire(queue_first(queue), &length);
        struct frame *frame;

        if (length > SCRATCH_SIZE - gathered)
            break;
        memcpy(scratch + gathered, bytes, length);
        gathered += length;
        frame = queue_take(queue);
        frame_unref(&frame);
    }
    return gathered;
}

static void send_queue(struct transport *transport, struct queue *queue)
{
    static char scratch[SCRATCH_SIZE];
    struct ws_connection *connection = websocket_of(transport)->connection;

    while (queue->count > 0 && ws_writable(connection)) {
        size_t gathered = queue->count > 1 ? gather(queue, scratch) : 0;

        if (gathered > 0)
            ws_send(connection, scratch, gathered);
        else
            send_first(connection, queue);
    }
}

static void close_websocket(struct transport *transport, enum close_reason reason,
                            struct queue *queue)
{
    if (queue)
        send_queue(transport, queue);
    ws_close(&websocket_of(transport)->connection, close_reason_code(reason));
    free(transport);
}

static void part(struct transport *transport, enum close_reason reason,
                 struct ws_partings *partings)
{
    ws_part(partings, &websocket_of(transport)->connection, close_reason_code(reason));
    free(transport);
}

static const struct transport_ops websocket_ops = {
    .name = "websocket",
    .kind = TRANSPORT_WEBSOCKET,
    .writable = writable,
    .send = send_queue,
    .close = close_websocket,
    .part = part,
};

static void message(void *context, enum frame_kind kind, const char *bytes, size_t length)
{
    struct transport *transport = context;

    session_receive(transport->session, transport, kind, bytes, length);
}

static void refused(void *context, int code)
{
    struct transport *transport = context;

    session_offended(transport->session, transport,
                     code == close_reason_code(CLOSE_TOO_LARGE) ? CLOSE_TOO_LARGE
                     : code == close_reason_code(CLOSE_CROWDED) ? CLOSE_CROWDED
                                                                : CLOSE_PARSE_ERROR);
}

static void drained(void *context)
{
    struct transport *transport = context;

    session_writable(transport->session);
}

static void pong(void *context)
{
    struct transport *transport = context;

    session_pong(transport->session);
}

static void closed(void *context, bool by_peer)
{
    struct transport *transport = context;

    session_transport_lost(transport->session, transport,
                           by_peer ? CLOSE_CLIENT_CLOSED : CLOSE_TRANSPORT_LOST);
    free(transport);
}

static const struct ws_handler handler = {message, refused, drained, pong, closed};

struct transport *session_websocket_accept(const struct http_request *request,
                                           const char *request_id, size_t max_message)
{
    struct websocket *websocket = memory_allocate(sizeof *websocket);

    websocket->base.ops = &websocket_ops;
    websocket->connection = ws_accept(request, request_id, max_message, &handler, websocket);
    if (websocket->connection)
        return &websocket->base;
    free(websocket);
    return NULL;
}
