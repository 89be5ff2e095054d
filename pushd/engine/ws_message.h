/* A WebSocket message while it comes in parts, of one or more frames. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/base/buffer.h"

struct ws_message {
    struct buffer bytes; /* counted in held.h */
    size_t max;
    uint8_t empty_frames;
    bool in_frames; /* the message at hand came in more than one */
};

struct ws_part {
    const char *bytes;
    size_t length, missing; /* of its frame still to come */
    bool first, last;       /* of the message */
};

/* Keeps the part, unless it is the whole message. 0, or the code to close with: 1009 too large,
 * 1002 empty frames without end, 1013 too much is held. */
int ws_message_add(struct ws_message *message, const struct ws_part *part);
void ws_message_clear(struct ws_message *message);
