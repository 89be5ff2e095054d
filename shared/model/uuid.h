/* Identifiers of notifications and dead letters as text (RFC 9562, 8-4-4-4-12 hex digits). */
#pragma once
#include <stdbool.h>

bool uuid_is_valid(const char *text);
