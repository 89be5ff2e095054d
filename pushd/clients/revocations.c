#include "pushd/clients/revocations.h"

#include <stdlib.h>
#include <string.h>

#include "shared/auth/token.h"
#include "shared/base/hash.h"
#include "shared/base/memory.h"

struct revocation {
    UT_hash_handle hh;
    int64_t before_s;
    char *name;
};

struct revocations {
    struct revocation *tokens, *users;
};

struct revocations *revocations_create(void)
{
    return memory_allocate(sizeof(struct revocations));
}

static void clear(struct revocation **table)
{
    struct revocation *revocation, *following;

    HASH_ITER(hh, *table, revocation, following) {
        HASH_DEL(*table, revocation);
        free(revocation->name);
        free(revocation);
    }
}

void revocations_clear(struct revocations *revocations)
{
    clear(&revocations->tokens);
    clear(&revocations->users);
}

void revocations_free(struct revocations **revocations)
{
    if (!*revocations)
        return;
    revocations_clear(*revocations);
    free(*revocations);
    *revocations = NULL;
}

void revocations_add(struct revocations *revocations, const char *token_id, const char *user_id,
                     int64_t before_s)
{
    struct revocation **table = token_id ? &revocations->tokens : &revocations->users;
    const char *name = token_id ? token_id : user_id;
    struct revocation *revocation;

    HASH_FIND_STR(*table, name, revocation);
    if (!revocation) {
        revocation = memory_allocate(sizeof *revocation);
        revocation->name = memory_copy_text(name);
        HASH_ADD_KEYPTR(hh, *table, revocation->name, strlen(revocation->name), revocation);
    }
    if (before_s > revocation->before_s)
        revocation->before_s = before_s;
}

bool revocations_covers(const struct revocations *revocations, const char *token_id,
                        const char *user_id, int64_t issued_at)
{
    struct revocation *revocation = NULL;

    if (token_id && *token_id)
        HASH_FIND_STR(revocations->tokens, token_id, revocation);
    if (revocation)
        return true;
    HASH_FIND_STR(revocations->users, user_id, revocation);
    return revocation && issued_at <= revocation->before_s;
}

bool revocations_has(const struct revocations *revocations, const struct identity *identity)
{
    return identity->expires_at > 0 && /* else it came without a token */
           revocations_covers(revocations, identity->token_id, identity->user_id,
                              identity->issued_at);
}

size_t revocations_count(const struct revocations *revocations)
{
    return HASH_COUNT(revocations->tokens) + HASH_COUNT(revocations->users);
}
