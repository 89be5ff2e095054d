#include "pushd/engine/ws_message.h"

#include "pushd/engine/held.h"

enum {
    TOO_LARGE = 1009, /* RFC 6455 7.4.1 */
    PROTOCOL_ERROR = 1002,
    TRY_AGAIN_LATER = 1013,
    EMPTY_FRAMES_MAX = 16 /* of one message, one after the other */
};

int ws_message_add(struct ws_message *message, const struct ws_part *part)
{
    size_t length = message->bytes.length + part->length;

    if (part->missing > message->max || length + part->missing > message->max)
        return TOO_LARGE;
    message->empty_frames = part->first || part->length ? 0 : message->empty_frames + 1;
    if (message->empty_frames > EMPTY_FRAMES_MAX)
        return PROTOCOL_ERROR;
    message->in_frames =
        (message->in_frames && !part->first) || (part->missing == 0 && !part->last);
    if (part->first && part->last)
        return 0;
    if (!held_add(part->length))
        return TRY_AGAIN_LATER;
    buffer_append(&message->bytes, part->bytes, part->length);
    return 0;
}

void ws_message_clear(struct ws_message *message)
{
    held_remove(message->bytes.length);
    buffer_deinit(&message->bytes);
}
