/* How a JSON string is read: shared by the checker, which compares names, and the door to trees. */
#pragma once
#include <stddef.h>

struct buffer;

/* Decodes a checked JSON string: `from` is the byte after the opening quote. Returns the offset
 * of the closing one. */
size_t json_decode_string(const char *text, size_t from, struct buffer *decoded);
