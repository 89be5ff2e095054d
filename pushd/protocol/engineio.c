#include "pushd/protocol/engineio.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "pushd/protocol/base64.h"
#include "shared/base/buffer.h"

static const char *const error_bodies[] = {
#define ENGINEIO_ERROR_ROW(id, code, message)                                                      \
    [ENGINEIO_ERROR_##id] = "{\"code\":" #code ",\"message\":\"" message "\"}",
    ENGINEIO_ERRORS(ENGINEIO_ERROR_ROW)
#undef ENGINEIO_ERROR_ROW
};

const char *engineio_error_body(enum engineio_error error)
{
    assert(error < ENGINEIO_ERROR_COUNT);
    return error_bodies[error];
}

bool engineio_parse(const char *text, size_t length, struct engineio_packet *packet)
{
    if (length == 0 || text[0] < ENGINEIO_OPEN || text[0] > ENGINEIO_NOOP)
        return false;
    packet->kind = FRAME_TEXT;
    packet->type = (enum engineio_type)text[0];
    packet->data = text + 1;
    packet->length = length - 1;
    return true;
}

bool engineio_payload_next(const char **payload, const char *end, struct buffer *binary,
                           struct engineio_packet *packet)
{
    const char *text = *payload;
    size_t left = (size_t)(end - text);
    const char *separator = left ? memchr(text, ENGINEIO_SEPARATOR, left) : NULL;
    size_t length = separator ? (size_t)(separator - text) : left;

    if (separator && separator + 1 == end)
        return false; /* an empty packet would follow */
    *payload = separator ? separator + 1 : end;
    if (length == 0 || text[0] != 'b')
        return engineio_parse(text, length, packet);
    if (!base64_decode(text + 1, length - 1, binary))
        return false;
    packet->kind = FRAME_BINARY;
    packet->type = ENGINEIO_MESSAGE;
    packet->data = binary->length ? binary->data : "";
    packet->length = binary->length;
    return true;
}

void engineio_payload_append(struct buffer *payload, enum frame_kind kind, const char *data,
                             size_t length)
{
    if (payload->length > 0)
        buffer_append_character(payload, ENGINEIO_SEPARATOR);
    if (kind == FRAME_BINARY) {
        buffer_append_character(payload, 'b');
        base64_encode(data, length, payload);
    } else {
        buffer_append(payload, data, length);
    }
}

void engineio_opening_append(struct buffer *packet, const struct engineio_opening *opening)
{
    buffer_append_format(packet,
                         "0{\"sid\":\"%s\",\"upgrades\":[%s],\"pingInterval\":%" PRId64
                         ",\"pingTimeout\":%" PRId64 ",\"maxPayload\":%zu}",
                         opening->session_id, opening->may_upgrade ? "\"websocket\"" : "",
                         opening->ping_interval_ms, opening->ping_timeout_ms, opening->max_payload);
}
