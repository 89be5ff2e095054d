/* One request and its answer: every step from the raw request to the ready response, in order.
 * Knows no FastCGI; whoever calls owns settings, keys and database. */
#pragma once
#include "fcgi/problem.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/router.h"
#include "shared/auth/token.h"

struct database;
struct settings;

enum { EXCHANGE_ID_SIZE = 33 };

struct exchange {
    const struct settings *settings;
    struct token_keys *keys;
    struct database *database;
    char id[EXCHANGE_ID_SIZE]; /* sent as X-Request-Id, and in the log */
    struct request request;
    struct route_match match;
    struct identity identity; /* set where the rule asks for a token */
    bool token_unchecked;     /* it was verified, and may have been revoked */
    struct problem problem;
    struct response response;
};

/* Reads the request and makes the response. Free with exchange_deinit. */
void exchange_run(struct exchange *exchange, const struct request_source *source);
void exchange_deinit(struct exchange *exchange);
