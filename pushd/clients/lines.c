#include "pushd/clients/lines.h"

#include <string.h>

void lines_move(struct buffer *to, struct buffer *from, size_t most)
{
    size_t length = 0;

    for (; most > 0 && length < from->length; most--) {
        const char *end = memchr(from->data + length, '\n', from->length - length);

        length = (size_t)(end - from->data) + 1;
    }
    if (length == 0)
        return;
    buffer_append(to, from->data, length);
    buffer_consume(from, length);
}

void lines_join(struct buffer *to, const struct buffer *lines)
{
    size_t first = to->length;

    if (lines->length == 0)
        return;
    buffer_append(to, lines->data, lines->length - 1);
    for (char *at = to->data + first;
         (at = memchr(at, '\n', to->length - (size_t)(at - to->data)));)
        *at = ',';
}
