/* Values as they come in paths, queries and headers: what is one and what is not. Pure. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

/* RFC 3339 date-time with an offset, of a day that exists: 2025-01-05T10:00:00.000Z */
bool value_is_timestamp(const char *text);
/* 1 to max_length visible ASCII characters: no blanks, no controls. */
bool value_is_visible(const char *text, size_t max_length);
