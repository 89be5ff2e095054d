#include "fcgi/revocation.h"

#include <stdio.h>

#include "fcgi/exchange.h"

enum { NUMBER_SIZE = 24 };

/* The values of TOKEN_CHECK. */
struct check {
    char issued_at[NUMBER_SIZE];
    const char *values[3];
};

static void make_check(struct check *check, const struct identity *identity)
{
    snprintf(check->issued_at, sizeof check->issued_at, "%lld", (long long)identity->issued_at);
    check->values[0] = identity->user_id;
    check->values[1] = identity->token_id[0] ? identity->token_id : NULL;
    check->values[2] = check->issued_at;
}

bool revocation_query(struct exchange *exchange, enum statement statement,
                      const char *const values[], struct database_answer *answer)
{
    if (!exchange->token_unchecked)
        return database_query(exchange->database, statement, values, answer);
    struct check check;
    make_check(&check, &exchange->identity);
    const struct database_question first = {STATEMENT_TOKEN_CHECK, check.values};
    exchange->token_unchecked = false;
    return database_query_behind(exchange->database, &first, statement, values, answer);
}

bool revocation_check(struct exchange *exchange)
{
    struct database_answer answer;
    struct check check;
    make_check(&check, &exchange->identity);
    exchange->token_unchecked = false;
    return database_query(exchange->database, STATEMENT_TOKEN_CHECK, check.values, &answer) ||
           answer.error.code != ERROR_TOKEN_REVOKED ||
           problem_from_answer(&exchange->problem, &answer);
}
