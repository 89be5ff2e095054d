/* Sets of four places chosen by the digest; the place whose token ends first gives way. The
 * digest is a cryptographic one of a token that was verified, so nobody chooses where it falls. */
#include "shared/auth/token_cache.h"

#include <stdlib.h>
#include <string.h>

#include "shared/base/memory.h"

enum { SET_SIZE = 4, SET_COUNT = TOKEN_CACHE_SIZE / SET_SIZE };

struct place {
    unsigned char digest[TOKEN_DIGEST_SIZE];
    struct identity identity; /* expires_at 0: free */
};

struct token_cache {
    struct place places[SET_COUNT][SET_SIZE];
};

struct token_cache *token_cache_create(void)
{
    return memory_allocate(sizeof(struct token_cache));
}

void token_cache_free(struct token_cache **cache)
{
    if (cache == NULL)
        return;
    free(*cache);
    *cache = NULL;
}

void token_cache_clear(struct token_cache *cache)
{
    *cache = (struct token_cache){0};
}

static size_t set_of(const unsigned char *digest)
{
    return ((size_t)digest[0] | (size_t)digest[1] << 8) % SET_COUNT;
}

bool token_cache_find(const struct token_cache *cache, const unsigned char *digest, int64_t now_s,
                      struct identity *identity)
{
    const struct place *set = cache->places[set_of(digest)];
    for (int index = 0; index < SET_SIZE; index++) {
        if (set[index].identity.expires_at > now_s &&
            memcmp(set[index].digest, digest, TOKEN_DIGEST_SIZE) == 0) {
            *identity = set[index].identity;
            return true;
        }
    }
    return false;
}

void token_cache_add(struct token_cache *cache, const unsigned char *digest,
                     const struct identity *identity)
{
    struct place *set = cache->places[set_of(digest)], *chosen = set;
    for (int index = 1; index < SET_SIZE; index++) {
        if (set[index].identity.expires_at < chosen->identity.expires_at)
            chosen = &set[index];
    }
    memcpy(chosen->digest, digest, TOKEN_DIGEST_SIZE);
    chosen->identity = *identity;
}
