/* Allocation that never returns NULL: out of memory is logged and ends the program. Legitimate
 * because every buffer, queue and count has a ceiling. */
#pragma once
#include <stddef.h>

void *memory_allocate(size_t size); /* zeroed */
void *memory_resize(void *block, size_t size);
char *memory_copy(const char *bytes, size_t length); /* length bytes and a NUL */
char *memory_copy_text(const char *text);            /* NULL stays NULL */
