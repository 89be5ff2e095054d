#include "shared/auth/digest.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#include "shared/base/log.h"

/* Looked up once: OpenSSL 3 takes longer for that than for the digest. */
static const EVP_MD *sha256(void)
{
    static EVP_MD *found;
    if (found == NULL)
        found = EVP_MD_fetch(NULL, "SHA256", NULL);
    return found;
}

void digest_bytes(const char *text, size_t length, unsigned char digest[DIGEST_BYTES])
{
    if (EVP_Digest(length ? text : "", length, digest, NULL, sha256(), NULL) != 1) {
        log_write(LOG_ERROR_LEVEL, "Digest", "SHA-256 is not to be had");
        abort();
    }
}

void digest_make(const char *text, size_t length, char digest[DIGEST_SIZE])
{
    unsigned char bytes[DIGEST_BYTES];

    digest_bytes(text, length, bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(digest + 2 * i, 3, "%02x", bytes[i]);
}
