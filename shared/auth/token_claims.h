/* What a token says, checked claim by claim (RFC 7519 section 4). Pure. Private to shared/auth. */
#pragma once
#include <stdint.h>

#include "shared/auth/token.h"

struct json;

enum { TOKEN_LEEWAY_S = 60 }; /* clocks differ: for nbf and iat; exp has none */

struct token_rules {
    const char *issuer; /* "": any */
    const char *audience;
    int64_t max_ttl_s;
    int64_t now_s;
};

/* Returns ERROR_NONE and fills identity, or TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_PURPOSE. */
enum error_code token_claims_read(const struct json *claims, const struct token_rules *rules,
                                  struct identity *identity);
