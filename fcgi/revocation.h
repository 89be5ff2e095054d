/* Whether a token that was verified still stands. Asked anew for every request, since a revocation
 * counts at once: the cache of verified tokens knows nothing of it. */
#pragma once
#include <stdbool.h>

#include "shared/db/database.h"

struct exchange;

/* How handlers ask the database. The first statement of a caller with a token goes behind the check
 * of that token, in one transaction: it is not done when the token was revoked. False: the answer
 * says why. */
bool revocation_query(struct exchange *exchange, enum statement statement,
                      const char *const values[], struct database_answer *answer);

/* The check alone, for a request that was refused before it came to a statement. False with the
 * problem replaced when the token was revoked; a database that cannot tell leaves it. */
bool revocation_check(struct exchange *exchange);
