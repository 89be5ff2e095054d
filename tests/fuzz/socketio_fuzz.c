/* A Socket.IO packet: every slice of what is accepted lies in the text, its JSON is well formed,
 * and written again it is read as the same packet. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "pushd/protocol/json_text.h"
#include "pushd/protocol/socketio_packet.h"
#include "pushd/protocol/socketio_placeholders.h"
#include "shared/base/buffer.h"
#include "shared/json.h"
#include "tests/fuzz/fuzz.h"

static void check_slice(const char *text, size_t size, const char *slice, size_t length)
{
    assert(length == 0 || (slice >= text && slice + length <= text + size));
}

static bool is_event(const struct socketio_packet *packet)
{
    return packet->type == SOCKETIO_EVENT || packet->type == SOCKETIO_BINARY_EVENT;
}

static void check_event(const struct socketio_packet *packet)
{
    struct buffer array;

    assert(packet->name_length >= 2 && packet->name[0] == '"');
    assert(json_text_valid(packet->name, packet->name_length));
    buffer_init(&array);
    buffer_append_character(&array, '[');
    buffer_append(&array, packet->arguments, packet->arguments_length);
    buffer_append_character(&array, ']');
    assert(json_text_valid(array.data, array.length));
    buffer_deinit(&array);
}

static void check(const char *text, size_t size, const struct socketio_packet *packet)
{
    check_slice(text, size, packet->payload, packet->payload_length);
    check_slice(text, size, packet->name, packet->name_length);
    check_slice(text, size, packet->arguments, packet->arguments_length);
    assert(packet->id >= -1 && packet->id <= INT64_C(9007199254740991));
    assert(packet->namespace_length > 0 && packet->namespace_length <= SOCKETIO_NAMESPACE_MAX);
    assert(packet->payload_length == 0 || json_text_valid(packet->payload, packet->payload_length));
    assert(packet->attachment_count <= SOCKETIO_ATTACHMENTS_MAX);
    assert((packet->attachment_count > 0) ==
           (packet->type == SOCKETIO_BINARY_EVENT || packet->type == SOCKETIO_BINARY_ACK));
    if (is_event(packet))
        check_event(packet);
}

static void check_again(const struct socketio_packet *packet)
{
    char *name = strndup(packet->namespace_name, packet->namespace_length);
    struct socketio_packet again;
    struct buffer text;

    buffer_init(&text);
    socketio_head_append(&text, packet->type, packet->attachment_count, name, packet->id);
    buffer_append(&text, packet->payload, packet->payload_length);
    assert(text.data[0] == '4' && socketio_parse(text.data + 1, text.length - 1, &again));
    assert(again.type == packet->type && again.id == packet->id);
    assert(again.attachment_count == packet->attachment_count);
    assert(again.namespace_length == packet->namespace_length);
    assert(memcmp(again.namespace_name, name, again.namespace_length) == 0);
    assert(again.payload_length == packet->payload_length);
    assert(again.name_length == packet->name_length);
    assert(again.arguments_length == packet->arguments_length);
    buffer_deinit(&text);
    free(name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_exact(data, size);
    struct socketio_packet packet;

    if (socketio_parse(text, size, &packet)) {
        check(text, size, &packet);
        /* a name with a NUL in it is a namespace that nobody has */
        if (!memchr(packet.namespace_name, '\0', packet.namespace_length))
            check_again(&packet);
    }
    /* the checker that lets more through never refuses what the strict one takes, but for depth */
    if (json_check(text, size, NULL))
        assert(json_text_valid(text, size));
    free(text);
    return 0;
}
