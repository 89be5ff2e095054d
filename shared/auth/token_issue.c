#include "shared/auth/token_issue.h"

#include <jwt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "shared/auth/token_keys.h"
#include "shared/base/memory.h"
#include "shared/json.h"

static bool add_claims(jwt_t *jwt, const char *const claims[], size_t count)
{
    for (size_t index = 0; index < count; index++) {
        if (!json_check(claims[index], strlen(claims[index]), NULL) ||
            jwt_add_grants_json(jwt, claims[index]) != 0)
            return false;
    }
    return true;
}

char *token_issue(const char *secret, const char *const claims[], size_t count)
{
    jwt_t *jwt = NULL;
    char *token = NULL;
    if (strlen(secret) < TOKEN_SECRET_MIN || jwt_new(&jwt) != 0)
        return NULL;
    if (add_claims(jwt, claims, count) &&
        jwt_set_alg(jwt, JWT_ALG_HS256, (const unsigned char *)secret, (int)strlen(secret)) == 0) {
        char *text = jwt_encode_str(jwt);
        token = memory_copy_text(text);
        free(text);
    }
    jwt_free(jwt);
    return token;
}
