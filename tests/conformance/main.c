/* A server for independent protocol suites, on the same protocol and transport code as pushd.
 *   /engine.io/  Engine.IO 4: every message is echoed
 *   /socket.io/  Socket.IO 5: namespaces / and /custom, see echo_peers.h
 *   /echo        a bare WebSocket that echoes */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pushd/engine/engine.h"
#include "pushd/net/http.h"
#include "pushd/net/loop.h"
#include "pushd/peers/socketio.h"
#include "shared/base/log.h"
#include "tests/conformance/bare_echo.h"
#include "tests/conformance/echo_peers.h"

enum {
    PING_INTERVAL_MS = 300,
    PING_TIMEOUT_MS = 200,
    CONNECT_TIMEOUT_MS = 1000,
    MAX_PAYLOAD = 1000000,
    MAX_QUEUE_FRAMES = 4096,
    MAX_QUEUE_BYTES = 4 << 20
};

static void opened(struct session *session)
{
    (void)session;
}

static void echo(struct session *session, enum frame_kind kind, const char *bytes, size_t length)
{
    size_t type_length = kind == FRAME_TEXT ? 1 : 0;
    struct frame *frame = frame_create(kind, type_length + length);
    size_t room;
    char *payload = frame_payload(frame, &room);

    if (type_length)
        payload[0] = '4';
    if (length > 0)
        memcpy(payload + type_length, bytes, length);
    session_send(session, frame);
    frame_unref(&frame);
}

static void closed(struct session *session, enum close_reason reason)
{
    (void)session;
    (void)reason;
}

static const char *any_origin(void *context, const struct http_request *request)
{
    (void)context;
    return http_header(request, "origin");
}

static struct engine *open_engine(struct loop *loop, struct http_server *server,
                                  const char *const *paths, int64_t connect_timeout_ms,
                                  const struct session_handler *handler, void *context)
{
    struct engine_options options = {
        .paths = paths,
        .ping_interval_ms = PING_INTERVAL_MS,
        .ping_timeout_ms = PING_TIMEOUT_MS,
        .connect_timeout_ms = connect_timeout_ms,
        .max_payload = MAX_PAYLOAD,
        .max_queue_frames = MAX_QUEUE_FRAMES,
        .max_queue_bytes = MAX_QUEUE_BYTES,
        .handler = handler,
        .cors_origin = any_origin,
        .context = context,
    };

    return engine_create(loop, server, &options);
}

static void stop(void *loop)
{
    loop_stop(loop);
}

static int serve(const char *address, int port)
{
    static const char *const engine_paths[] = {"/engine.io", NULL};
    static const char *const socket_paths[] = {"/socket.io", NULL};
    static const struct session_handler echo_handler = {opened, echo, NULL, closed, NULL};
    struct loop *loop = loop_create();
    struct engine *plain, *socketio;
    struct http_server *server;
    char error[256];

    server = http_server_create(loop, address, port, error, sizeof error);
    if (!server) {
        fprintf(stderr, "bookly-conformance: %s\n", error);
        loop_free(&loop);
        return 1;
    }
    plain = open_engine(loop, server, engine_paths, 0, &echo_handler, NULL);
    socketio = open_engine(loop, server, socket_paths, CONNECT_TIMEOUT_MS,
                           &socketio_session_handler, echo_peers_open(loop));
    bare_echo_open(loop, server, "/echo", MAX_PAYLOAD);
    loop_on_signal(loop, SIGINT, stop, loop);
    loop_on_signal(loop, SIGTERM, stop, loop);
    printf("listening on http://%s:%d\n", address, http_server_port(server));
    fflush(stdout);
    loop_run(loop);
    engine_free(&plain);
    engine_free(&socketio);
    bare_echo_close();
    http_server_free(&server);
    loop_free(&loop);
    return 0;
}

int main(int count, char **arguments)
{
    const char *address = "127.0.0.1";
    long port = -1;

    for (int i = 1; i + 1 < count; i += 2) {
        if (strcmp(arguments[i], "--port") == 0)
            port = strtol(arguments[i + 1], NULL, 10);
        else if (strcmp(arguments[i], "--address") == 0)
            address = arguments[i + 1];
    }
    if (port < 0 || port > 65535) {
        fprintf(stderr, "usage: bookly-conformance --port N [--address A]\n");
        return 2;
    }
    log_open(NULL, LOG_INFO_LEVEL);
    signal(SIGPIPE, SIG_IGN);
    return serve(address, (int)port);
}
