/* libwebsockets 4.1, tamed: it joins our libev loop, gets each socket with a canonical handshake of
 * our own writing (its HTTP parser never sees bytes from the network), writes prebuilt frames with
 * LWS_WRITE_HTTP, which on a WebSocket sends the bytes as they are, and uses none of its timers,
 * which live in one sorted list and are not armed from outside its own callbacks. */
#include "pushd/engine/ws_transport.h"

#include <assert.h>
#include <libwebsockets.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pushd/engine/ws_message.h"
#include "pushd/net/descriptors.h"
#include "pushd/net/http.h"
#include "pushd/net/loop.h"
#include "pushd/net/timers.h"
#include "shared/base/buffer.h"
#include "shared/base/log.h"
#include "shared/base/memory.h"

enum {
    RECEIVE_SIZE = 384,  /* kept by each connection; a CONNECT with its token mostly fits */
    SEND_SIZE = 1 << 20, /* one send; more would be copied by libwebsockets first */
    PROTOCOL_ERROR = 1002,
    GOODBYE_US = 3000000, /* for the peer's close frame */
    WATCH_US = 5000000,   /* how often a connection is looked at */
    CLOSE_CODES_END = 5000,
    DESCRIPTORS_MAX = 262144, /* libwebsockets makes a table of that many at once */
    MASKED = 0x80             /* in the second byte of a frame */
};

struct ws_connection {
    struct lws *wsi;
    const struct ws_handler *handler; /* NULL: nobody listens any more */
    void *context;
    struct ws_message message;
    struct deadline watch, goodbye;
    struct watcher *ahead; /* until the first frame has been looked at */
    int close_code;
    bool half_seen; /* the first byte of the first frame has come alone */
    bool refused, closing, close_sent, doomed;
};

static struct {
    struct loop *loop;
    struct lws_context *context;
    struct lws_vhost *vhost;
    struct deadline_list watches, goodbyes;
    struct ws_connection *arriving; /* being adopted, until libwebsockets calls ESTABLISHED */
    const char *arriving_id;        /* for its answer, or NULL */
    unsigned users;
} service;

static void emit(int level, const char *line)
{
    size_t length = strcspn(line, "\n");

    if (!strstr(line, "calling service")) /* said at error level for every adopted socket */
        log_write(level & LLL_ERR ? LOG_WARN_LEVEL : LOG_DEBUG_LEVEL, "libwebsockets", "%.*s",
                  (int)length, line);
}

static void ended(struct ws_connection *connection, bool by_peer)
{
    const struct ws_handler *handler = connection->handler;

    connection->handler = NULL;
    deadline_stop(&service.watches, &connection->watch);
    if (!handler)
        return;
    deadline_start(&service.goodbyes, &connection->goodbye, loop_now_us(service.loop));
    handler->closed(connection->context, by_peer);
}

static void refuse(struct ws_connection *connection, int code)
{
    connection->refused = true;
    ws_message_clear(&connection->message);
    if (connection->handler)
        connection->handler->refused(connection->context, code);
}

/* libwebsockets takes unmasked frames from clients, which RFC 6455 5.1 has closed. The first frame
 * is looked at before it reads: a client masks all or none. */
static void look_ahead(void *context, unsigned events)
{
    struct ws_connection *connection = context;
    ssize_t wanted = connection->half_seen ? 1 : 2;
    unsigned char head[2];
    ssize_t count =
        recv(lws_get_socket_fd(connection->wsi), head, (size_t)wanted, MSG_PEEK | MSG_DONTWAIT);

    (void)events;
    if (count == 1 && wanted == 2) {
        connection->half_seen = true;
        return;
    }
    watcher_free(&connection->ahead);
    if (count == wanted && !(head[wanted - 1] & MASKED))
        refuse(connection, PROTOCOL_ERROR);
}

static void received(struct ws_connection *connection, const char *bytes, size_t length)
{
    size_t missing = lws_remaining_packet_payload(connection->wsi);
    enum frame_kind kind = lws_frame_is_binary(connection->wsi) ? FRAME_BINARY : FRAME_TEXT;
    const struct ws_part part = {
        .bytes = bytes,
        .length = length,
        .missing = missing,
        .first = lws_is_first_fragment(connection->wsi) != 0,
        .last = lws_is_final_fragment(connection->wsi) != 0 && missing == 0,
    };
    int code;

    if (!connection->handler || connection->refused)
        return;
    code = ws_message_add(&connection->message, &part);
    if (code)
        refuse(connection, code);
    else if (part.first && part.last)
        connection->handler->message(connection->context, kind, length ? bytes : "", length);
    else if (part.last) {
        struct ws_message message = connection->message;

        buffer_init(&connection->message.bytes);
        connection->handler->message(connection->context, kind, message.bytes.data,
                                     message.bytes.length);
        ws_message_clear(&message);
    }
}

static int writable(struct ws_connection *connection)
{
    if (connection->doomed)
        return -1;
    if (connection->closing && !connection->close_sent) {
        connection->close_sent = true;
        lws_close_reason(connection->wsi, (enum lws_close_status)connection->close_code, NULL, 0);
        return -1;
    }
    if (connection->handler)
        connection->handler->writable(connection->context);
    return 0;
}

/* code: sent back as it lies there, but for codes that libwebsockets knows to be wrong. False: half
 * a code, which it would send back as well. */
static bool peer_closes(struct ws_connection *connection, unsigned char *code, size_t length)
{
    ended(connection, true);
    if (length >= 2 && (code[0] << 8 | code[1]) >= CLOSE_CODES_END) {
        code[0] = LWS_CLOSE_STATUS_PROTOCOL_ERR >> 8;
        code[1] = LWS_CLOSE_STATUS_PROTOCOL_ERR & 0xff;
    }
    if (length != 1)
        return true;
    lws_close_reason(connection->wsi, LWS_CLOSE_STATUS_PROTOCOL_ERR, NULL, 0);
    return false;
}

static void destroyed(struct ws_connection *connection)
{
    ended(connection, false);
    deadline_stop(&service.goodbyes, &connection->goodbye);
    watcher_free(&connection->ahead);
    ws_message_clear(&connection->message);
    free(connection);
}

static void name_answer(struct lws_process_html_args *room)
{
    if (service.arriving_id)
        room->p +=
            snprintf(room->p, (size_t)room->max_len, "X-Request-Id: %s\r\n", service.arriving_id);
}

static int callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                    size_t length)
{
    struct ws_connection *connection = user;

    switch (reason) {
    case LWS_CALLBACK_ADD_HEADERS:
        name_answer(in);
        return 0;
    case LWS_CALLBACK_ESTABLISHED:
        connection = service.arriving;
        if (!connection)
            return -1;
        service.arriving = NULL;
        connection->wsi = wsi;
        lws_set_wsi_user(wsi, connection);
        return 0;
    case LWS_CALLBACK_RECEIVE:
        received(connection, in, length);
        return connection->doomed ? -1 : 0;
    case LWS_CALLBACK_RECEIVE_PONG:
        if (connection->handler)
            connection->handler->pong(connection->context);
        return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return writable(connection);
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
        return peer_closes(connection, in, length) ? 0 : -1;
    case LWS_CALLBACK_CLOSED:
        if (connection)
            destroyed(connection);
        return 0;
    default:
        return 0;
    }
}

static const struct lws_protocols protocols[] = {
    {"bookly", callback, 0, RECEIVE_SIZE, 0, NULL, SEND_SIZE},
    {NULL, NULL, 0, 0, 0, NULL, 0},
};

/* After bytes that break the protocol libwebsockets says so, calls nobody and waits for an answer
 * without end. */
static void watched(struct deadline *deadline, void *context)
{
    struct ws_connection *connection =
        (struct ws_connection *)((char *)deadline - offsetof(struct ws_connection, watch));

    (void)context;
    if (lws_get_close_length(connection->wsi) > 0)
        ended(connection, false);
    else
        deadline_start(&service.watches, deadline, loop_now_us(service.loop));
}

/* Never inside a callback of libwebsockets: the timer is ours. */
static void goodbye_expired(struct deadline *deadline, void *context)
{
    struct ws_connection *connection =
        (struct ws_connection *)((char *)deadline - offsetof(struct ws_connection, goodbye));

    (void)context;
    lws_set_timeout(connection->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
}

void ws_service_open(struct loop *loop)
{
    static const lws_retry_bo_t no_pings;
    static void *loops[1];
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN_SERVER,
        .protocols = protocols,
        .gid = (gid_t)-1,
        .uid = (uid_t)-1,
        .options = LWS_SERVER_OPTION_LIBEV | LWS_SERVER_OPTION_VALIDATE_UTF8 |
                   LWS_SERVER_OPTION_EXPLICIT_VHOSTS,
        .retry_and_idle_policy = &no_pings,
        .foreign_loops = loops,
    };

    if (service.users++ > 0) {
        assert(service.loop == loop);
        return;
    }
    descriptors_bound(DESCRIPTORS_MAX);
    lws_set_log_level(LLL_ERR | LLL_WARN, emit);
    loops[0] = loop_native(loop);
    service.loop = loop;
    service.context = lws_create_context(&info);
    service.vhost = service.context ? lws_create_vhost(service.context, &info) : NULL;
    if (!service.vhost) {
        log_write(LOG_ERROR_LEVEL, "libwebsockets",
                  "no context: is its libev plugin (libwebsockets-evlib-ev) installed?");
        abort();
    }
    deadline_list_init(&service.watches, loop, WATCH_US, watched, NULL);
    deadline_list_init(&service.goodbyes, loop, GOODBYE_US, goodbye_expired, NULL);
}

void ws_service_close(void)
{
    assert(service.users > 0);
    if (--service.users > 0)
        return;
    lws_context_destroy(service.context);
    deadline_list_deinit(&service.watches);
    deadline_list_deinit(&service.goodbyes);
    service.context = NULL;
    service.vhost = NULL;
}

/* True once libwebsockets has called ESTABLISHED, which it does before it returns. */
static bool adopt(struct ws_connection *connection, int fd, const struct buffer *handshake)
{
    service.arriving = connection;
    lws_adopt_socket_vhost_readbuf(service.vhost, fd, handshake->data, handshake->length);
    if (!service.arriving)
        return true;
    service.arriving = NULL;
    return false;
}

struct ws_connection *ws_accept(const struct http_request *request, const char *request_id,
                                size_t max_message, const struct ws_handler *handler, void *context)
{
    struct ws_connection *connection = memory_allocate(sizeof *connection);
    struct buffer handshake;
    size_t rest_length;
    bool accepted = false;
    char *rest;
    int fd;

    *connection =
        (struct ws_connection){.handler = handler, .context = context, .message.max = max_message};
    buffer_init(&handshake);
    buffer_append_format(&handshake,
                         "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                         "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                         "Sec-WebSocket-Key: %s\r\n\r\n",
                         http_header(request, "sec-websocket-key"));
    fd = http_connection_take(request->connection, &rest, &rest_length);
    free(rest);
    service.arriving_id = request_id;
    if (rest_length == 0)
        accepted = adopt(connection, fd, &handshake);
    else
        close(fd); /* a client waits for the answer before it sends frames (RFC 6455 4.1) */
    buffer_deinit(&handshake);
    if (!accepted) {
        free(connection);
        return NULL;
    }
    connection->ahead = watcher_create_ahead(service.loop, fd, look_ahead, connection);
    deadline_start(&service.watches, &connection->watch, loop_now_us(service.loop));
    return connection;
}

void ws_set_handler(struct ws_connection *connection, const struct ws_handler *handler,
                    void *context)
{
    connection->handler = handler;
    connection->context = context;
}

bool ws_writable(const struct ws_connection *connection)
{
    return !connection->doomed && !lws_partial_buffered(connection->wsi);
}

void ws_send(struct ws_connection *connection, const char *bytes, size_t length)
{
    /* libwebsockets takes them as writable and does not write to them in this mode */
    unsigned char *source = (unsigned char *)(uintptr_t)bytes;

    /* nothing follows a close frame */
    if (connection->doomed || lws_get_close_length(connection->wsi) > 0)
        return;
    if (lws_write(connection->wsi, source, length, LWS_WRITE_HTTP) < 0) {
        connection->doomed = true; /* closing here could free what a caller still looks at */
        lws_callback_on_writable(connection->wsi);
    } else if (lws_partial_buffered(connection->wsi)) {
        lws_callback_on_writable(connection->wsi);
    }
}

bool ws_in_frames(const struct ws_connection *connection)
{
    return connection->message.in_frames;
}

void ws_want_writable(struct ws_connection *connection)
{
    lws_callback_on_writable(connection->wsi);
}

void ws_close(struct ws_connection **connection, int code)
{
    struct ws_connection *closing = *connection;

    *connection = NULL;
    closing->handler = NULL;
    deadline_stop(&service.watches, &closing->watch);
    closing->close_code = code;
    closing->closing = code != 0;
    closing->doomed = closing->doomed || code == 0;
    deadline_start(&service.goodbyes, &closing->goodbye, loop_now_us(service.loop));
    lws_callback_on_writable(closing->wsi);
}
