/* Engine.IO packets and polling payloads, protocol revision 4. Pure.
 *
 * A packet is a type digit and data; on WebSocket one packet is one text message, and a binary
 * message is bare bytes. A polling payload is packets joined by the record separator; binary is `b`
 * and base64: `4hello`, `2`, `4one\x1e4two`, `bAQIDBA==`. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pushd/engine/frame.h"

struct buffer;

enum engineio_type {
    ENGINEIO_OPEN = '0',
    ENGINEIO_CLOSE = '1',
    ENGINEIO_PING = '2',
    ENGINEIO_PONG = '3',
    ENGINEIO_MESSAGE = '4',
    ENGINEIO_UPGRADE = '5',
    ENGINEIO_NOOP = '6'
};

enum { ENGINEIO_SEPARATOR = 0x1e };

/* Errors of requests, as Socket.IO's own server numbers them. */
#define ENGINEIO_ERRORS(ROW)                                                                       \
    ROW(UNKNOWN_TRANSPORT, 0, "Transport unknown")                                                 \
    ROW(UNKNOWN_SESSION, 1, "Session ID unknown")                                                  \
    ROW(BAD_METHOD, 2, "Bad handshake method")                                                     \
    ROW(BAD_REQUEST, 3, "Bad request")                                                             \
    ROW(UNSUPPORTED_VERSION, 5, "Unsupported protocol version")

enum engineio_error {
#define ENGINEIO_ERROR_ROW(id, code, message) ENGINEIO_ERROR_##id,
    ENGINEIO_ERRORS(ENGINEIO_ERROR_ROW)
#undef ENGINEIO_ERROR_ROW
        ENGINEIO_ERROR_COUNT,
    ENGINEIO_NO_ERROR
};

const char *engineio_error_body(enum engineio_error error); /* {"code":…,"message":…} */

struct engineio_packet {
    enum frame_kind kind; /* FRAME_BINARY: a message of bytes */
    enum engineio_type type;
    const char *data;
    size_t length;
};

/* One text packet, as a WebSocket message has it. False: not a packet. */
bool engineio_parse(const char *text, size_t length, struct engineio_packet *packet);

/* Takes the next packet of a payload, moving *payload on; decoded bytes go into binary, which the
 * caller clears. False: malformed, or nothing left. */
bool engineio_payload_next(const char **payload, const char *end, struct buffer *binary,
                           struct engineio_packet *packet);
/* Appends a packet to a payload. Text data includes the type digit; binary is the bare bytes. */
void engineio_payload_append(struct buffer *payload, enum frame_kind kind, const char *data,
                             size_t length);

struct engineio_opening {
    const char *session_id;
    bool may_upgrade; /* to WebSocket */
    int64_t ping_interval_ms, ping_timeout_ms;
    size_t max_payload;
};

void engineio_opening_append(struct buffer *packet, const struct engineio_opening *opening);
