/* Where the attachments of a binary packet stand in its JSON: {"_placeholder":true,"num":0}, which
 * is how every encoder writes them (either order of members). Pure. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

enum { SOCKETIO_ATTACHMENTS_MAX = 64 };

/* The placeholders in well-formed JSON number 0 to count - 1, each once. */
bool socketio_placeholders_match(const char *text, size_t length, size_t count);
