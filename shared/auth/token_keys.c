#include "shared/auth/token_keys.h"

#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/auth/public_keys.h"
#include "shared/base/log.h"
#include "shared/base/memory.h"
#include "shared/settings.h"

enum { RSA_MIN_BITS = 2048, RSA_MAX_BITS = 8192, PROBLEM_SIZE = 200 };

bool token_algorithm_parse(const char *text, enum token_algorithm *algorithm)
{
    static const char *const names[] = {"HS256", "RS256", "ES256"};
    for (int candidate = TOKEN_HS256; candidate <= TOKEN_ES256; candidate++) {
        if (strcmp(text, names[candidate]) == 0) {
            *algorithm = (enum token_algorithm)candidate;
            return true;
        }
    }
    return false;
}

/* As signatures will be verified, so that OpenSSL has looked up all it needs when clients come. */
static bool is_usable(EVP_PKEY *key)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good =
        context != NULL && EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1;
    EVP_MD_CTX_free(context);
    return good;
}

/* Which algorithm a public key is for follows from the key alone, never from a token. */
static bool algorithm_of(EVP_PKEY *key, enum token_algorithm *algorithm, char *error,
                         size_t error_size)
{
    const char *problem = NULL;
    if (EVP_PKEY_is_a(key, "RSA")) {
        *algorithm = TOKEN_RS256;
        int bits = EVP_PKEY_get_bits(key);
        if (bits < RSA_MIN_BITS)
            problem = "an RSA key has less than 2048 bits";
        else if (bits > RSA_MAX_BITS)
            problem = "an RSA key has more than 8192 bits";
    } else if (EVP_PKEY_is_a(key, "EC")) {
        char group[32] = "";
        *algorithm = TOKEN_ES256;
        if (EVP_PKEY_get_group_name(key, group, sizeof group, NULL) != 1 ||
            strcmp(group, "prime256v1") != 0)
            problem = "an EC key is not on the curve P-256";
    } else {
        problem = "a key is neither RSA nor EC";
    }
    if (problem == NULL) {
        EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
        if (context == NULL || EVP_PKEY_public_check(context) != 1 || !is_usable(key))
            problem = "a key is not well-formed";
        EVP_PKEY_CTX_free(context);
    }
    if (problem != NULL)
        snprintf(error, error_size, "%s", problem);
    return problem == NULL;
}

bool token_key_list_add(struct token_key_list *list, const char *kid, EVP_PKEY *public_key,
                        char *error, size_t error_size)
{
    enum token_algorithm algorithm;
    if (!algorithm_of(public_key, &algorithm, error, error_size))
        return false;
    if (list->count == TOKEN_KEYS_MAX || strlen(kid) > TOKEN_KID_MAX) {
        snprintf(error, error_size, "more than %d keys, or a kid over %d bytes", TOKEN_KEYS_MAX,
                 TOKEN_KID_MAX);
        return false;
    }
    for (size_t index = 0; index < list->count; index++) {
        if (kid[0] != '\0' && strcmp(list->keys[index].kid, kid) == 0) {
            snprintf(error, error_size, "two keys have the same kid");
            return false;
        }
    }
    struct token_key *key = &list->keys[list->count++];
    memcpy(key->kid, kid, strlen(kid) + 1);
    key->algorithm = algorithm;
    key->public_key = public_key;
    return true;
}

void token_key_list_free(struct token_key_list **list)
{
    if (list == NULL || *list == NULL)
        return;
    for (size_t index = 0; index < (*list)->count; index++)
        EVP_PKEY_free((*list)->keys[index].public_key);
    free(*list);
    *list = NULL;
}

struct token_keys *token_keys_create(const struct settings *settings, char *error,
                                     size_t error_size)
{
    struct token_keys *keys = memory_allocate(sizeof *keys);
    char problem[PROBLEM_SIZE] = "";
    keys->issuer = memory_copy_text(settings->jwt_issuer);
    keys->audience = memory_copy_text(settings->jwt_audience);
    keys->max_ttl_s = settings->max_token_ttl_s;
    keys->list = memory_allocate(sizeof *keys->list);
    keys->cache = token_cache_create();
    if (settings->jwt_secret[0] != '\0') {
        keys->secret = memory_copy_text(settings->jwt_secret);
        keys->secret_length = strlen(keys->secret);
        if (keys->secret_length < TOKEN_SECRET_MIN)
            snprintf(problem, sizeof problem, "JWT_SECRET: must have 32 bytes or more");
    }
    if (problem[0] == '\0' && settings->jwt_public_keys[0] != '\0') {
        char detail[PROBLEM_SIZE - 20];
        keys->path = memory_copy_text(settings->jwt_public_keys);
        keys->fingerprint = public_keys_fingerprint(keys->path);
        if (!public_keys_read(keys->path, keys->list, detail, sizeof detail))
            snprintf(problem, sizeof problem, "JWT_PUBLIC_KEYS: %s", detail);
    }
    if (problem[0] == '\0' && keys->secret == NULL && keys->list->count == 0)
        snprintf(problem, sizeof problem, "JWT_SECRET: is missing; so is JWT_PUBLIC_KEYS");
    if (problem[0] == '\0')
        return keys;
    snprintf(error, error_size, "%s", problem);
    token_keys_free(&keys);
    return NULL;
}

void token_keys_free(struct token_keys **keys)
{
    if (keys == NULL || *keys == NULL)
        return;
    if ((*keys)->secret != NULL)
        OPENSSL_cleanse((*keys)->secret, (*keys)->secret_length);
    free((*keys)->secret);
    free((*keys)->path);
    free((*keys)->issuer);
    free((*keys)->audience);
    token_key_list_free(&(*keys)->list);
    token_cache_free(&(*keys)->cache);
    free(*keys);
    *keys = NULL;
}

void token_keys_refresh(struct token_keys *keys)
{
    if (keys->path == NULL)
        return;
    uint64_t fingerprint = public_keys_fingerprint(keys->path);
    if (fingerprint == keys->fingerprint)
        return;
    keys->fingerprint = fingerprint; /* a broken file is complained about once */
    char problem[PROBLEM_SIZE];
    struct token_key_list *list = memory_allocate(sizeof *list);
    if (!public_keys_read(keys->path, list, problem, sizeof problem)) {
        log_write(LOG_ERROR_LEVEL, "Token", "JWT_PUBLIC_KEYS: %s; the old keys stay", problem);
        token_key_list_free(&list);
        return;
    }
    token_key_list_free(&keys->list);
    keys->list = list;
    token_cache_clear(keys->cache);
    log_write(LOG_INFO_LEVEL, "Token", "JWT_PUBLIC_KEYS: %zu keys were read", list->count);
}

const struct token_key *token_keys_find(const struct token_keys *keys,
                                        enum token_algorithm algorithm, const char *kid)
{
    static const struct token_key secret = {.algorithm = TOKEN_HS256};
    const struct token_key *found = NULL;
    if (algorithm == TOKEN_HS256)
        return keys->secret != NULL && kid == NULL ? &secret : NULL;
    for (size_t index = 0; index < keys->list->count; index++) {
        const struct token_key *key = &keys->list->keys[index];
        if (key->algorithm != algorithm)
            continue;
        if (kid != NULL && strcmp(key->kid, kid) == 0 && kid[0] != '\0')
            return key;
        if (kid == NULL && found != NULL)
            return NULL;
        found = key;
    }
    return kid == NULL ? found : NULL;
}
