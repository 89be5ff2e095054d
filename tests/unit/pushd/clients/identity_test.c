#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pushd/clients/identity.h"
#include "pushd/engine/session.h"
#include "shared/auth/token_issue.h"
#include "shared/model/role.h"
#include "shared/settings.h"

#define SECRET "0123456789abcdef0123456789abcdef"
#define NOW 1700000000
#define ANN "{\"sub\":\"ann\",\"exp\":1700000600,\"roles\":[\"STUDENT\"]}"
#define OLD "{\"sub\":\"ann\",\"exp\":1699999999}"
#define RESET "{\"sub\":\"ann\",\"exp\":1700000600,\"type\":\"password-reset\"}"

static char *environment[] = {"JWT_SECRET=" SECRET, "AUTH_MODE=development", NULL};
static struct settings development, token_only;
static struct token_keys *keys;

static int set_up(void **state)
{
    char error[SETTINGS_ERROR_SIZE];
    char *without_mode[] = {environment[0], NULL};

    (void)state;
    assert_true(settings_load(&development, NULL, environment, error));
    assert_true(settings_load(&token_only, NULL, without_mode, error));
    keys = token_keys_create(&development, error, sizeof error);
    assert_non_null(keys);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    token_keys_free(&keys);
    settings_deinit(&development);
    settings_deinit(&token_only);
    return 0;
}

static char *issue(const char *claims)
{
    char *token = token_issue(SECRET, &claims, 1);

    assert_non_null(token);
    return token;
}

static enum error_code find(const struct settings *settings, const struct handshake *handshake,
                            const char *auth, struct identity *identity)
{
    return identity_find(settings, keys, handshake, auth, strlen(auth), NOW, identity);
}

static void test_where_the_token_is(void **state)
{
    static const struct {
        const char *auth;   /* %s: the token of claims */
        const char *header; /* the same */
        const char *claims;
        const char *user_id;
        enum error_code code;
    } cases[] = {
        {"{\"token\":\"%s\"}", NULL, ANN, NULL, ERROR_NONE},
        {"{\"token\":\"%s\"}", NULL, ANN, "ann", ERROR_NONE},
        {"{\"token\":\"%s\"}", NULL, ANN, "", ERROR_NONE},
        {"{\"token\":\"%s\"}", NULL, ANN, "ben", ERROR_USER_MISMATCH},
        {"{\"token\":\"%s\"}", NULL, ANN, "Ann", ERROR_USER_MISMATCH},
        {"{\"token\":\"%s\"}", NULL, OLD, NULL, ERROR_TOKEN_EXPIRED},
        {"{\"token\":\"%s\"}", NULL, RESET, NULL, ERROR_TOKEN_PURPOSE},
        {"{\"token\":\"%sx\"}", NULL, ANN, NULL, ERROR_TOKEN_INVALID},
        {"{\"pid\":\"p\",\"offset\":\"o\",\"token\":\"%s\"}", NULL, ANN, NULL, ERROR_NONE},
        {"", "Bearer %s", ANN, NULL, ERROR_NONE},
        {"{}", "Bearer %s", ANN, "ann", ERROR_NONE},
        {"{\"token\":null}", "Bearer %s", ANN, "ben", ERROR_USER_MISMATCH},
        {"{\"token\":\"\"}", "Bearer %s", OLD, NULL, ERROR_TOKEN_EXPIRED},
        {"{\"token\":\"wrong\"}", "Bearer %s", ANN, NULL, ERROR_TOKEN_INVALID},
        {"{\"token\":7}", "Bearer %s", ANN, NULL, ERROR_TOKEN_INVALID},
        {"{\"token\":{}}", NULL, ANN, NULL, ERROR_TOKEN_INVALID},
        {"{\"token\":\"a\",\"token\":\"%s\"}", NULL, ANN, NULL, ERROR_TOKEN_INVALID},
        {"", NULL, ANN, NULL, ERROR_TOKEN_MISSING},
        {"{\"token\":\"\"}", NULL, ANN, NULL, ERROR_TOKEN_MISSING},
        {"{\"Token\":\"%s\"}", NULL, ANN, NULL, ERROR_TOKEN_MISSING},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *token = issue(cases[i].claims);
        struct handshake handshake = {
            .user_id = cases[i].user_id, .host = "bookly.example", .address = "203.0.113.9"};
        struct identity identity;
        char auth[2000], header[2000];
        enum error_code code;

/* the formats are the rows above */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-extra-args"
        snprintf(auth, sizeof auth, cases[i].auth, token);
        snprintf(header, sizeof header, cases[i].header ? cases[i].header : "%s", token);
#pragma GCC diagnostic pop
        handshake.authorization = cases[i].header ? header : NULL;
        code = find(&development, &handshake, auth, &identity);
        if (code != cases[i].code)
            fail_msg("row %zu: %s, not %s", i, error_code_text(code),
                     error_code_text(cases[i].code));
        if (code == ERROR_NONE) {
            assert_string_equal(identity.user_id, "ann");
            assert_int_equal(identity.roles, ROLE_BIT(ROLE_STUDENT));
        }
        free(token);
    }
}

static void test_development_mode(void **state)
{
    static const struct {
        const char *user_id, *host, *origin, *address;
        bool accepted;
    } cases[] = {
        {"ann", "localhost:3000", NULL, "127.0.0.1", true},
        {"ann", "127.0.0.1:3000", "http://localhost:5173", "127.0.0.1", true},
        {"ann", "[::1]:3000", NULL, "::1", true},
        {"José", "localhost", NULL, "127.0.0.1", true},
        {NULL, "localhost", NULL, "127.0.0.1", false},
        {"", "localhost", NULL, "127.0.0.1", false},
        {"a\nb", "localhost", NULL, "127.0.0.1", false},
        {"ann", NULL, NULL, "127.0.0.1", false},
        {"ann", "bookly.example", NULL, "127.0.0.1", false},
        {"ann", "localhost.example", NULL, "127.0.0.1", false},
        {"ann", "localhost", "https://bookly.example", "127.0.0.1", false},
        {"ann", "localhost", "null", "127.0.0.1", false},
        {"ann", "localhost", NULL, "203.0.113.9", false},
        {"ann", "localhost", NULL, "", false},
    };
    struct identity identity;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct handshake handshake = {
            .user_id = cases[i].user_id, .host = cases[i].host, .origin = cases[i].origin};
        enum error_code code;

        snprintf(handshake.address, sizeof handshake.address, "%s", cases[i].address);
        code = find(&development, &handshake, "", &identity);
        if (code != (cases[i].accepted ? ERROR_NONE : ERROR_TOKEN_MISSING))
            fail_msg("row %zu: %s", i, error_code_text(code));
        if (cases[i].accepted) {
            assert_string_equal(identity.user_id, cases[i].user_id);
            assert_int_equal(identity.roles, ROLE_BIT(ROLE_GENERAL_ADMIN));
            assert_true(identity.expires_at == 0);
        }
        assert_int_equal(find(&token_only, &handshake, "", &identity), ERROR_TOKEN_MISSING);
    }
}

/* 128 characters, however many bytes; a wrong token is never passed over for ?userId=. */
static void test_development_limits(void **state)
{
    struct handshake handshake = {.host = "localhost", .address = "127.0.0.1"};
    struct identity identity;
    char user[2 * 129 + 1] = "";

    (void)state;
    handshake.user_id = user;
    for (int i = 0; i < 128; i++)
        memcpy(user + (size_t)i * 2, "ñ", 3);
    assert_int_equal(find(&development, &handshake, "", &identity), ERROR_NONE);
    assert_string_equal(identity.user_id, user);
    memcpy(user + sizeof user - 3, "ñ", 3);
    assert_int_equal(find(&development, &handshake, "", &identity), ERROR_TOKEN_MISSING);
    handshake.user_id = "ann";
    assert_int_equal(find(&development, &handshake, "{\"token\":\"x\"}", &identity),
                     ERROR_TOKEN_INVALID);
    handshake.authorization = "Bearer x";
    assert_int_equal(find(&development, &handshake, "", &identity), ERROR_TOKEN_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_where_the_token_is),
        cmocka_unit_test(test_development_mode),
        cmocka_unit_test(test_development_limits),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
