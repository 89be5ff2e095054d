/* A growing run of bytes, always NUL-terminated once something was appended. The owner calls
 * _deinit, or takes the bytes. */
#pragma once
#include <stddef.h>

struct buffer {
    char *data; /* NULL while empty */
    size_t length;
    size_t capacity;
};

void buffer_init(struct buffer *buffer);
void buffer_deinit(struct buffer *buffer);
void buffer_clear(struct buffer *buffer); /* keeps the memory */
void buffer_reserve(struct buffer *buffer, size_t more);
void buffer_append(struct buffer *buffer, const void *bytes, size_t length);
void buffer_append_text(struct buffer *buffer, const char *text);
void buffer_append_character(struct buffer *buffer, char character);
void buffer_append_number(struct buffer *buffer, size_t number); /* in decimal digits */
void buffer_append_format(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void buffer_consume(struct buffer *buffer, size_t length); /* drops bytes from the front */
char *buffer_take(struct buffer *buffer);                  /* the caller frees; "" when empty */
