#include "pushd/protocol/base64.h"

#include <stdint.h>
#include <string.h>

#include "shared/base/buffer.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(const char *bytes, size_t length, struct buffer *text)
{
    const unsigned char *input = (const unsigned char *)bytes;

    buffer_reserve(text, (length + 2) / 3 * 4);
    for (size_t i = 0; i < length; i += 3) {
        size_t count = length - i < 3 ? length - i : 3;
        uint32_t group = (uint32_t)input[i] << 16;

        if (count > 1)
            group |= (uint32_t)input[i + 1] << 8;
        if (count > 2)
            group |= input[i + 2];
        buffer_append(text,
                      (char[4]){alphabet[group >> 18], alphabet[(group >> 12) & 63],
                                count > 1 ? alphabet[(group >> 6) & 63] : '=',
                                count > 2 ? alphabet[group & 63] : '='},
                      4);
    }
}

static int sextet(char character)
{
    if (character >= 'A' && character <= 'Z')
        return character - 'A';
    if (character >= 'a' && character <= 'z')
        return character - 'a' + 26;
    if (character >= '0' && character <= '9')
        return character - '0' + 52;
    return character == '+' ? 62 : character == '/' ? 63 : -1;
}

bool base64_decode(const char *text, size_t length, struct buffer *bytes)
{
    uint32_t group = 0;
    size_t padding = 0;

    while (padding < 2 && padding < length && text[length - 1 - padding] == '=')
        padding++;
    if (padding > 0 && length % 4 != 0)
        return false;
    length -= padding;
    if (length % 4 == 1)
        return false;
    buffer_reserve(bytes, length / 4 * 3 + 3);
    for (size_t i = 0; i < length; i++) {
        int value = sextet(text[i]);

        if (value < 0)
            return false;
        group = group << 6 | (uint32_t)value;
        if (i % 4 != 0) /* the bits beyond the last whole byte carry nothing */
            buffer_append_character(bytes, (char)(group >> (4 - 2 * (i % 4 - 1))));
    }
    return true;
}
