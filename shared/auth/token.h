/* JSON Web Tokens (RFC 7519; HS256, RS256, ES256). The only door to libjwt, which accepts more
 * than it should: the key record fixes the algorithm, an empty key never reaches it, and every
 * claim is checked here. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/model/error.h"

struct settings;

/* Bytes: a user is 128 characters of up to 4. */
enum { IDENTITY_USER_MAX = 512, TOKEN_MAX_LENGTH = 8192 };

/* Who a token speaks for. A plain value: copy it freely. */
struct identity {
    char user_id[IDENTITY_USER_MAX + 1];
    unsigned roles;     /* mask of shared/model/role.h */
    int64_t issued_at;  /* seconds since 1970; 0 when the token has no iat */
    int64_t expires_at; /* seconds since 1970; 0: development identity without a token */
    char token_id[129]; /* jti, or "" */
};

struct token_keys; /* secret and public keys, with a bounded cache of verified tokens */

/* NULL: a key could not be read; error is one line that names the setting. */
struct token_keys *token_keys_create(const struct settings *settings, char *error,
                                     size_t error_size);
void token_keys_free(struct token_keys **keys);
/* Re-reads JWT_PUBLIC_KEYS when it changed; a broken file keeps the old keys and logs. Cheap
 * enough for every few seconds: it looks at names, sizes and times. */
void token_keys_refresh(struct token_keys *keys);

/* now_s: seconds since 1970. Returns ERROR_NONE and fills identity, or TOKEN_MISSING (NULL or
 * ""), TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_PURPOSE. */
enum error_code token_verify(struct token_keys *keys, const char *token, size_t length,
                             int64_t now_s, struct identity *identity);
/* The token of an `Authorization: Bearer …` header value; NULL when it is none. Points into
 * header. */
const char *token_from_header(const char *header, size_t *length);
