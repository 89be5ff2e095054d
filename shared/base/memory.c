#include "shared/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/log.h"

static void *or_die(void *block)
{
    if (block == NULL) {
        log_write(LOG_ERROR_LEVEL, "Memory", "out of memory");
        abort();
    }
    return block;
}

void *memory_allocate(size_t size)
{
    return or_die(calloc(1, size == 0 ? 1 : size));
}

void *memory_resize(void *block, size_t size)
{
    return or_die(realloc(block, size == 0 ? 1 : size));
}

char *memory_copy(const char *bytes, size_t length)
{
    char *copy = or_die(malloc(length + 1));
    if (length > 0)
        memcpy(copy, bytes, length);
    copy[length] = '\0';
    return copy;
}

char *memory_copy_text(const char *text)
{
    return text == NULL ? NULL : memory_copy(text, strlen(text));
}
