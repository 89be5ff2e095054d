#include "tests/conformance/bare_echo.h"

#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "pushd/engine/frame.h"
#include "pushd/engine/queue.h"
#include "pushd/engine/ws_transport.h"
#include "pushd/net/http.h"
#include "shared/base/memory.h"

enum { TOO_LARGE = 1009, GOING_AWAY = 1001, MAX_WAITING = 16 << 20 };

struct echo {
    struct ws_connection *connection;
    struct queue queue; /* what the client does not read yet */
    struct echo *prev, *next;
};

static struct echo *echoes;
static size_t message_limit;

static void forget(struct echo *echo)
{
    DL_DELETE(echoes, echo);
    queue_deinit(&echo->queue);
    free(echo);
}

static void flush(struct echo *echo)
{
    while (echo->queue.count > 0 && ws_writable(echo->connection)) {
        struct frame *frame = queue_take(&echo->queue);
        size_t length;
        const char *bytes = frame_wire(frame, &length);

        ws_send(echo->connection, bytes, length);
        frame_unref(&frame);
    }
}

static void message(void *context, enum frame_kind kind, const char *bytes, size_t length)
{
    struct echo *echo = context;
    struct frame *frame = frame_create(kind, length);
    size_t room;

    if (length > 0)
        memcpy(frame_payload(frame, &room), bytes, length);
    queue_append(&echo->queue, frame, 0);
    frame_unref(&frame);
    if (ws_in_frames(echo->connection)) /* a ping that came before is answered before */
        ws_want_writable(echo->connection);
    else
        flush(echo);
    if (echo->queue.bytes > MAX_WAITING) {
        ws_close(&echo->connection, TOO_LARGE);
        forget(echo);
    }
}

static void refused(void *context, int code)
{
    struct echo *echo = context;

    ws_close(&echo->connection, code);
    forget(echo);
}

static void writable(void *context)
{
    flush(context);
}

static void pong(void *context)
{
    (void)context;
}

static void closed(void *context, bool by_peer)
{
    if (by_peer)
        flush(context);
    forget(context);
}

static void requested(void *context, struct http_request *request)
{
    static const struct ws_handler handler = {message, refused, writable, pong, closed};
    int status = ws_upgrade_status(request);
    struct echo *echo;

    (void)context;
    if (status) {
        http_answer(request->connection, status, "text/plain",
                    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n", "", 0);
        return;
    }
    echo = memory_allocate(sizeof *echo);
    queue_init(&echo->queue);
    echo->connection = ws_accept(request, NULL, message_limit, &handler, echo);
    if (echo->connection)
        DL_APPEND(echoes, echo);
    else
        free(echo);
}

static void abandoned(void *context, struct http_connection *connection)
{
    (void)context;
    (void)connection;
}

void bare_echo_open(struct loop *loop, struct http_server *server, const char *path,
                    size_t max_message)
{
    struct http_route route = {.path = path, .requested = requested, .abandoned = abandoned};

    message_limit = max_message;
    ws_service_open(loop);
    http_server_add(server, &route);
}

void bare_echo_close(void)
{
    while (echoes) {
        ws_close(&echoes->connection, GOING_AWAY);
        forget(echoes);
    }
    ws_service_close();
}
