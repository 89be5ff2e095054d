#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pushd/latency.h"

enum { SECOND = 1000000 };

static void test_nothing_measured(void **state)
{
    struct latency latency = {0};
    double recent[LATENCY_RECENT];

    (void)state;
    assert_true(latency_mean(&latency, 0) == 0);
    assert_true(latency_mean(&latency, (int64_t)1000 * SECOND) == 0);
    assert_int_equal(latency_recent(&latency, recent), 0);
}

static void test_mean_forgets_after_a_minute(void **state)
{
    static const struct {
        int64_t at_s;
        double expected;
    } cases[] = {{100, 15}, {130, 15}, {159, 15}, {160, 20}, {161, 0}, {500, 0}};
    struct latency latency = {0};

    (void)state;
    latency_add(&latency, (int64_t)100 * SECOND, 10);
    latency_add(&latency, (int64_t)101 * SECOND - 1, 10);
    latency_add(&latency, (int64_t)101 * SECOND, 20);
    latency_add(&latency, (int64_t)101 * SECOND, 20);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_true(latency_mean(&latency, cases[i].at_s * SECOND) == cases[i].expected);
}

static void test_a_place_is_used_again(void **state)
{
    struct latency latency = {0};

    (void)state;
    latency_add(&latency, (int64_t)100 * SECOND, 10);
    latency_add(&latency, (int64_t)(100 + LATENCY_SECONDS) * SECOND, 2);
    assert_true(latency_mean(&latency, (int64_t)(100 + LATENCY_SECONDS) * SECOND) == 2);
}

static void test_recent_are_the_newest(void **state)
{
    struct latency latency = {0};
    double recent[LATENCY_RECENT];

    (void)state;
    for (int i = 1; i <= 3; i++)
        latency_add(&latency, SECOND, i);
    assert_int_equal(latency_recent(&latency, recent), 3);
    assert_true(recent[0] == 3 && recent[1] == 2 && recent[2] == 1);
    for (int i = 4; i <= 25; i++)
        latency_add(&latency, SECOND, i);
    assert_int_equal(latency_recent(&latency, recent), LATENCY_RECENT);
    for (int i = 0; i < LATENCY_RECENT; i++)
        assert_true(recent[i] == 25 - i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_measured),
        cmocka_unit_test(test_mean_forgets_after_a_minute),
        cmocka_unit_test(test_a_place_is_used_again),
        cmocka_unit_test(test_recent_are_the_newest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
