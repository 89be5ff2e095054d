#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "shared/base/utf8.h"
#include "shared/db/sqlstate.h"

static const char secret[] = "relation \"bookly_data.secret\" does not exist";

static void test_classes(void **state)
{
    (void)state;
    static const struct {
        const char *sqlstate;
        enum error_code code;
    } samples[] = {
        {"22P02", ERROR_INVALID_VALUE},                               /* not of the form */
        {"22P05", ERROR_INVALID_VALUE},                               /* \u0000 */
        {"22021", ERROR_INVALID_VALUE},                               /* not UTF-8 */
        {"22003", ERROR_INVALID_VALUE},                               /* out of range */
        {"22007", ERROR_INVALID_VALUE},                               /* no time */
        {"22008", ERROR_INVALID_VALUE},                               /* a time out of range */
        {"22030", ERROR_INVALID_VALUE},                               /* a repeated name */
        {"54000", ERROR_INVALID_VALUE},                               /* too large */
        {"54001", ERROR_INVALID_VALUE},                               /* too deep */
        {"08006", ERROR_UNAVAILABLE},                                 /* the connection failed */
        {"08P01", ERROR_UNAVAILABLE},   {"25006", ERROR_UNAVAILABLE}, /* a standby */
        {"40001", ERROR_UNAVAILABLE},                                 /* serialization */
        {"40P01", ERROR_UNAVAILABLE},                                 /* deadlock */
        {"53100", ERROR_UNAVAILABLE},                                 /* disk full */
        {"53300", ERROR_UNAVAILABLE},                                 /* too many connections */
        {"55P03", ERROR_UNAVAILABLE},                                 /* a lock not to be had */
        {"57014", ERROR_UNAVAILABLE},                                 /* the statement timed out */
        {"57P01", ERROR_UNAVAILABLE},                                 /* shutting down */
        {"57P03", ERROR_UNAVAILABLE},                                 /* starting */
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct error error = {0};
        if (!sqlstate_explain(samples[i].sqlstate, secret, &error) ||
            error.code != samples[i].code || !error.detail[0] || strstr(error.detail, "secret"))
            fail_msg("%s: %s, %s", samples[i].sqlstate, error_code_text(error.code), error.detail);
    }
}

static void test_our_own_words_reach_clients(void **state)
{
    (void)state;
    static const struct {
        const char *sqlstate;
        enum error_code code;
    } samples[] = {
        {"22023", ERROR_INVALID_VALUE},
        {"P0002", ERROR_NOT_FOUND},
        {"BK400", ERROR_UNKNOWN_FIELD},
        {"BK401", ERROR_TOKEN_REVOKED},
        {"BK409", ERROR_CONFLICT},
        {"BK410", ERROR_CONFLICT},
        {"BK422", ERROR_IDEMPOTENCY_MISMATCH},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct error error = {0};
        if (!sqlstate_explain(samples[i].sqlstate, "level: must be one", &error) ||
            error.code != samples[i].code || strcmp(error.detail, "level: must be one") != 0)
            fail_msg("%s: %s, %s", samples[i].sqlstate, error_code_text(error.code), error.detail);
        assert_true(sqlstate_explain(samples[i].sqlstate, NULL, &error));
        assert_string_equal(error.detail, "");
    }
}

static void test_what_nobody_expects_is_internal_and_silent(void **state)
{
    (void)state;
    static const char *const samples[] = {"42P01", "42501", "23505", "XX000", "22000", "55000",
                                          "0A000", "P0001", "BK4",   "5",     ""};
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct error error = {0};
        if (sqlstate_explain(samples[i], secret, &error) || error.code != ERROR_INTERNAL ||
            strstr(error.detail, "secret"))
            fail_msg("%s: %s, %s", samples[i], error_code_text(error.code), error.detail);
    }
}

static void test_a_long_message_ends_between_characters(void **state)
{
    (void)state;
    char message[2 * ERROR_DETAIL_SIZE];
    struct error error = {0};
    size_t characters;
    memset(message, 'x', sizeof message);
    for (size_t i = 1; i + 2 < sizeof message; i += 2)
        memcpy(message + i, "\xc3\xb1", 2); /* ñ */
    message[sizeof message - 1] = '\0';
    assert_true(sqlstate_explain("22023", message, &error));
    size_t length = strlen(error.detail);
    assert_true(length + 2 >= ERROR_DETAIL_SIZE - 1 && length < ERROR_DETAIL_SIZE);
    assert_true(utf8_count(error.detail, length, &characters));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_our_own_words_reach_clients),
        cmocka_unit_test(test_what_nobody_expects_is_internal_and_silent),
        cmocka_unit_test(test_a_long_message_ends_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
