/* JSON as text (RFC 8259): is it well formed, and where do its parts lie. What Socket.IO needs to
 * tell a broken packet (which ends the session) from arguments that a command merely refuses: names
 * may repeat here and nesting is bounded by memory alone; the door to trees (shared/json.h) is
 * stricter. Pure, without recursion. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

enum { JSON_TEXT_MAX_DEPTH = 1024 };

/* One value and white space around it, nothing else. */
bool json_text_valid(const char *text, size_t length);
/* The end of the value that begins at `from` (white space before it is skipped); 0: malformed. */
size_t json_text_skip(const char *text, size_t length, size_t from);
size_t json_text_space(const char *text, size_t length, size_t from); /* behind white space */
