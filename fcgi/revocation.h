/* Whether a token that was verified still stands. Asked anew for every request, since a revocation
 * counts at once: the cache of verified tokens knows nothing of it. */
#pragma once
#include <stdbool.h>

struct exchange;

/* For the exchange's identity. False with the problem set: TOKEN_REVOKED, or why the database could
 * not tell. */
bool revocation_check(struct exchange *exchange);
