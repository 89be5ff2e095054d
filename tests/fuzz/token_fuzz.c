/* Nothing but a token that one of our keys signed is accepted. The first byte chooses what the rest
 * is:
 *   t  a token; not one of them is good    h  Authorization's value
 *   c  claims, as if they had been signed  k  a JSON Web Key Set ($RSA, $EC: good keys' members)
 *   s  a header, a line end, claims: signed with our secret; r, e: with our RSA or EC key
 * What is signed is judged by its header and claims alone, and the same way again. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "shared/auth/base64url.h"
#include "shared/auth/public_keys.h"
#include "shared/auth/token.h"
#include "shared/auth/token_claims.h"
#include "shared/auth/token_keys.h"
#include "shared/base/buffer.h"
#include "shared/base/memory.h"
#include "shared/json.h"
#include "shared/settings.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/shared/auth/token_maker.h"

enum { NOW_S = 1700000000 };

static char secret[] = "a secret that no input of a fuzzer knows";
static struct token_keys *keys;
static EVP_PKEY *rsa, *ec;
static char *rsa_members, *ec_members; /* of their JSON Web Keys, without braces */

static char *members_of(EVP_PKEY *key)
{
    char *text = maker_jwk(key, ""), *members = memory_copy(text + 1, strlen(text) - 2);

    free(text);
    return members;
}

static void add_key(const char *kid, EVP_PKEY *key)
{
    char error[200];
    bool added = token_key_list_add(keys->list, kid, key, error, sizeof error);

    assert(added);
}

static void set_up(void)
{
    char error[200], empty[] = "";
    struct settings settings = {.jwt_secret = secret,
                                .jwt_public_keys = empty,
                                .jwt_issuer = empty,
                                .jwt_audience = empty,
                                .max_token_ttl_s = 604800};

    keys = token_keys_create(&settings, error, sizeof error);
    assert(keys);
    if (!keys->list)
        keys->list = memory_allocate(sizeof *keys->list);
    rsa = maker_rsa(2048);
    ec = maker_ec("P-256");
    rsa_members = members_of(rsa);
    ec_members = members_of(ec);
    add_key("r", rsa);
    add_key("e", ec);
}

static const struct token_rules rules = {
    .issuer = "", .audience = "", .max_ttl_s = 604800, .now_s = NOW_S};

static void check_identity(const struct identity *identity)
{
    assert(identity->user_id[0] != '\0' && identity->expires_at > NOW_S);
    assert(identity->expires_at <= NOW_S + 604800);
}

static void read_claims(const char *text, size_t length)
{
    struct identity identity;
    const struct token_rules strict = {
        .issuer = "we", .audience = "us", .max_ttl_s = 604800, .now_s = NOW_S};
    struct json *claims = json_parse(text, length, NULL);

    if (claims && token_claims_read(claims, &strict, &identity) == ERROR_NONE)
        check_identity(&identity);
    if (claims && token_claims_read(claims, &rules, &identity) == ERROR_NONE)
        check_identity(&identity);
    json_free(&claims);
}

/* What an accepted header may say. */
static void check_accepted(const char *text, const EVP_PKEY *key)
{
    struct json *header = json_parse(text, strlen(text), NULL);
    const char *algorithm = json_string(json_member(header, "alg"));
    const char *type = json_string(json_member(header, "typ"));
    const struct json *kid = json_member(header, "kid");

    assert(strcmp(algorithm, !key ? "HS256" : key == rsa ? "RS256" : "ES256") == 0);
    assert(!json_member(header, "crit") && (!type || strcasecmp(type, "JWT") == 0));
    assert(!kid || (key && strcmp(json_string(kid), key == rsa ? "r" : "e") == 0));
    json_free(&header);
}

/* A signature of ours makes of the claims what reading them alone does, or nothing at all. */
static void check_signed(char *text, EVP_PKEY *key)
{
    char *claims_text = text, *header = strsep(&claims_text, "\n");
    struct identity identity, again;

    if (!claims_text)
        return;
    char *token = maker_token(header, claims_text, key, key ? NULL : secret);
    enum error_code code = token_verify(keys, token, strlen(token), NOW_S, &identity);
    struct json *claims = json_parse(claims_text, strlen(claims_text), NULL);

    if (code == ERROR_NONE) {
        check_accepted(header, key);
        check_identity(&identity);
        assert(claims && token_claims_read(claims, &rules, &again) == ERROR_NONE);
        assert(strcmp(again.user_id, identity.user_id) == 0 && again.roles == identity.roles);
        assert(token_verify(keys, token, strlen(token), NOW_S, &again) == ERROR_NONE);
        assert(token_verify(keys, token, strlen(token) - 1, NOW_S, &again) != ERROR_NONE);
    } else
        assert(token_verify(keys, token, strlen(token), NOW_S, &again) == code);
    json_free(&claims);
    free(token);
}

static void check_header(const char *text)
{
    size_t length;
    const char *token = token_from_header(text, &length);

    assert(!token || (length > 0 && token > text && token + length <= text + strlen(text)));
    assert(!token || !memchr(token, ' ', length));
}

static void check_base64url(const char *text)
{
    size_t length = strlen(text), size;
    unsigned char *bytes = memory_allocate(BASE64URL_DECODED_MAX(length) + 1);

    if (base64url_decode(text, length, bytes, &size))
        assert(size <= BASE64URL_DECODED_MAX(length));
    free(bytes);
}

static void read_key_set(const char *text)
{
    struct token_key_list *list = memory_allocate(sizeof *list);
    char error[200] = "";
    struct buffer set;

    buffer_init(&set);
    for (const char *at = text; *at;) {
        bool is_rsa = strncmp(at, "$RSA", 4) == 0, is_ec = strncmp(at, "$EC", 3) == 0;

        if (is_rsa || is_ec)
            buffer_append_text(&set, is_rsa ? rsa_members : ec_members);
        else
            buffer_append_character(&set, *at);
        at += is_rsa ? 4 : is_ec ? 3 : 1;
    }
    if (!jwks_read(set.data ? set.data : "", list, error, sizeof error))
        assert(error[0] != '\0');
    assert(list->count <= TOKEN_KEYS_MAX);
    buffer_deinit(&set);
    token_key_list_free(&list);
}

static void check_token(const uint8_t *data, size_t size)
{
    struct identity identity;
    char *text = fuzz_exact(data, size);

    assert(token_verify(keys, text, size, NOW_S, &identity) != ERROR_NONE);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    if (!keys)
        set_up();
    char *text = memory_copy((const char *)data + 1, size - 1);

    if (data[0] == 'c')
        read_claims(text, size - 1);
    else if (data[0] == 's' || data[0] == 'r' || data[0] == 'e')
        check_signed(text, data[0] == 's' ? NULL : data[0] == 'r' ? rsa : ec);
    else if (data[0] == 'h')
        check_header(text);
    else if (data[0] == 'k')
        read_key_set(text);
    else
        check_token(data + 1, size - 1);
    check_base64url(text);
    free(text);
    return 0;
}
