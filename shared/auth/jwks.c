/* A JSON Web Key Set (RFC 7517, 7518 section 6): RSA and EC public keys into OpenSSL's. */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/auth/base64url.h"
#include "shared/auth/public_keys.h"
#include "shared/auth/token_keys.h"
#include "shared/base/memory.h"
#include "shared/json.h"

enum { COORDINATE_SIZE = 32, PARAMETER_MAX = 1400 };

/* The caller frees the bytes; NULL: absent, too long or not base64url. */
static unsigned char *parameter(const struct json *key, const char *name, size_t *length)
{
    const char *text = json_string(json_member(key, name));
    if (text == NULL || strlen(text) > PARAMETER_MAX)
        return NULL;
    unsigned char *bytes = memory_allocate(BASE64URL_DECODED_MAX(strlen(text)));
    if (base64url_decode(text, strlen(text), bytes, length))
        return bytes;
    free(bytes);
    return NULL;
}

static EVP_PKEY *make_key(const char *type, OSSL_PARAM_BLD *builder)
{
    EVP_PKEY *key = NULL;
    OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    if (parameters == NULL || context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
        key = NULL;
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(parameters);
    ERR_clear_error();
    return key;
}

static EVP_PKEY *make_rsa(const struct json *record)
{
    size_t n_length = 0, e_length = 0;
    unsigned char *n = parameter(record, "n", &n_length);
    unsigned char *e = parameter(record, "e", &e_length);
    EVP_PKEY *key = NULL;
    if (n != NULL && e != NULL) {
        BIGNUM *modulus = BN_bin2bn(n, (int)n_length, NULL);
        BIGNUM *exponent = BN_bin2bn(e, (int)e_length, NULL);
        OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
        if (modulus != NULL && exponent != NULL && builder != NULL &&
            OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, modulus) == 1 &&
            OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, exponent) == 1)
            key = make_key("RSA", builder);
        OSSL_PARAM_BLD_free(builder);
        BN_free(modulus);
        BN_free(exponent);
    }
    free(n);
    free(e);
    return key;
}

static EVP_PKEY *make_ec(const struct json *record)
{
    size_t x_length = 0, y_length = 0;
    unsigned char *x = parameter(record, "x", &x_length);
    unsigned char *y = parameter(record, "y", &y_length);
    EVP_PKEY *key = NULL;
    if (x != NULL && y != NULL && x_length == COORDINATE_SIZE && y_length == COORDINATE_SIZE) {
        unsigned char point[1 + 2 * COORDINATE_SIZE] = {POINT_CONVERSION_UNCOMPRESSED};
        memcpy(point + 1, x, COORDINATE_SIZE);
        memcpy(point + 1 + COORDINATE_SIZE, y, COORDINATE_SIZE);
        OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
        if (builder != NULL &&
            OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) ==
                1 &&
            OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point,
                                             sizeof point) == 1)
            key = make_key("EC", builder);
        OSSL_PARAM_BLD_free(builder);
    }
    free(x);
    free(y);
    return key;
}

static bool says(const struct json *record, const char *name, const char *wanted)
{
    const char *text = json_string(json_member(record, name));
    return text != NULL && strcmp(text, wanted) == 0;
}

/* Absent counts as fitting. */
static bool fits(const struct json *record, const char *name, const char *wanted)
{
    return json_member(record, name) == NULL || says(record, name, wanted);
}

static bool add_record(const struct json *record, struct token_key_list *list, char *error,
                       size_t error_size)
{
    bool is_rsa = says(record, "kty", "RSA") && fits(record, "alg", "RS256");
    bool is_ec =
        says(record, "kty", "EC") && says(record, "crv", "P-256") && fits(record, "alg", "ES256");
    if ((!is_rsa && !is_ec) || !fits(record, "use", "sig"))
        return true;
    const char *kid = "";
    if (json_member(record, "kid") != NULL)
        kid = json_string(json_member(record, "kid"));
    EVP_PKEY *key = is_rsa ? make_rsa(record) : make_ec(record);
    if (key == NULL || kid == NULL) {
        EVP_PKEY_free(key);
        snprintf(error, error_size, "a key of the set is not well-formed");
        return false;
    }
    if (token_key_list_add(list, kid, key, error, error_size))
        return true;
    EVP_PKEY_free(key);
    return false;
}

bool jwks_read(const char *text, struct token_key_list *list, char *error, size_t error_size)
{
    struct json_error problem;
    struct json *document = json_parse(text, strlen(text), &problem);
    const struct json *records = json_member(document, "keys");
    bool good = false;
    if (document == NULL)
        snprintf(error, error_size, "is not JSON: %s", problem.message);
    else if (records == NULL || json_kind(records) != JSON_ARRAY)
        snprintf(error, error_size, "is not a key set: the array \"keys\" is missing");
    else
        good = true;
    for (const struct json *record = good ? json_first(records) : NULL; good && record != NULL;
         record = json_next(record))
        good = add_record(record, list, error, error_size);
    json_free(&document);
    return good;
}
