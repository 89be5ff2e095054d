/* Which numbers of JSON are accepted: for the checker. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

enum { JSON_NUMBER_MAX_LENGTH = 60 }; /* cJSON's own buffer holds 63 */

/* text: a number as RFC 8259 has it, of at most JSON_NUMBER_MAX_LENGTH bytes. True when its size is
 * about what a double holds. */
bool json_number_in_range(const char *text, size_t length);
