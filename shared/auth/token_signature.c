/* HS256 goes through libjwt; RS256 and ES256 through OpenSSL with the keys parsed once, since
 * libjwt 1.x parses the PEM for every token (over 300 us, fifteen times the verification).
 * libjwt compares an HMAC with strcmp, whose time tells how much of it was right. It therefore
 * sees only tokens whose HMAC was found good here in constant time, and is asked for its own
 * opinion of them. */
#include "shared/auth/token_signature.h"

#include <jwt.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

#include "shared/auth/base64url.h"
#include "shared/auth/token_keys.h"
#include "shared/base/memory.h"

enum { HMAC_SIZE = 32, ECDSA_PART = 32, ECDSA_DER_MAX = 80 };

static bool libjwt_agrees(const struct token_keys *keys, const char *token)
{
    jwt_t *jwt = NULL;
    /* An empty key would make libjwt skip the signature. */
    if (keys->secret_length < TOKEN_SECRET_MIN)
        return false;
    if (jwt_decode(&jwt, token, (const unsigned char *)keys->secret, (int)keys->secret_length) != 0)
        return false;
    bool good = jwt_get_alg(jwt) == JWT_ALG_HS256;
    jwt_free(jwt);
    return good;
}

static bool verify_hmac(const struct token_keys *keys, const char *token, size_t signed_length,
                        const unsigned char *signature, size_t signature_length)
{
    unsigned char expected[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (signature_length != HMAC_SIZE)
        return false;
    if (HMAC(EVP_sha256(), keys->secret, (int)keys->secret_length, (const unsigned char *)token,
             signed_length, expected, &size) == NULL ||
        size != HMAC_SIZE)
        return false;
    return CRYPTO_memcmp(expected, signature, HMAC_SIZE) == 0 && libjwt_agrees(keys, token);
}

/* JWS has r and s side by side (RFC 7518 section 3.4), OpenSSL wants them in DER. */
static bool ecdsa_to_der(const unsigned char *signature, size_t length, unsigned char *der,
                         size_t *der_length)
{
    if (length != 2 * ECDSA_PART)
        return false;
    ECDSA_SIG *pair = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature, ECDSA_PART, NULL);
    BIGNUM *s = BN_bin2bn(signature + ECDSA_PART, ECDSA_PART, NULL);
    if (pair == NULL || r == NULL || s == NULL || ECDSA_SIG_set0(pair, r, s) != 1) {
        BN_free(r);
        BN_free(s);
        ECDSA_SIG_free(pair);
        return false;
    }
    unsigned char *end = der;
    int size = i2d_ECDSA_SIG(pair, NULL);
    bool good = size > 0 && size <= ECDSA_DER_MAX && i2d_ECDSA_SIG(pair, &end) == size;
    ECDSA_SIG_free(pair);
    *der_length = good ? (size_t)size : 0;
    return good;
}

static bool verify_public(EVP_PKEY *key, const char *token, size_t signed_length,
                          const unsigned char *signature, size_t signature_length)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = context != NULL &&
                EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
                EVP_DigestVerify(context, signature, signature_length, (const unsigned char *)token,
                                 signed_length) == 1;
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return good;
}

bool token_signature_verify(const struct token_keys *keys, const struct token_key *key,
                            const char *token, size_t length, size_t signed_length)
{
    const char *text = token + signed_length + 1;
    size_t text_length = length - signed_length - 1, size = 0;
    unsigned char der[ECDSA_DER_MAX];
    unsigned char *signature = memory_allocate(BASE64URL_DECODED_MAX(text_length));
    bool good = base64url_decode(text, text_length, signature, &size);
    if (good && key->algorithm == TOKEN_HS256) {
        good = verify_hmac(keys, token, signed_length, signature, size);
    } else if (good && key->algorithm == TOKEN_RS256) {
        good = verify_public(key->public_key, token, signed_length, signature, size);
    } else if (good) {
        size_t der_length;
        good = ecdsa_to_der(signature, size, der, &der_length) &&
               verify_public(key->public_key, token, signed_length, der, der_length);
    }
    free(signature);
    return good;
}
