/* Nothing but a signed token is accepted; the first byte chooses whether the rest is a token,
 * or claims that are read as if they had been signed. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "shared/auth/token.h"
#include "shared/auth/token_claims.h"
#include "shared/json.h"
#include "shared/settings.h"
#include "tests/fuzz/fuzz.h"

static struct token_keys *make_keys(void)
{
    char error[200], secret[] = "a secret that no input of a fuzzer knows", empty[] = "";
    struct settings settings = {.jwt_secret = secret,
                                .jwt_public_keys = empty,
                                .jwt_issuer = empty,
                                .jwt_audience = empty,
                                .max_token_ttl_s = 604800};
    return token_keys_create(&settings, error, sizeof error);
}

static void read_claims(const char *text, size_t length)
{
    struct identity identity;
    struct token_rules rules = {
        .issuer = "", .audience = "us", .max_ttl_s = 604800, .now_s = 1700000000};
    struct json *claims = json_parse(text, length, NULL);
    if (claims != NULL && token_claims_read(claims, &rules, &identity) == ERROR_NONE)
        assert(identity.user_id[0] != '\0' && identity.expires_at > rules.now_s);
    json_free(&claims);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct token_keys *keys;
    struct identity identity;
    if (size == 0)
        return 0;
    if (keys == NULL)
        keys = make_keys();
    assert(keys != NULL);
    char *text = fuzz_exact(data + 1, size - 1);
    if (data[0] == 'c')
        read_claims(text, size - 1);
    else
        assert(token_verify(keys, text, size - 1, 1700000000, &identity) != ERROR_NONE);
    free(text);
    return 0;
}
