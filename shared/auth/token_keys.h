/* The key records: which key, of which algorithm, a token may be verified with. Private to
 * shared/auth. */
#pragma once
#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/auth/token.h"
#include "shared/auth/token_cache.h"

enum token_algorithm { TOKEN_HS256, TOKEN_RS256, TOKEN_ES256 };
enum { TOKEN_KID_MAX = 200, TOKEN_KEYS_MAX = 64, TOKEN_SECRET_MIN = 32 };

struct token_key {
    char kid[TOKEN_KID_MAX + 1]; /* "": without a name */
    enum token_algorithm algorithm;
    EVP_PKEY *public_key; /* NULL for HS256 */
};

struct token_key_list {
    size_t count;
    struct token_key keys[TOKEN_KEYS_MAX];
};

struct token_keys {
    char *secret; /* NULL: HS256 is not accepted */
    size_t secret_length;
    char *path; /* of the public keys, or NULL */
    uint64_t fingerprint;
    struct token_key_list *list;
    char *issuer; /* "": any */
    char *audience;
    int64_t max_ttl_s;
    struct token_cache *cache;
};

bool token_algorithm_parse(const char *text, enum token_algorithm *algorithm);
/* The record that a token's header names; kid NULL: the only one of that algorithm. NULL: there
 * is none. */
const struct token_key *token_keys_find(const struct token_keys *keys,
                                        enum token_algorithm algorithm, const char *kid);

/* Takes the key when true. False: weak, of a kind that is not accepted, named twice, or one too
 * many. */
bool token_key_list_add(struct token_key_list *list, const char *kid, EVP_PKEY *public_key,
                        char *error, size_t error_size);
void token_key_list_free(struct token_key_list **list);
