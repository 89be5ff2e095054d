/* A push on its way out: encoded at most once per wire format, and shared by all its receivers.
 * The payload is JSON text as it came from the database; the cursor is the last argument. */
#pragma once
#include <stddef.h>

#include "pushd/peers/wire.h"
#include "shared/model/push.h"

struct frame;

struct push_frame {
    enum push push;
    const char *payload;
    size_t length;
    const char *cursor;
    const char *namespace_name; /* of WIRE_SOCKETIO_NAMESPACE */
    struct frame *frames[WIRE_COUNT];
};

/* Text is kept by reference until _deinit. */
void push_frame_init(struct push_frame *push_frame, enum push push, const char *payload,
                     size_t length, const char *cursor, const char *namespace_name);
void push_frame_deinit(struct push_frame *push_frame);
/* The frame belongs to the push; whoever queues it takes a reference. */
struct frame *push_frame_get(struct push_frame *push_frame, enum wire wire);
