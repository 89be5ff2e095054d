#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "shared/model/error.h"

static void test_every_row(void **state)
{
    (void)state;
    for (int code = ERROR_NONE + 1; code < ERROR_COUNT; code++) {
        assert_in_range(error_http_status((enum error_code)code), 400, 599);
        assert_true(error_title((enum error_code)code)[0] != '\0');
        enum error_code parsed = ERROR_NONE;
        assert_true(error_code_parse(error_code_text((enum error_code)code), &parsed));
        assert_int_equal(parsed, code);
        for (int other = ERROR_NONE; other < code; other++)
            assert_string_not_equal(error_code_text((enum error_code)code),
                                    error_code_text((enum error_code)other));
    }
    enum error_code untouched = ERROR_CONFLICT;
    assert_false(error_code_parse("none", &untouched));
    assert_false(error_code_parse("", &untouched));
    assert_false(error_code_parse(NULL, &untouched));
    assert_int_equal(untouched, ERROR_CONFLICT);
    assert_string_equal(error_code_text(ERROR_TOKEN_EXPIRED), "token_expired");
    assert_int_equal(error_http_status(ERROR_TOO_LARGE), 413);
}

static void test_a_long_detail_is_cut(void **state)
{
    (void)state;
    struct error error;
    error_set(&error, ERROR_INVALID_VALUE, "%*s", 5000, "x");
    assert_int_equal(error.code, ERROR_INVALID_VALUE);
    assert_int_equal(strlen(error.detail), ERROR_DETAIL_SIZE - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_row),
        cmocka_unit_test(test_a_long_detail_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
