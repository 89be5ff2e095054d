/* Tokens that were verified already: bounded, keyed by the SHA-256 of the token, never past its
 * exp; what has not been asked for longest gives way. Refusals are not kept: they would let anybody
 * fill it. About 100 bytes each. Private to shared/auth. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/auth/token.h"

enum { TOKEN_CACHE_SIZE = 4096, TOKEN_DIGEST_SIZE = 32 };

struct token_cache;

struct token_cache *token_cache_create(void);
void token_cache_free(struct token_cache **cache);
void token_cache_clear(struct token_cache *cache);
bool token_cache_find(struct token_cache *cache, const unsigned char *digest, int64_t now_s,
                      struct identity *identity);
void token_cache_add(struct token_cache *cache, const unsigned char *digest,
                     const struct identity *identity);
