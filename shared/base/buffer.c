#include "shared/base/buffer.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/memory.h"

enum { FIRST_CAPACITY = 64 };

void buffer_init(struct buffer *buffer)
{
    *buffer = (struct buffer){0};
}

void buffer_deinit(struct buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct buffer){0};
}

void buffer_clear(struct buffer *buffer)
{
    buffer->length = 0;
    if (buffer->data != NULL)
        buffer->data[0] = '\0';
}

void buffer_reserve(struct buffer *buffer, size_t more)
{
    assert(more < SIZE_MAX / 4 && buffer->length < SIZE_MAX / 4);
    size_t needed = buffer->length + more + 1;
    if (needed <= buffer->capacity)
        return;
    size_t capacity = buffer->capacity == 0 ? FIRST_CAPACITY : buffer->capacity;
    while (capacity < needed)
        capacity *= 2;
    buffer->data = memory_resize(buffer->data, capacity);
    buffer->capacity = capacity;
    buffer->data[buffer->length] = '\0';
}

void buffer_append(struct buffer *buffer, const void *bytes, size_t length)
{
    buffer_reserve(buffer, length);
    if (length > 0)
        memcpy(buffer->data + buffer->length, bytes, length);
    buffer->length += length;
    buffer->data[buffer->length] = '\0';
}

void buffer_append_text(struct buffer *buffer, const char *text)
{
    buffer_append(buffer, text, strlen(text));
}

void buffer_append_character(struct buffer *buffer, char character)
{
    buffer_append(buffer, &character, 1);
}

void buffer_append_number(struct buffer *buffer, size_t number)
{
    char digits[24];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    buffer_append(buffer, digits + at, sizeof digits - at);
}

void buffer_append_format(struct buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    /* into what is free: mostly that is enough */
    size_t room = buffer->capacity - buffer->length;
    int length = vsnprintf(room ? buffer->data + buffer->length : NULL, room, format, arguments);
    va_end(arguments);
    assert(length >= 0);
    if ((size_t)length >= room) {
        buffer_reserve(buffer, (size_t)length);
        vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, again);
    }
    va_end(again);
    buffer->length += (size_t)length;
}

void buffer_consume(struct buffer *buffer, size_t length)
{
    assert(length <= buffer->length);
    if (length == 0)
        return;
    memmove(buffer->data, buffer->data + length, buffer->length - length);
    buffer->length -= length;
    buffer->data[buffer->length] = '\0';
}

char *buffer_take(struct buffer *buffer)
{
    char *data = buffer->data != NULL ? buffer->data : memory_copy("", 0);
    *buffer = (struct buffer){0};
    return data;
}
