#include "shared/auth/crypto.h"

#include <openssl/crypto.h>

void crypto_begin(void)
{
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS, NULL);
}
