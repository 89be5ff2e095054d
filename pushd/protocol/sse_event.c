#include "pushd/protocol/sse_event.h"

#include "shared/base/buffer.h"

static void append_data(struct buffer *text, const char *payload, size_t length)
{
    size_t from = 0;

    buffer_append_text(text, "data: ");
    for (size_t at = 0; at < length; at++) {
        if (payload[at] != '\n' && payload[at] != '\r')
            continue;
        buffer_append(text, payload + from, at - from);
        buffer_append_text(text, "\ndata: ");
        from = at + 1;
    }
    buffer_append(text, payload + from, length - from);
    buffer_append_character(text, '\n');
}

void sse_event_append(struct buffer *text, const char *event, const char *payload, size_t length,
                      const char *cursor)
{
    buffer_append_format(text, "event: %s\n", event);
    append_data(text, payload, length);
    if (cursor)
        buffer_append_format(text, "id: %s%c", cursor, SSE_EVENT_OPEN);
    else
        buffer_append_character(text, '\n');
}
