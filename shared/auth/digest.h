/* SHA-256 of a text, in hexadecimal: for comparing what need not be kept. */
#pragma once
#include <stddef.h>

enum { DIGEST_SIZE = 65 }; /* with the NUL */

void digest_make(const char *text, size_t length, char digest[DIGEST_SIZE]);
