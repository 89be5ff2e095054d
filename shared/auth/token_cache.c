/* Sets of four entries chosen by the digest, the one used last in front; the one not used for the
 * longest gives way. The digest is a cryptographic one of a token that was verified, so nobody
 * chooses where it falls. An entry takes what its texts need: a daemon may know thousands. */
#include "shared/auth/token_cache.h"

#include <stdlib.h>
#include <string.h>

#include "shared/base/memory.h"
#include "shared/metrics.h"

enum { SET_SIZE = 4, SET_COUNT = TOKEN_CACHE_SIZE / SET_SIZE };

struct entry {
    unsigned char digest[TOKEN_DIGEST_SIZE];
    unsigned roles;
    int64_t issued_at, expires_at;
    size_t token_id_at; /* in texts */
    char texts[];       /* user_id and token_id */
};

struct token_cache {
    struct entry *sets[SET_COUNT][SET_SIZE]; /* NULL: free, only behind the others */
};

struct token_cache *token_cache_create(void)
{
    return memory_allocate(sizeof(struct token_cache));
}

void token_cache_free(struct token_cache **cache)
{
    if (cache == NULL || *cache == NULL)
        return;
    token_cache_clear(*cache);
    free(*cache);
    *cache = NULL;
}

void token_cache_clear(struct token_cache *cache)
{
    for (size_t set = 0; set < SET_COUNT; set++)
        for (size_t index = 0; index < SET_SIZE; index++)
            free(cache->sets[set][index]);
    memset(cache, 0, sizeof *cache);
}

static struct entry **set_of(struct token_cache *cache, const unsigned char *digest)
{
    return cache->sets[((size_t)digest[0] | (size_t)digest[1] << 8) % SET_COUNT];
}

/* Makes room in front of the set; what stood at `index` is the caller's. */
static void put_in_front(struct entry **set, size_t index, struct entry *entry)
{
    memmove(set + 1, set, index * sizeof *set);
    set[0] = entry;
}

bool token_cache_find(struct token_cache *cache, const unsigned char *digest, int64_t now_s,
                      struct identity *identity)
{
    struct entry **set = set_of(cache, digest);
    for (size_t index = 0; index < SET_SIZE && set[index] != NULL; index++) {
        struct entry *entry = set[index];
        if (memcmp(entry->digest, digest, TOKEN_DIGEST_SIZE) != 0)
            continue;
        if (entry->expires_at <= now_s)
            return false;
        put_in_front(set, index, entry);
        *identity = (struct identity){
            .roles = entry->roles, .issued_at = entry->issued_at, .expires_at = entry->expires_at};
        const char *token_id = entry->texts + entry->token_id_at;
        memcpy(identity->user_id, entry->texts, entry->token_id_at);
        memcpy(identity->token_id, token_id, strlen(token_id) + 1);
        return true;
    }
    return false;
}

void token_cache_add(struct token_cache *cache, const unsigned char *digest,
                     const struct identity *identity)
{
    struct entry **set = set_of(cache, digest);
    size_t user = strlen(identity->user_id) + 1, token = strlen(identity->token_id) + 1;
    struct entry *entry = memory_allocate(sizeof *entry + user + token);
    memcpy(entry->digest, digest, TOKEN_DIGEST_SIZE);
    entry->roles = identity->roles;
    entry->issued_at = identity->issued_at;
    entry->expires_at = identity->expires_at;
    entry->token_id_at = user;
    memcpy(entry->texts, identity->user_id, user);
    memcpy(entry->texts + user, identity->token_id, token);
    if (set[SET_SIZE - 1] != NULL)
        metrics_count(METRIC_TOKENS_EVICTED);
    free(set[SET_SIZE - 1]);
    put_in_front(set, SET_SIZE - 1, entry);
}
