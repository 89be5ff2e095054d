/* WebSocket connections (RFC 6455): the only door to libwebsockets, which does framing, masking,
 * fragments, control frames and UTF-8, and nothing else. No extensions, no subprotocols.
 * A connection is given its socket by the HTTP server, with the handshake checked by the caller. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "pushd/engine/frame.h"

struct http_request;
struct loop;
struct ws_connection;

struct ws_handler {
    /* One whole message; bytes are gone afterwards. */
    void (*message)(void *context, enum frame_kind kind, const char *bytes, size_t length);
    /* 1009: a message over max_message; 1002: the first frame is not masked. Nothing more is handed
     * on; the connection is the handler's to close. */
    void (*refused)(void *context, int code);
    void (*writable)(void *context); /* what was partly written is out */
    void (*pong)(void *context);
    /* The last call, unless ws_close came first. by_peer: with a close frame; what is sent within
     * the call goes out before the answer to it. */
    void (*closed)(void *context, bool by_peer);
};

/* One a process, shared by all who ask. */
void ws_service_open(struct loop *loop);
void ws_service_close(void);

/* The status that refuses the upgrade (400 or 426), or 0: version 13, a valid key, GET. */
int ws_upgrade_status(const struct http_request *request);
/* Takes the socket of the request and answers 101 (X-Request-Id: request_id, or without where it is
 * NULL). NULL: the connection failed and is closed. */
struct ws_connection *ws_accept(const struct http_request *request, const char *request_id,
                                size_t max_message, const struct ws_handler *handler,
                                void *context);

/* The connection changes hands. */
void ws_set_handler(struct ws_connection *connection, const struct ws_handler *handler,
                    void *context);

bool ws_writable(const struct ws_connection *connection);
/* Bytes of whole frames, sent untouched. What the kernel does not take is copied. */
void ws_send(struct ws_connection *connection, const char *bytes, size_t length);
/* Within message(): it came in more than one frame, so that pings may have come in between. */
bool ws_in_frames(const struct ws_connection *connection);
/* writable() soon, after the answers that pings are owed. */
void ws_want_writable(struct ws_connection *connection);
/* Sends a close frame (code 0: none) and lets go: no more calls, the handle is gone for the caller.
 * A peer that does not answer is cut off after some seconds. */
void ws_close(struct ws_connection **connection, int code);
