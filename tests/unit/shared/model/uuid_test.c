#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "shared/model/uuid.h"

static void test_accepted(void **state)
{
    (void)state;
    assert_true(uuid_is_valid("01943a7e-5b00-7abc-8def-0123456789ab"));
    assert_true(uuid_is_valid("01943A7E-5B00-7ABC-8DEF-0123456789AB"));
}

static void test_refused(void **state)
{
    (void)state;
    static const char *const samples[] = {
        "",
        "-",
        "01943a7e",
        "01943a7e-5b00-7abc-8def-0123456789a",
        "01943a7e-5b00-7abc-8def-0123456789abc",
        "01943a7e-5b00-7abc-8def-0123456789ag",
        "01943a7e5b00-7abc-8def-0123456789abc",
        "01943a7e5b007abc8def0123456789ab",
        "{01943a7e-5b00-7abc-8def-0123456789ab}",
        " 01943a7e-5b00-7abc-8def-0123456789ab",
    };
    for (size_t index = 0; index < sizeof samples / sizeof samples[0]; index++)
        assert_false(uuid_is_valid(samples[index]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepted),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
