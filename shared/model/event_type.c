#include "shared/model/event_type.h"

#include <string.h>

#include "shared/base/utf8.h"

static char normal_character(char character)
{
    if (character == '_' || character == '-')
        return '.';
    if (character >= 'A' && character <= 'Z')
        return (char)(character - 'A' + 'a');
    return character;
}

void event_type_normalize(const char *text, size_t length, char normal[EVENT_TYPE_MAX + 1])
{
    static const char prefix[] = "bookly.";
    const size_t prefix_length = sizeof prefix - 1;
    length = utf8_cut(text, length, EVENT_TYPE_MAX);
    for (size_t at = 0; at < length; at++)
        normal[at] = normal_character(text[at]);
    normal[length] = '\0';
    if (length >= prefix_length && memcmp(normal, prefix, prefix_length) == 0)
        memmove(normal, normal + prefix_length, length - prefix_length + 1);
}
