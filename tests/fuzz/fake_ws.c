#include "tests/fuzz/fake_ws.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utlist.h>

#include "pushd/engine/identifier.h"
#include "pushd/engine/ws_transport.h"
#include "pushd/net/http.h"
#include "pushd/protocol/engineio.h"
#include "pushd/protocol/json_text.h"
#include "pushd/protocol/socketio_packet.h"
#include "shared/base/memory.h"
#include "shared/base/utf8.h"

struct ws_connection {
    const struct ws_handler *handler;
    void *context;
    int fd;
    bool blocked, in_frames, wants_writable, refused;
    struct ws_connection *prev, *next;
};

static struct ws_connection *connections, *chosen;
static unsigned long identifiers;

/* A part of this address is compared, none is kept. */
int getpeername(int fd, struct sockaddr *address, socklen_t *length)
{
    struct sockaddr_in loopback = {.sin_family = AF_INET};

    (void)fd;
    loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    memcpy(address, &loopback, sizeof loopback);
    *length = sizeof loopback;
    return 0;
}

void identifier_make(char identifier[IDENTIFIER_SIZE])
{
    snprintf(identifier, IDENTIFIER_SIZE, "%020lu", ++identifiers % 1000000);
}

void fake_ws_reset(void)
{
    assert(!connections);
    identifiers = 0;
}

void fake_ws_choose_next(void)
{
    chosen = chosen && chosen->next ? chosen->next : connections;
}

void fake_ws_message(enum frame_kind kind, const char *bytes, size_t length, bool in_frames)
{
    size_t characters;

    if (!chosen || chosen->refused || /* libwebsockets checks it */
        (kind == FRAME_TEXT && !utf8_count(bytes, length, &characters)))
        return;
    chosen->in_frames = in_frames;
    chosen->handler->message(chosen->context, kind, bytes, length);
}

void fake_ws_refuse(int code)
{
    if (!chosen || chosen->refused)
        return;
    chosen->refused = true;
    chosen->handler->refused(chosen->context, code);
}

void fake_ws_pong(void)
{
    if (chosen && !chosen->refused)
        chosen->handler->pong(chosen->context);
}

void fake_ws_set_writable(bool writable)
{
    bool told = chosen && (chosen->blocked || chosen->wants_writable) && writable;

    if (!chosen)
        return;
    chosen->blocked = !writable;
    chosen->wants_writable = false;
    if (told)
        chosen->handler->writable(chosen->context);
}

static void connection_free(struct ws_connection *connection)
{
    DL_DELETE(connections, connection);
    if (chosen == connection)
        chosen = connections;
    close(connection->fd);
    free(connection);
}

/* The handler may close it within its last call. */
static bool is_open(const struct ws_connection *wanted)
{
    struct ws_connection *connection;

    DL_FOREACH(connections, connection) {
        if (connection == wanted)
            return true;
    }
    return false;
}

void fake_ws_close(bool by_peer)
{
    struct ws_connection *closing = chosen;

    if (!closing)
        return;
    closing->handler->closed(closing->context, by_peer);
    if (is_open(closing))
        connection_free(closing);
}

void ws_service_open(struct loop *loop)
{
    (void)loop;
}

void ws_service_close(void)
{
}

struct ws_connection *ws_accept(const struct http_request *request, const char *request_id,
                                size_t max_message, const struct ws_handler *handler, void *context)
{
    struct ws_connection *connection = memory_allocate(sizeof *connection);
    size_t rest_length;
    char *rest;

    (void)request_id;
    (void)max_message;
    connection->fd = http_connection_take(request->connection, &rest, &rest_length);
    free(rest);
    ws_set_handler(connection, handler, context);
    DL_PREPEND(connections, connection);
    chosen = connection;
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
    return !connection->blocked;
}

/* JSON of a plain WebSocket, or a packet of Engine.IO with what it holds. */
static void check_text(const char *text, size_t length)
{
    struct engineio_packet packet;
    struct socketio_packet message;
    size_t characters;

    assert(utf8_count(text, length, &characters));
    if (length > 0 && text[0] == '{') {
        assert(json_text_valid(text, length));
        return;
    }
    assert(engineio_parse(text, length, &packet));
    if (packet.type == ENGINEIO_MESSAGE)
        assert(socketio_parse(packet.data, packet.length, &message));
}

/* One frame: final, without a mask; the length of it. */
static size_t check_frame(const unsigned char *bytes, size_t length)
{
    size_t head = 2, payload;

    assert(length >= 2 && (bytes[0] & 0xf0) == 0x80 && (bytes[1] & 0x80) == 0);
    payload = bytes[1];
    if (payload >= 126) {
        size_t digits = payload == 126 ? 2 : 8;

        assert(length >= head + digits);
        for (payload = 0; digits > 0; digits--)
            payload = payload << 8 | bytes[head++];
    }
    assert(payload <= length - head);
    if ((bytes[0] & 0x0f) == 1)
        check_text((const char *)bytes + head, payload);
    return head + payload;
}

void ws_send(struct ws_connection *connection, const char *bytes, size_t length)
{
    assert(is_open(connection));
    for (size_t at = 0; at < length;)
        at += check_frame((const unsigned char *)bytes + at, length - at);
}

bool ws_in_frames(const struct ws_connection *connection)
{
    return connection->in_frames;
}

void ws_want_writable(struct ws_connection *connection)
{
    connection->wants_writable = true;
}

void ws_close(struct ws_connection **connection, int code)
{
    assert(code == 0 || (code >= 1000 && code < 5000));
    connection_free(*connection);
    *connection = NULL;
}
