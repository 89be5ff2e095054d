#include "fcgi/revocation.h"

#include <stdio.h>

#include "fcgi/exchange.h"
#include "shared/db/database.h"

bool revocation_check(struct exchange *exchange)
{
    const struct identity *identity = &exchange->identity;
    struct database_answer answer;
    char issued_at[24];
    snprintf(issued_at, sizeof issued_at, "%lld", (long long)identity->issued_at);
    const char *values[] = {identity->user_id, identity->token_id[0] ? identity->token_id : NULL,
                            issued_at};
    return database_query(exchange->database, STATEMENT_TOKEN_CHECK, values, &answer) ||
           problem_from_answer(&exchange->problem, &answer);
}
