#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/shared/auth/token_maker.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/buffer.h"
#include "shared/base/memory.h"

enum { COORDINATE = 32 };

EVP_PKEY *maker_rsa(unsigned bits)
{
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)bits);
    assert_non_null(key);
    return key;
}

EVP_PKEY *maker_ec(const char *curve)
{
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", curve);
    assert_non_null(key);
    return key;
}

char *maker_pem(EVP_PKEY *key)
{
    BIO *bytes = BIO_new(BIO_s_mem());
    char *data;
    assert_int_equal(PEM_write_bio_PUBKEY(bytes, key), 1);
    long length = BIO_get_mem_data(bytes, &data);
    char *text = memory_copy(data, (size_t)length);
    BIO_free(bytes);
    return text;
}

char *maker_base64url(const void *bytes, size_t length)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const unsigned char *byte = bytes;
    struct buffer text;
    unsigned bits = 0, held = 0;
    buffer_init(&text);
    for (size_t at = 0; at < length; at++) {
        bits = (bits << 8 | byte[at]) & 0xFFFF;
        for (held += 8; held >= 6; held -= 6)
            buffer_append_character(&text, letters[bits >> (held - 6) & 63]);
    }
    if (held > 0)
        buffer_append_character(&text, letters[bits << (6 - held) & 63]);
    return buffer_take(&text);
}

static char *number(EVP_PKEY *key, const char *name, int size)
{
    BIGNUM *value = NULL;
    unsigned char bytes[1024];
    assert_int_equal(EVP_PKEY_get_bn_param(key, name, &value), 1);
    int length = size > 0 ? BN_bn2binpad(value, bytes, size) : BN_bn2bin(value, bytes);
    BN_free(value);
    return maker_base64url(bytes, (size_t)length);
}

char *maker_jwk(EVP_PKEY *key, const char *members)
{
    bool is_rsa = EVP_PKEY_is_a(key, "RSA");
    char *one = is_rsa ? number(key, OSSL_PKEY_PARAM_RSA_N, 0)
                       : number(key, OSSL_PKEY_PARAM_EC_PUB_X, COORDINATE);
    char *other = is_rsa ? number(key, OSSL_PKEY_PARAM_RSA_E, 0)
                         : number(key, OSSL_PKEY_PARAM_EC_PUB_Y, COORDINATE);
    size_t size = strlen(one) + strlen(other) + strlen(members) + 64;
    char *text = memory_allocate(size);
    if (is_rsa)
        snprintf(text, size, "{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\"%s}", one, other, members);
    else
        snprintf(text, size, "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\"%s}", one,
                 other, members);
    free(one);
    free(other);
    return text;
}

/* DER into r and s side by side. */
static size_t flatten(unsigned char *signature, size_t length)
{
    const unsigned char *der = signature;
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)length);
    assert_non_null(pair);
    assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_r(pair), signature, COORDINATE), COORDINATE);
    assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_s(pair), signature + COORDINATE, COORDINATE),
                     COORDINATE);
    ECDSA_SIG_free(pair);
    return 2 * COORDINATE;
}

static size_t sign(EVP_PKEY *key, const struct buffer *text, unsigned char signature[1024])
{
    size_t length = 1024;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key), 1);
    assert_int_equal(EVP_DigestSign(context, signature, &length, (const unsigned char *)text->data,
                                    text->length),
                     1);
    EVP_MD_CTX_free(context);
    bool is_p256 = EVP_PKEY_is_a(key, "EC") && EVP_PKEY_get_bits(key) == 256;
    return is_p256 ? flatten(signature, length) : length;
}

char *maker_token(const char *header, const char *claims, EVP_PKEY *key, const char *secret)
{
    unsigned char signature[1024];
    size_t length = 0;
    unsigned size;
    struct buffer token;
    char *parts[3] = {maker_base64url(header, strlen(header)),
                      maker_base64url(claims, strlen(claims)), NULL};
    buffer_init(&token);
    buffer_append_format(&token, "%s.%s", parts[0], parts[1]);
    if (key != NULL) {
        length = sign(key, &token, signature);
    } else if (secret != NULL) {
        assert_non_null(HMAC(EVP_sha256(), secret, (int)strlen(secret),
                             (const unsigned char *)token.data, token.length, signature, &size));
        length = size;
    }
    parts[2] = maker_base64url(signature, length);
    buffer_append_format(&token, ".%s", parts[2]);
    for (int part = 0; part < 3; part++)
        free(parts[part]);
    return buffer_take(&token);
}
