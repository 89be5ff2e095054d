#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pushd/protocol/refusal.h"
#include "shared/base/buffer.h"
#include "shared/json.h"
#include "shared/model/error.h"

static void test_forms(void **state)
{
    static const struct {
        struct error error;
        const char *command, *answer, *exception;
    } cases[] = {
        {{ERROR_INVALID_VALUE, "limit: \"x\""},
         "notifications:get",
         "{\"success\":false,\"error\":\"limit: \\\"x\\\"\",\"code\":\"invalid_value\"}",
         "{\"status\":\"error\",\"message\":\"limit: \\\"x\\\"\",\"code\":\"invalid_value\","
         "\"command\":\"notifications:get\"}"},
        {{ERROR_TOKEN_EXPIRED, ""},
         "",
         "{\"success\":false,\"error\":\"Token Expired\",\"code\":\"token_expired\"}",
         "{\"status\":\"error\",\"message\":\"Token Expired\",\"code\":\"token_expired\","
         "\"command\":\"\"}"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buffer json;

        buffer_init(&json);
        refusal_append_answer(&json, &cases[i].error);
        assert_string_equal(json.data, cases[i].answer);
        buffer_clear(&json);
        refusal_append_exception(&json, &cases[i].error, cases[i].command);
        assert_string_equal(json.data, cases[i].exception);
        buffer_deinit(&json);
    }
}

/* 99 bytes, then a character of two: it would end past the hundredth. */
static void test_a_long_name_is_cut_where_a_character_ends(void **state)
{
    const struct error error = {ERROR_UNKNOWN_COMMAND, "none"};
    char name[200], shown[140];
    struct buffer json;

    (void)state;
    memset(name, 'x', sizeof name);
    memcpy(name + 99, "\xc3\xa9", 2);
    name[sizeof name - 1] = '\0';
    memcpy(shown, "\"command\":\"", 11);
    memset(shown + 11, 'x', 99);
    memcpy(shown + 110, "\"}", 3);
    buffer_init(&json);
    refusal_append_exception(&json, &error, name);
    assert_non_null(strstr(json.data, shown));
    assert_true(json_check(json.data, json.length, NULL));
    buffer_deinit(&json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_a_long_name_is_cut_where_a_character_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
