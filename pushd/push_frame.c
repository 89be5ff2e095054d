#include "pushd/push_frame.h"

#include "pushd/frame.h"
#include "pushd/socketio.h"

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

struct frame *push_frame_get(struct push_frame *push_frame, enum wire wire)
{
    struct frame **frame = &push_frame->frames[wire];

    if (!*frame)
        *frame = socketio_event_frame(wire == WIRE_SOCKETIO_ROOT ? "/" : push_frame->namespace_name,
                                      push_event(push_frame->push), push_frame->payload,
                                      push_frame->length, push_frame->cursor);
    return *frame;
}
