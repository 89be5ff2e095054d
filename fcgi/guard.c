#include "fcgi/guard.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "fcgi/exchange.h"
#include "shared/auth/access.h"
#include "shared/base/clock.h"
#include "shared/model/role.h"

static const struct {
    enum channel channel;
    unsigned roles;
} rules[RULE_COUNT] = {
#define RULE(id, of_channel, of_roles, who)                                                        \
    [RULE_##id] = {.channel = CHANNEL_##of_channel, .roles = of_roles},
#include "fcgi/rules.def"
};

enum channel guard_channel(enum rule rule)
{
    return rules[rule].channel;
}

bool guard_origin(const struct settings *settings, const struct request *request)
{
    return access_origin(settings, request->origin, request->host);
}

void guard_share(struct response *response, const char *origin)
{
    response_header(response, "Access-Control-Allow-Origin", origin);
    response_header(response, "Access-Control-Allow-Credentials", "true");
    response_header(response, "Access-Control-Expose-Headers",
                    "ETag, Link, Retry-After, X-Stream-Cursor");
}

void guard_preflight(struct response *response, const char *methods)
{
    response_header(response, "Access-Control-Allow-Methods", methods);
    response_header(response, "Access-Control-Allow-Headers",
                    "Authorization, Content-Type, Idempotency-Key, X-Correlation-ID, "
                    "If-None-Match, Last-Event-ID");
    response_header(response, "Access-Control-Max-Age", "600");
}

static const char *explain_token(enum error_code code)
{
    switch (code) {
    case ERROR_TOKEN_MISSING:
        return "send a token: Authorization: Bearer <JWT>";
    case ERROR_TOKEN_EXPIRED:
        return "the token has expired";
    case ERROR_TOKEN_PURPOSE:
        return "the token was made for another purpose";
    case ERROR_TOKEN_REVOKED:
        return "the token was revoked";
    default:
        return "the token is not valid here";
    }
}

/* A bearer token that is no word at all is a wrong one, not a missing one. */
static const char *find_token(const char *header, size_t *length)
{
    static const char scheme[] = "Bearer ";
    const char *token = header ? token_from_header(header, length) : NULL;
    if (token || !header || strncasecmp(header, scheme, sizeof scheme - 1) != 0)
        return token;
    token = header + sizeof scheme - 1;
    *length = strlen(token);
    return token[strspn(token, " \t")] ? token : NULL;
}

static bool identify(struct exchange *exchange)
{
    size_t length = 0;
    const char *token = find_token(exchange->request.authorization, &length);
    enum error_code code = token_verify(exchange->keys, token, token ? length : 0,
                                        clock_wall_ms() / 1000, &exchange->identity);
    exchange->token_unchecked = code == ERROR_NONE;
    return code == ERROR_NONE ||
           problem_set(&exchange->problem, code, NULL, "%s", explain_token(code));
}

void guard_challenge(struct response *response, enum error_code code)
{
    char challenge[200] = "Bearer realm=\"bookly\"";
    if (error_http_status(code) != 401)
        return;
    if (code != ERROR_TOKEN_MISSING)
        snprintf(challenge, sizeof challenge,
                 "Bearer realm=\"bookly\", error=\"invalid_token\", error_description=\"%s\"",
                 explain_token(code));
    response_header(response, "WWW-Authenticate", challenge);
}

bool guard_caller(struct exchange *exchange)
{
    enum rule rule = exchange->match.route->rule;
    enum channel channel = rules[rule].channel;
    if (channel == CHANNEL_NONE && !rules[rule].roles)
        return true;
    if (!identify(exchange))
        return false;
    unsigned allowed = channel == CHANNEL_NONE ? rules[rule].roles
                                               : access_channel_roles(exchange->settings, channel);
    return access_allowed(allowed, exchange->identity.roles) ||
           problem_set(&exchange->problem, ERROR_FORBIDDEN, NULL,
                       "none of the caller's roles may do this");
}
