#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/auth/token.h"
#include "shared/auth/token_issue.h"
#include "shared/auth/token_keys.h"
#include "shared/base/log.h"
#include "shared/settings.h"
#include "tests/unit/shared/auth/token_maker.h"
#include "tests/unit/shared/scratch.h"

#define SECRET "0123456789abcdef0123456789abcdef"
#define NOW 1700000000
#define CLAIMS "{\"sub\":\"u\",\"exp\":1700000600,\"roles\":[\"STUDENT\"]}"

static EVP_PKEY *rsa, *other_rsa, *ec, *other_ec;
static struct token_keys *keys;
static char *rsa_pem;

static struct token_keys *make_keys(char *secret, const char *path)
{
    char error[200];
    struct settings settings = {.jwt_secret = secret,
                                .jwt_issuer = (char[]){""},
                                .jwt_audience = (char[]){""},
                                .max_token_ttl_s = 604800};
    char *copy = strdup(path);
    settings.jwt_public_keys = copy;
    struct token_keys *made = token_keys_create(&settings, error, sizeof error);
    free(copy);
    if (made == NULL && path[0] == '\0')
        assert_memory_equal(error, "JWT_SECRET:", 11);
    return made;
}

static void write_pem(const char *name, EVP_PKEY *key)
{
    char *pem = maker_pem(key);
    scratch_file(name, pem, strlen(pem));
    free(pem);
}

static int set_up(void **state)
{
    (void)state;
    rsa = maker_rsa(2048);
    other_rsa = maker_rsa(2048);
    ec = maker_ec("P-256");
    other_ec = maker_ec("P-256");
    rsa_pem = maker_pem(rsa);
    write_pem("rsa.pem", rsa);
    write_pem("ec.pem", ec);
    keys = make_keys((char[]){SECRET}, scratch_folder());
    return keys == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    token_keys_free(&keys);
    token_keys_free(&keys);
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(other_rsa);
    EVP_PKEY_free(ec);
    EVP_PKEY_free(other_ec);
    free(rsa_pem);
    scratch_remove();
    return 0;
}

static enum error_code verify(const char *token)
{
    struct identity identity;
    enum error_code code = token_verify(keys, token, strlen(token), NOW, &identity);
    assert_int_equal(identity.user_id[0] != '\0', code == ERROR_NONE);
    return code;
}

/* Takes the token; verified twice, so that a cached answer is looked at as well. */
static void expect(char *token, enum error_code code)
{
    for (int round = 0; round < 2; round++) {
        enum error_code got = verify(token);
        if (got != code)
            fail_msg("%s: %s", token, error_code_text(got));
    }
    free(token);
}

static void test_the_three_algorithms(void **state)
{
    (void)state;
    expect(maker_token("{\"alg\":\"HS256\"}", CLAIMS, NULL, SECRET), ERROR_NONE);
    expect(maker_token("{\"alg\":\"HS256\",\"typ\":\"JWT\"}", CLAIMS, NULL, SECRET), ERROR_NONE);
    expect(maker_token("{\"alg\":\"RS256\",\"kid\":\"rsa\"}", CLAIMS, rsa, NULL), ERROR_NONE);
    expect(maker_token("{\"alg\":\"RS256\",\"typ\":\"jwt\"}", CLAIMS, rsa, NULL), ERROR_NONE);
    expect(maker_token("{\"alg\":\"ES256\",\"kid\":\"ec\"}", CLAIMS, ec, NULL), ERROR_NONE);
    expect(maker_token("{\"alg\":\"ES256\"}", CLAIMS, ec, NULL), ERROR_NONE);
}

static void test_a_wrong_key(void **state)
{
    (void)state;
    expect(maker_token("{\"alg\":\"HS256\"}", CLAIMS, NULL, "fedcba9876543210fedcba9876543210"),
           ERROR_TOKEN_INVALID);
    expect(maker_token("{\"alg\":\"RS256\"}", CLAIMS, other_rsa, NULL), ERROR_TOKEN_INVALID);
    expect(maker_token("{\"alg\":\"ES256\"}", CLAIMS, other_ec, NULL), ERROR_TOKEN_INVALID);
    expect(maker_token("{\"alg\":\"RS256\",\"kid\":\"ec\"}", CLAIMS, rsa, NULL),
           ERROR_TOKEN_INVALID);
    expect(maker_token("{\"alg\":\"RS256\"}", CLAIMS, ec, NULL), ERROR_TOKEN_INVALID);
    expect(maker_token("{\"alg\":\"ES256\"}", CLAIMS, rsa, NULL), ERROR_TOKEN_INVALID);
    expect(maker_token("{\"alg\":\"HS256\"}", CLAIMS, rsa, NULL), ERROR_TOKEN_INVALID);
}

/* An HMAC with the public key's text, which libjwt takes for good. */
static void test_algorithm_confusion(void **state)
{
    (void)state;
    expect(maker_token("{\"alg\":\"HS256\"}", CLAIMS, NULL, rsa_pem), ERROR_TOKEN_INVALID);
    expect(maker_token("{\"alg\":\"HS256\",\"kid\":\"rsa\"}", CLAIMS, NULL, rsa_pem),
           ERROR_TOKEN_INVALID);
    expect(maker_token("{\"alg\":\"RS256\",\"kid\":\"rsa\"}", CLAIMS, NULL, rsa_pem),
           ERROR_TOKEN_INVALID);
    struct token_keys *mixed = keys;
    keys = make_keys((char[]){""}, scratch_folder());
    expect(maker_token("{\"alg\":\"HS256\"}", CLAIMS, NULL, rsa_pem), ERROR_TOKEN_INVALID);
    expect(maker_token("{\"alg\":\"HS256\"}", CLAIMS, NULL, ""), ERROR_TOKEN_INVALID);
    expect(maker_token("{\"alg\":\"RS256\"}", CLAIMS, rsa, NULL), ERROR_NONE);
    token_keys_free(&keys);
    keys = mixed;
}

static void test_headers_that_are_refused(void **state)
{
    (void)state;
    static const char *const headers[] = {
        "{\"alg\":\"none\"}",
        "{\"alg\":\"None\"}",
        "{\"alg\":\"hs256\"}",
        "{\"alg\":\"HS384\"}",
        "{\"alg\":\"HS512\"}",
        "{\"alg\":[\"HS256\"]}",
        "{\"alg\":null}",
        "{}",
        "[]",
        "\"HS256\"",
        "{\"alg\":\"HS256\",\"alg\":\"HS256\"}",
        "{\"ALG\":\"HS256\"}",
        "{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}",
        "{\"alg\":\"HS256\",\"typ\":\"JOSE\"}",
        "{\"alg\":\"HS256\",\"typ\":\"\"}",
        "{\"alg\":\"HS256\",\"typ\":1}",
        "{\"alg\":\"HS256\",\"crit\":[\"exp\"]}",
        "{\"alg\":\"HS256\",\"crit\":[]}",
        "{\"alg\":\"HS256\",\"crit\":null}",
        "{\"alg\":\"HS256\",\"kid\":\"unheard\"}",
        "{\"alg\":\"HS256\",\"kid\":\"\"}",
        "{\"alg\":\"HS256\",\"kid\":1}",
        "{\"alg\":\"HS256\"} x",
        "{\"alg\":\"HS256\\u0000\"}",
        "",
    };
    for (size_t index = 0; index < sizeof headers / sizeof headers[0]; index++)
        expect(maker_token(headers[index], CLAIMS, NULL, SECRET), ERROR_TOKEN_INVALID);
    expect(maker_token("{\"alg\":\"none\"}", CLAIMS, NULL, NULL), ERROR_TOKEN_INVALID);
    expect(maker_token("{\"alg\":\"HS256\"}", CLAIMS, NULL, NULL), ERROR_TOKEN_INVALID);
    expect(maker_token("{\"alg\":\"RS256\",\"kid\":\"\"}", CLAIMS, rsa, NULL), ERROR_TOKEN_INVALID);
}

static void test_claims_behind_a_good_signature(void **state)
{
    (void)state;
    static const struct {
        const char *claims;
        enum error_code code;
    } samples[] = {
        {"{\"sub\":\"u\",\"exp\":1699999999}", ERROR_TOKEN_EXPIRED},
        {"{\"sub\":\"u\",\"exp\":1800000000}", ERROR_TOKEN_INVALID},
        {"{\"sub\":\"u\"}", ERROR_TOKEN_INVALID},
        {"{\"sub\":\"u\",\"exp\":\"1700000600\"}", ERROR_TOKEN_INVALID},
        {"{\"sub\":\"u\",\"exp\":1700000600,\"temp\":true}", ERROR_TOKEN_PURPOSE},
        {"{\"sub\":\"u\",\"sub\":\"v\",\"exp\":1700000600}", ERROR_TOKEN_INVALID},
        {"{\"sub\":\"u\\u0000v\",\"exp\":1700000600}", ERROR_TOKEN_INVALID},
        {"not json", ERROR_TOKEN_INVALID},
    };
    for (size_t index = 0; index < sizeof samples / sizeof samples[0]; index++) {
        expect(maker_token("{\"alg\":\"HS256\"}", samples[index].claims, NULL, SECRET),
               samples[index].code);
        expect(maker_token("{\"alg\":\"ES256\"}", samples[index].claims, ec, NULL),
               samples[index].code);
    }
}

static void test_shapes_that_are_refused(void **state)
{
    (void)state;
    static const char *const samples[] = {".", "..", "...", "a", "a.b", "a.b.", ".b.c", "a..c"};
    struct identity identity;
    for (size_t index = 0; index < sizeof samples / sizeof samples[0]; index++)
        assert_int_equal(verify(samples[index]), ERROR_TOKEN_INVALID);
    assert_int_equal(token_verify(keys, NULL, 5, NOW, &identity), ERROR_TOKEN_MISSING);
    assert_int_equal(token_verify(keys, "", 0, NOW, &identity), ERROR_TOKEN_MISSING);
    char *huge = calloc(1, TOKEN_MAX_LENGTH + 2);
    memset(huge, 'a', TOKEN_MAX_LENGTH + 1);
    assert_int_equal(verify(huge), ERROR_TOKEN_INVALID);
    free(huge);
}

/* Each byte changed, cut, or with something behind: never accepted. */
static void test_altered_tokens(void **state)
{
    (void)state;
    static const char *const tails[] = {"=", "\n", ".", ".x", " ", "A", "\x01"};
    char *token = maker_token("{\"alg\":\"HS256\",\"typ\":\"JWT\"}", CLAIMS, NULL, SECRET);
    size_t length = strlen(token);
    struct identity identity;
    for (size_t at = 0; at < length; at++) {
        char before = token[at];
        token[at] = before == 'A' ? 'B' : 'A';
        assert_int_equal(verify(token), ERROR_TOKEN_INVALID);
        token[at] = before;
        assert_int_not_equal(token_verify(keys, token, at, NOW, &identity), ERROR_NONE);
    }
    for (size_t index = 0; index < sizeof tails / sizeof tails[0]; index++) {
        char longer[1024];
        snprintf(longer, sizeof longer, "%s%s", token, tails[index]);
        assert_int_equal(verify(longer), ERROR_TOKEN_INVALID);
    }
    assert_int_equal(token_verify(keys, token, length + 1, NOW, &identity), ERROR_TOKEN_INVALID);
    assert_int_equal(verify(token), ERROR_NONE);
    free(token);
}

static void test_a_cached_token_ends_with_exp(void **state)
{
    (void)state;
    struct identity identity;
    char *token = maker_token("{\"alg\":\"HS256\"}", CLAIMS, NULL, SECRET);
    size_t length = strlen(token);
    assert_int_equal(token_verify(keys, token, length, NOW, &identity), ERROR_NONE);
    assert_int_equal(token_verify(keys, token, length, NOW + 599, &identity), ERROR_NONE);
    assert_int_equal(token_verify(keys, token, length, NOW + 600, &identity), ERROR_TOKEN_EXPIRED);
    free(token);
}

static void test_keys_are_refreshed(void **state)
{
    (void)state;
    char *token = maker_token("{\"alg\":\"ES256\",\"kid\":\"new\"}", CLAIMS, other_ec, NULL);
    char *old = maker_token("{\"alg\":\"RS256\",\"kid\":\"rsa\"}", CLAIMS, rsa, NULL);
    log_open(scratch_file("log", NULL, 0), LOG_DEBUG_LEVEL);
    assert_int_equal(verify(token), ERROR_TOKEN_INVALID);
    write_pem("new.pem", other_ec);
    token_keys_refresh(keys);
    assert_int_equal(verify(token), ERROR_NONE);
    scratch_file("rsa.pem", "broken", 6);
    token_keys_refresh(keys);
    assert_int_equal(verify(token), ERROR_NONE);
    assert_int_equal(verify(old), ERROR_NONE); /* the old keys stay */
    write_pem("rsa.pem", other_rsa);
    token_keys_refresh(keys);
    assert_int_equal(verify(old), ERROR_TOKEN_INVALID); /* also when it was cached */
    log_open(NULL, LOG_INFO_LEVEL);
    free(token);
    free(old);
}

static void test_two_keys_need_a_kid(void **state)
{
    (void)state;
    expect(maker_token("{\"alg\":\"ES256\"}", CLAIMS, ec, NULL), ERROR_TOKEN_INVALID);
    expect(maker_token("{\"alg\":\"ES256\",\"kid\":\"ec\"}", CLAIMS, ec, NULL), ERROR_NONE);
}

static void test_keys_that_are_none(void **state)
{
    (void)state;
    assert_null(make_keys((char[]){""}, ""));
    assert_null(make_keys((char[]){"short"}, ""));
    assert_null(make_keys((char[]){SECRET}, "/nowhere/keys"));
}

static void test_issued_tokens_are_accepted(void **state)
{
    (void)state;
    static const char *const claims[] = {CLAIMS, "{\"sub\":\"v\"}"};
    char *token = token_issue(SECRET, claims, 2);
    assert_non_null(token);
    struct identity identity;
    assert_int_equal(token_verify(keys, token, strlen(token), NOW, &identity), ERROR_NONE);
    assert_string_equal(identity.user_id, "v");
    free(token);
    assert_null(token_issue("short", claims, 2));
    assert_null(token_issue(SECRET, (const char *const[]){"{\"a\":}"}, 1));
}

static void test_authorization_headers(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        const char *token; /* NULL: none */
    } samples[] = {
        {"Bearer abc.def", "abc.def"},
        {"bearer   abc", "abc"},
        {"BEARER abc \t", "abc"},
        {NULL, NULL},
        {"", NULL},
        {"Bearer", NULL},
        {"Bearer ", NULL},
        {"Bearerabc", NULL},
        {"Basic abc", NULL},
        {"Bearer abc def", NULL},
        {" Bearer abc", NULL},
    };
    for (size_t index = 0; index < sizeof samples / sizeof samples[0]; index++) {
        size_t length;
        const char *token = token_from_header(samples[index].header, &length);
        assert_int_equal(token != NULL, samples[index].token != NULL);
        if (token != NULL) {
            assert_int_equal(length, strlen(samples[index].token));
            assert_memory_equal(token, samples[index].token, length);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_three_algorithms),
        cmocka_unit_test(test_a_wrong_key),
        cmocka_unit_test(test_algorithm_confusion),
        cmocka_unit_test(test_headers_that_are_refused),
        cmocka_unit_test(test_claims_behind_a_good_signature),
        cmocka_unit_test(test_shapes_that_are_refused),
        cmocka_unit_test(test_altered_tokens),
        cmocka_unit_test(test_a_cached_token_ends_with_exp),
        cmocka_unit_test(test_keys_are_refreshed),
        cmocka_unit_test(test_two_keys_need_a_kid),
        cmocka_unit_test(test_keys_that_are_none),
        cmocka_unit_test(test_issued_tokens_are_accepted),
        cmocka_unit_test(test_authorization_headers),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
