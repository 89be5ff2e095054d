/* base64url without padding (RFC 4648 section 5), in its one canonical form. Pure. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#define BASE64URL_DECODED_MAX(length) ((length) / 4 * 3 + 3)

/* bytes: room for BASE64URL_DECODED_MAX(length). False: a foreign character, padding, a length
 * of 4n+1, or bits behind the end that are not zero. */
bool base64url_decode(const char *text, size_t length, unsigned char *bytes, size_t *decoded);
