#include "pushd/engine/identifier.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

#include "shared/base/log.h"

enum { RANDOM_BYTES = 15 };

void identifier_make(char identifier[IDENTIFIER_SIZE])
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned char bytes[RANDOM_BYTES];
    char *next = identifier;

    while (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        if (errno != EINTR) {
            log_write(LOG_ERROR_LEVEL, "Identifier", "the system gives no random bytes");
            abort();
        }
    for (int i = 0; i < RANDOM_BYTES; i += 3) {
        unsigned group = (unsigned)bytes[i] << 16 | (unsigned)bytes[i + 1] << 8 | bytes[i + 2];

        for (int shift = 18; shift >= 0; shift -= 6)
            *next++ = alphabet[group >> shift & 63];
    }
    *next = '\0';
}
