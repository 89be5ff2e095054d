#include <stdlib.h>
#include <string.h>

#include "shared/base/memory.h"
#include "tests/fuzz/fuzz.h"

char *fuzz_exact(const uint8_t *data, size_t size)
{
    char *exact = memory_resize(NULL, size);
    if (size > 0)
        memcpy(exact, data, size);
    return exact;
}
