/* Base64 (RFC 4648 section 4), as polling payloads carry binary. Pure. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct buffer;

void base64_encode(const char *bytes, size_t length,
                   struct buffer *text); /* appends, with padding */
/* Appends. Padding may be left out, as some clients do; anything else out of place is refused. */
bool base64_decode(const char *text, size_t length, struct buffer *bytes);
