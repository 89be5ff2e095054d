#include "shared/base/utf8.h"

static bool is_tail(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

size_t utf8_character(const char *text, size_t length)
{
    const unsigned char *byte = (const unsigned char *)text;
    if (length == 0)
        return 0;
    if (byte[0] < 0x80)
        return 1;
    if (byte[0] < 0xC2 || length < 2 || !is_tail(byte[1]))
        return 0;
    if (byte[0] < 0xE0)
        return 2;
    if (length < 3 || !is_tail(byte[2]))
        return 0;
    if (byte[0] < 0xF0) {
        if ((byte[0] == 0xE0 && byte[1] < 0xA0) || (byte[0] == 0xED && byte[1] > 0x9F))
            return 0;
        return 3;
    }
    if (byte[0] > 0xF4 || length < 4 || !is_tail(byte[3]))
        return 0;
    if ((byte[0] == 0xF0 && byte[1] < 0x90) || (byte[0] == 0xF4 && byte[1] > 0x8F))
        return 0;
    return 4;
}

bool utf8_count(const char *text, size_t length, size_t *characters)
{
    *characters = 0;
    for (size_t at = 0; at < length; (*characters)++) {
        size_t size = utf8_character(text + at, length - at);
        if (size == 0)
            return false;
        at += size;
    }
    return true;
}

size_t utf8_cut(const char *text, size_t length, size_t max)
{
    if (length <= max)
        return length;
    size_t end = max;
    while (end > 0 && is_tail((unsigned char)text[end]))
        end--;
    return end;
}

bool utf8_is_control(const char *text, size_t size)
{
    unsigned char first = (unsigned char)text[0];
    if (size == 1)
        return first < 0x20 || first == 0x7F;
    return size == 2 && first == 0xC2 && (unsigned char)text[1] < 0xA0;
}
