/* Entity tags (RFC 9110 8.8.3): strong, made from the bytes of the body. Pure. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

enum { ETAG_SIZE = 35 }; /* 32 hexadecimal digits in quotes, and a NUL */

void etag_make(const void *bytes, size_t length, char etag[ETAG_SIZE]);

/* Whether an If-None-Match value names it: `*`, or a list compared weakly. A tag to which a front
 * server added the name of its compression ("…-gzip") still matches. */
bool etag_matches(const char *if_none_match, const char *etag);
