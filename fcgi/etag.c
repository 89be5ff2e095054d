/* 128 bits from two unlike 64-bit multiplicative hashes. Tags compare versions of one resource for
 * a reader who may see it anyway, so a cryptographic hash would buy nothing. */
#include "fcgi/etag.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

void etag_make(const void *bytes, size_t length, char etag[ETAG_SIZE])
{
    const unsigned char *byte = bytes;
    uint64_t first = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
    uint64_t second = UINT64_C(0x9e3779b97f4a7c15) ^ length;
    for (size_t i = 0; i < length; i++) {
        first = (first ^ byte[i]) * UINT64_C(0x100000001b3);
        second = (second + byte[i]) * UINT64_C(0xd6e8feb86659fd93);
        second ^= second >> 32;
    }
    snprintf(etag, ETAG_SIZE, "\"%016" PRIx64 "%016" PRIx64 "\"", first, second);
}

/* One tag of the list; returns where it ends, NULL when it is malformed. */
static const char *match_tag(const char *text, const char *etag, bool *matches)
{
    if (strncmp(text, "W/", 2) == 0)
        text += 2;
    if (*text != '"')
        return NULL;
    const char *end = strchr(text + 1, '"');
    if (!end)
        return NULL;
    size_t length = strlen(etag) - 1; /* without the closing quote */
    if (strncmp(text, etag, length) == 0 && (text + length == end || text[length] == '-'))
        *matches = true;
    return end + 1;
}

bool etag_matches(const char *if_none_match, const char *etag)
{
    static const char separators[] = " \t,";
    const char *text = if_none_match + strspn(if_none_match, separators);
    if (strcmp(text, "*") == 0)
        return true;
    bool matches = false;
    while (text && *text && !matches) {
        text = match_tag(text, etag, &matches);
        if (text)
            text += strspn(text, separators);
    }
    return matches;
}
