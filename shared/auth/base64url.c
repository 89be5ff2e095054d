#include "shared/auth/base64url.h"

static int value_of(char character)
{
    if (character >= 'A' && character <= 'Z')
        return character - 'A';
    if (character >= 'a' && character <= 'z')
        return character - 'a' + 26;
    if (character >= '0' && character <= '9')
        return character - '0' + 52;
    if (character == '-')
        return 62;
    return character == '_' ? 63 : -1;
}

bool base64url_decode(const char *text, size_t length, unsigned char *bytes, size_t *decoded)
{
    unsigned bits = 0, held = 0;
    size_t used = 0;
    if (length % 4 == 1)
        return false;
    for (size_t at = 0; at < length; at++) {
        int value = value_of(text[at]);
        if (value < 0)
            return false;
        bits = (bits << 6 | (unsigned)value) & 0xFFFF;
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes[used++] = (unsigned char)(bits >> held);
        }
    }
    if ((bits & ((1u << held) - 1)) != 0)
        return false;
    *decoded = used;
    return true;
}
