/* The tokens that are revoked, in memory: read when the database is reached, kept up by rows of the
 * stream. Pure but for the time it is given. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct identity;
struct revocations;

struct revocations *revocations_create(void);
void revocations_free(struct revocations **revocations);
void revocations_clear(struct revocations *revocations);
/* One token by its id (jti), or all of a user that were issued up to before_s (seconds since 1970).
 * Exactly one of token_id and user_id is given. */
void revocations_add(struct revocations *revocations, const char *token_id, const char *user_id,
                     int64_t before_s);
/* A token: token_id NULL or "" where it has none, issued_at 0 likewise. */
bool revocations_covers(const struct revocations *revocations, const char *token_id,
                        const char *user_id, int64_t issued_at);
/* The token of this identity; one that came without is never revoked. */
bool revocations_has(const struct revocations *revocations, const struct identity *identity);
size_t revocations_count(const struct revocations *revocations);
