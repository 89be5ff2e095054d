#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "shared/base/clock.h"

static void test_iso(void **state)
{
    (void)state;
    static const struct {
        int64_t wall_ms;
        const char *text;
    } samples[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {1, "1970-01-01T00:00:00.001Z"},
        {INT64_C(1736071200000), "2025-01-05T10:00:00.000Z"},
        {INT64_C(1709251199999), "2024-02-29T23:59:59.999Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
    };
    for (size_t index = 0; index < sizeof samples / sizeof samples[0]; index++) {
        char text[CLOCK_ISO_SIZE];
        clock_iso(samples[index].wall_ms, text);
        assert_string_equal(text, samples[index].text);
    }
}

static void test_the_clocks_go_forward(void **state)
{
    (void)state;
    int64_t before = clock_monotonic_us();
    assert_true(clock_monotonic_us() >= before);
    assert_true(clock_wall_ms() > INT64_C(1700000000000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_iso),
        cmocka_unit_test(test_the_clocks_go_forward),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
