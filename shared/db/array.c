#include <string.h>

#include "shared/base/buffer.h"
#include "shared/db/database.h"

void database_array_append(struct buffer *array, const char *value)
{
    if (array->length > 0 && array->data[array->length - 1] != '{')
        buffer_append_character(array, ',');
    buffer_append_character(array, '"');
    for (const char *at = value; *at != '\0';) {
        size_t plain = strcspn(at, "\"\\");
        buffer_append(array, at, plain);
        at += plain;
        if (*at != '\0') {
            buffer_append_character(array, '\\');
            buffer_append_character(array, *at++);
        }
    }
    buffer_append_character(array, '"');
}

void database_array(struct buffer *array, const char *const values[], size_t count)
{
    buffer_append_character(array, '{');
    for (size_t index = 0; index < count; index++)
        database_array_append(array, values[index]);
    buffer_append_character(array, '}');
}
