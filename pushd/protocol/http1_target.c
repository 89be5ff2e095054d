/* Percent-encoding and queries of HTTP/1.1 targets. */
#include <string.h>

#include "pushd/protocol/http1.h"
#include "shared/base/utf8.h"

static int hex_value(char character)
{
    if (character >= '0' && character <= '9')
        return character - '0';
    if (character >= 'a' && character <= 'f')
        return character - 'a' + 10;
    if (character >= 'A' && character <= 'F')
        return character - 'A' + 10;
    return -1;
}

/* The byte at *at of the slice, decoded; -1 for a broken escape or a NUL. */
static int next_byte(struct http1_slice slice, size_t *at, bool plus_is_space)
{
    char character = slice.bytes[(*at)++];
    int high, low;

    if (character == '+' && plus_is_space)
        return ' ';
    if (character != '%')
        return character == '\0' ? -1 : (unsigned char)character;
    if (slice.length - *at < 2)
        return -1;
    high = hex_value(slice.bytes[*at]);
    low = hex_value(slice.bytes[*at + 1]);
    *at += 2;
    return high < 0 || low < 0 || high + low == 0 ? -1 : high * 16 + low;
}

bool http1_decode(struct http1_slice slice, bool plus_is_space, char *result)
{
    size_t length = 0, characters;

    for (size_t at = 0; at < slice.length;) {
        int byte = next_byte(slice, &at, plus_is_space);

        if (byte < 0)
            return false;
        result[length++] = (char)byte;
    }
    result[length] = '\0';
    return utf8_count(result, length, &characters);
}

static bool decodes_to(struct http1_slice slice, const char *text)
{
    size_t length = strlen(text), matched = 0;

    for (size_t at = 0; at < slice.length; matched++) {
        int byte = next_byte(slice, &at, true);

        if (byte < 0 || matched >= length || byte != (unsigned char)text[matched])
            return false;
    }
    return matched == length;
}

bool http1_query_find(const char *query, const char *name, struct http1_slice *value)
{
    while (*query) {
        size_t length = strcspn(query, "&");
        const char *equals = memchr(query, '=', length);
        size_t name_length = equals ? (size_t)(equals - query) : length;

        if (decodes_to((struct http1_slice){query, name_length}, name)) {
            value->bytes = equals ? equals + 1 : query + length;
            value->length = equals ? length - name_length - 1 : 0;
            return true;
        }
        query += length + (query[length] ? 1 : 0);
    }
    return false;
}

bool http1_query_valid(struct http1_slice query)
{
    char decoded[HTTP1_TARGET_MAX + 1];

    return query.length <= HTTP1_TARGET_MAX && http1_decode(query, true, decoded);
}
