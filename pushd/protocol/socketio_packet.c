#include "pushd/protocol/socketio_packet.h"

#include <inttypes.h>
#include <string.h>

#include "pushd/protocol/json_text.h"
#include "pushd/protocol/socketio_placeholders.h"
#include "shared/base/buffer.h"

enum { ATTACHMENT_DIGITS_MAX = 6 };
static const int64_t id_max = 9007199254740991; /* what a JavaScript number holds exactly */

/* Names that clients and servers of Socket.IO use for themselves. */
static const char *const reserved_names[] = {
    "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener",
};

struct reader {
    const char *text;
    size_t length, at;
};

static bool is_digit_at(const struct reader *reader, size_t at)
{
    return at < reader->length && reader->text[at] >= '0' && reader->text[at] <= '9';
}

static bool is_binary(enum socketio_type type)
{
    return type == SOCKETIO_BINARY_EVENT || type == SOCKETIO_BINARY_ACK;
}

static bool read_attachment_count(struct reader *reader, struct socketio_packet *packet)
{
    size_t from = reader->at;

    packet->attachment_count = 0;
    if (!is_binary(packet->type))
        return true;
    for (; is_digit_at(reader, reader->at); reader->at++) {
        if (reader->at - from == ATTACHMENT_DIGITS_MAX)
            return false;
        packet->attachment_count =
            packet->attachment_count * 10 + (size_t)(reader->text[reader->at] - '0');
    }
    return packet->attachment_count > 0 && reader->at < reader->length &&
           reader->text[reader->at++] == '-';
}

static bool read_namespace(struct reader *reader, struct socketio_packet *packet)
{
    const char *from = reader->text + reader->at;
    const char *comma;

    packet->namespace_name = "/";
    packet->namespace_length = 1;
    if (reader->at == reader->length || *from != '/')
        return true;
    comma = memchr(from, ',', reader->length - reader->at);
    packet->namespace_name = from;
    packet->namespace_length = comma ? (size_t)(comma - from) : reader->length - reader->at;
    reader->at += packet->namespace_length + (comma ? 1 : 0);
    return packet->namespace_length <= SOCKETIO_NAMESPACE_MAX;
}

static bool read_id(struct reader *reader, struct socketio_packet *packet)
{
    packet->id = -1;
    for (; is_digit_at(reader, reader->at); reader->at++) {
        int64_t before = packet->id < 0 ? 0 : packet->id;

        packet->id = before * 10 + (reader->text[reader->at] - '0');
        if (packet->id > id_max)
            return false;
    }
    return true;
}

static bool is_reserved(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof reserved_names / sizeof *reserved_names; i++)
        if (strlen(reserved_names[i]) == length && memcmp(name, reserved_names[i], length) == 0)
            return true;
    return false;
}

/* The payload is a well-formed array: finds its first string and the rest. */
static bool split_event(struct socketio_packet *packet)
{
    const char *text = packet->payload;
    size_t length = packet->payload_length;
    size_t from = json_text_space(text, length, 1);
    size_t end = text[from] == '"' ? json_text_skip(text, length, from) : 0;
    size_t last = length - 1;

    if (end == 0)
        return false;
    packet->name = text + from;
    packet->name_length = end - from;
    packet->arguments = "";
    packet->arguments_length = 0;
    end = json_text_space(text, length, end);
    if (text[end] == ',') {
        while (text[last] != ']')
            last--;
        end = json_text_space(text, length, end + 1);
        packet->arguments = text + end;
        packet->arguments_length = last - end;
    }
    return !is_reserved(packet->name + 1, packet->name_length - 2);
}

static bool has_places(const struct socketio_packet *packet)
{
    return socketio_placeholders_match(packet->payload, packet->payload_length,
                                       packet->attachment_count);
}

static bool payload_fits(struct socketio_packet *packet)
{
    char first = packet->payload_length ? packet->payload[0] : '\0';

    switch (packet->type) {
    case SOCKETIO_CONNECT:
        return first == '\0' || first == '{';
    case SOCKETIO_DISCONNECT:
        return first == '\0';
    case SOCKETIO_CONNECT_ERROR:
        return first == '{' || first == '"';
    case SOCKETIO_ACK:
        return first == '[';
    case SOCKETIO_EVENT:
        return first == '[' && split_event(packet);
    case SOCKETIO_BINARY_ACK:
        return first == '[' && has_places(packet);
    case SOCKETIO_BINARY_EVENT:
        return first == '[' && split_event(packet) && has_places(packet);
    }
    return false;
}

bool socketio_parse(const char *text, size_t length, struct socketio_packet *packet)
{
    struct reader reader = {.text = text, .length = length, .at = 1};

    memset(packet, 0, sizeof *packet);
    if (length == 0 || text[0] < SOCKETIO_CONNECT || text[0] > SOCKETIO_BINARY_ACK)
        return false;
    packet->type = (enum socketio_type)text[0];
    if (!read_attachment_count(&reader, packet) || !read_namespace(&reader, packet) ||
        !read_id(&reader, packet))
        return false;
    packet->payload = text + reader.at;
    packet->payload_length = length - reader.at;
    if (packet->payload_length > 0 && !json_text_valid(packet->payload, packet->payload_length))
        return false;
    return payload_fits(packet);
}

void socketio_head_append(struct buffer *text, enum socketio_type type, size_t attachment_count,
                          const char *namespace_name, int64_t id)
{
    buffer_append_character(text, '4');
    buffer_append_character(text, (char)type);
    if (attachment_count > 0)
        buffer_append_format(text, "%zu-", attachment_count);
    if (strcmp(namespace_name, "/") != 0) {
        buffer_append_text(text, namespace_name);
        buffer_append_character(text, ',');
    }
    if (id >= 0)
        buffer_append_format(text, "%" PRId64, id);
}
