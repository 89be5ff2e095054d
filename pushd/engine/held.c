#include "pushd/engine/held.h"

#include <assert.h>

static size_t held;

bool held_add(size_t bytes)
{
    if (bytes > HELD_MAX - held)
        return false;
    held += bytes;
    return true;
}

void held_remove(size_t bytes)
{
    assert(bytes <= held);
    held -= bytes;
}

size_t held_bytes(void)
{
    return held;
}
