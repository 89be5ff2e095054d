#include "pushd/stream/push_frame.h"

#include <string.h>

#include "pushd/engine/frame.h"
#include "pushd/peers/socketio.h"
#include "pushd/protocol/plain_message.h"
#include "pushd/protocol/sse_event.h"
#include "shared/base/buffer.h"

void push_frame_init(struct push_frame *push_frame, enum push push, const char *payload,
                     size_t length, const char *cursor, const char *namespace_name)
{
    *push_frame = (struct push_frame){
        .push = push,
        .payload = payload,
        .length = length,
        .cursor = cursor,
        .namespace_name = namespace_name,
    };
}

void push_frame_deinit(struct push_frame *push_frame)
{
    for (size_t i = 0; i < WIRE_COUNT; i++)
        frame_unref(&push_frame->frames[i]);
}

static struct frame *encode_text(const struct push_frame *push_frame, enum wire wire)
{
    const char *event = push_event(push_frame->push);
    struct buffer text;
    struct frame *frame;

    buffer_init(&text);
    buffer_reserve(&text, push_frame->length + 128);
    if (wire == WIRE_PLAIN)
        plain_event_append(&text, event, push_frame->payload, push_frame->length,
                           push_frame->cursor);
    else
        sse_event_append(&text, event, push_frame->payload, push_frame->length, push_frame->cursor);
    frame = frame_from_bytes(wire == WIRE_PLAIN ? FRAME_TEXT : FRAME_RAW, text.data, text.length);
    buffer_deinit(&text);
    return frame;
}

static struct frame *encode(const struct push_frame *push_frame, enum wire wire)
{
    if (wire == WIRE_PLAIN || wire == WIRE_SSE)
        return encode_text(push_frame, wire);
    return socketio_event_frame(wire == WIRE_SOCKETIO_ROOT ? "/" : push_frame->namespace_name,
                                push_event(push_frame->push), push_frame->payload,
                                push_frame->length, push_frame->cursor);
}

struct frame *push_frame_get(struct push_frame *push_frame, enum wire wire)
{
    struct frame **frame = &push_frame->frames[wire];

    if (!*frame)
        *frame = encode(push_frame, wire);
    return *frame;
}
