#include "pushd/engine/frame.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/memory.h"

enum {
    HEADER_MAX = 10, /* RFC 6455 5.2: 2 bytes, and 2 or 8 more of length */
    OPCODE_TEXT = 0x81,
    OPCODE_BINARY = 0x82
};

struct frame {
    size_t payload_length;
    uint32_t references;
    uint8_t kind;
    uint8_t header_length;
    char bytes[]; /* HEADER_MAX of room, the header right before the payload */
};

static uint8_t header_length_for(enum frame_kind kind, size_t payload_length)
{
    if (kind == FRAME_RAW)
        return 0;
    if (payload_length < 126)
        return 2;
    return payload_length <= UINT16_MAX ? 4 : 10;
}

static void write_header(struct frame *frame)
{
    unsigned char *header = (unsigned char *)frame->bytes + HEADER_MAX - frame->header_length;
    size_t length_bytes = frame->header_length > 2 ? (size_t)frame->header_length - 2 : 0;

    if (frame->header_length == 0)
        return;
    header[0] = frame->kind == FRAME_TEXT ? OPCODE_TEXT : OPCODE_BINARY;
    header[1] = (unsigned char)(length_bytes == 0   ? frame->payload_length
                                : length_bytes == 2 ? 126
                                                    : 127);
    for (size_t i = 0; i < length_bytes; i++)
        header[2 + i] =
            (unsigned char)((uint64_t)frame->payload_length >> (8 * (length_bytes - 1 - i)));
}

struct frame *frame_create(enum frame_kind kind, size_t payload_length)
{
    struct frame *frame = memory_resize(NULL, sizeof *frame + HEADER_MAX + payload_length);

    frame->payload_length = payload_length;
    frame->references = 1;
    frame->kind = (uint8_t)kind;
    frame->header_length = header_length_for(kind, payload_length);
    write_header(frame);
    return frame;
}

struct frame *frame_from_bytes(enum frame_kind kind, const char *payload, size_t length)
{
    struct frame *frame = frame_create(kind, length);

    if (length > 0)
        memcpy(frame->bytes + HEADER_MAX, payload, length);
    return frame;
}

struct frame *frame_from_text(const char *payload, size_t length)
{
    return frame_from_bytes(FRAME_TEXT, payload, length);
}

struct frame *frame_ref(struct frame *frame)
{
    assert(frame->references < UINT32_MAX);
    frame->references++;
    return frame;
}

void frame_unref(struct frame **frame)
{
    if (!*frame)
        return;
    assert((*frame)->references > 0);
    if (--(*frame)->references == 0)
        free(*frame);
    *frame = NULL;
}

enum frame_kind frame_kind(const struct frame *frame)
{
    return (enum frame_kind)frame->kind;
}

char *frame_payload(struct frame *frame, size_t *length)
{
    *length = frame->payload_length;
    return frame->bytes + HEADER_MAX;
}

const char *frame_wire(const struct frame *frame, size_t *length)
{
    *length = frame->header_length + frame->payload_length;
    return frame->bytes + HEADER_MAX - frame->header_length;
}
