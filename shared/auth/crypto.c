#include "shared/auth/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>

#include "shared/auth/digest.h"
#include "shared/base/log.h"

void crypto_begin(void)
{
    unsigned char result[EVP_MAX_MD_SIZE];
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS, NULL);
    digest_bytes("", 0, result);
    if (HMAC(EVP_sha256(), "", 0, (const unsigned char *)"", 0, result, NULL) == NULL) {
        log_write(LOG_ERROR_LEVEL, "Crypto", "HMAC with SHA-256 is not to be had");
        abort();
    }
}
