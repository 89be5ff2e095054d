/* Socket.IO packets, protocol revision 5. Pure.
 *
 *   <type>[<attachments>-][/namespace,][<acknowledgement id>][JSON]
 *
 * Accepted: `0`, `0{"token":"x"}`, `0/admin`, `0/admin,{}`, `1/admin,`, `2["name",1]`,
 * `212["name"]`, `3/admin,7[]`, `51-["name",{"_placeholder":true,"num":0}]`, `4{"message":"x"}`.
 * Refused: `7`, `2`, `2{}`, `2[]`, `2[true]`, `2["connect"]`, `2abc[…]`, `5["x"]`, `50-["x"]`,
 * `0[]`, `1{}`, `3{}`, an id beyond 2^53 - 1; binary packets whose placeholders are not theirs:
 * `51-["x"]`, `51-["x",{"_placeholder":true,"num":1}]`. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer;

enum socketio_type {
    SOCKETIO_CONNECT = '0',
    SOCKETIO_DISCONNECT = '1',
    SOCKETIO_EVENT = '2',
    SOCKETIO_ACK = '3',
    SOCKETIO_CONNECT_ERROR = '4',
    SOCKETIO_BINARY_EVENT = '5',
    SOCKETIO_BINARY_ACK = '6'
};

enum { SOCKETIO_NAMESPACE_MAX = 256 };

struct socketio_packet {
    enum socketio_type type;
    size_t attachment_count;    /* of the binary types: 1 or more */
    const char *namespace_name; /* "/" when the packet names none; not NUL-terminated */
    size_t namespace_length;
    int64_t id;          /* -1: none */
    const char *payload; /* well-formed JSON of the kind that the type wants; "" when none */
    size_t payload_length;
    /* Of events: the first string as it stands, with its quotes, and what follows its comma. */
    const char *name, *arguments;
    size_t name_length, arguments_length;
};

bool socketio_parse(const char *text, size_t length, struct socketio_packet *packet);

/* Appends the head of a packet, up to where its JSON begins; with the `4` of Engine.IO in front. */
void socketio_head_append(struct buffer *text, enum socketio_type type, size_t attachment_count,
                          const char *namespace_name, int64_t id);
