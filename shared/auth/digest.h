/* SHA-256 of a text: for comparing what need not be kept. A process that has no SHA-256 ends. */
#pragma once
#include <stddef.h>

enum {
    DIGEST_BYTES = 32,
    DIGEST_SIZE = 65 /* in hexadecimal, with the NUL */
};

void digest_bytes(const char *text, size_t length, unsigned char digest[DIGEST_BYTES]);
void digest_make(const char *text, size_t length, char digest[DIGEST_SIZE]);
