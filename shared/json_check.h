/* The inside of reading JSON: what the checker and the door to trees share. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct buffer;
struct json_error;

/* As json_check; more values than that, containers included, are refused. */
bool json_check_values(const char *text, size_t length, size_t most, struct json_error *error);

/* Decodes a checked JSON string: `from` is the byte after the opening quote. Returns the offset
 * of the closing one. */
size_t json_decode_string(const char *text, size_t from, struct buffer *decoded);
