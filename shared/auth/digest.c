#include "shared/auth/digest.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#include "shared/base/log.h"

enum { BYTES = 32 };

void digest_make(const char *text, size_t length, char digest[DIGEST_SIZE])
{
    unsigned char bytes[BYTES];

    if (EVP_Digest(length ? text : "", length, bytes, NULL, EVP_sha256(), NULL) != 1) {
        log_write(LOG_ERROR_LEVEL, "Digest", "SHA-256 is not to be had");
        abort();
    }
    for (size_t i = 0; i < BYTES; i++)
        snprintf(digest + 2 * i, 3, "%02x", bytes[i]);
}
