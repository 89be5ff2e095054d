/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. Pure. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

/* Bytes of the character that text begins with, 1 to 4; 0 when it is not valid or cut short. */
size_t utf8_character(const char *text, size_t length);
/* Characters in a valid text; false when it is not valid UTF-8. */
bool utf8_count(const char *text, size_t length, size_t *characters);
/* The longest prefix of at most max bytes that does not end inside a character. */
size_t utf8_cut(const char *text, size_t length, size_t max);
/* C0, DEL or C1: the character of `size` bytes at text would move a terminal or break a line. */
bool utf8_is_control(const char *text, size_t size);
