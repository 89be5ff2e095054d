#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pushd/stream/latency.h"
#include "shared/base/buffer.h"

enum { SECOND = 1000000 };

static void assert_json(const struct latency *latency, int64_t now_us, const char *expected)
{
    struct buffer json;

    buffer_init(&json);
    latency_append_json(latency, now_us, &json);
    assert_string_equal(json.data, expected);
    buffer_deinit(&json);
}

static void test_nothing_measured(void **state)
{
    struct latency latency = {0};

    (void)state;
    assert_json(&latency, 0, "\"seconds\":[],\"recent\":[]");
    assert_json(&latency, (int64_t)1000 * SECOND, "\"seconds\":[],\"recent\":[]");
}

static void test_a_row_counts_for_each_receiver(void **state)
{
    struct latency latency = {0};

    (void)state;
    latency_add(&latency, (int64_t)100 * SECOND, 10, 1);
    latency_add(&latency, (int64_t)100 * SECOND + 1000, 2.5, 4);
    assert_json(&latency, (int64_t)100 * SECOND + 2000,
                "\"seconds\":[[0,20.000,5]],\"recent\":[[0.001,2.500],[0.002,10.000]]");
}

static void test_a_minute_is_remembered(void **state)
{
    static const struct {
        int64_t at_s;
        const char *expected;
    } cases[] = {
        {101, "\"seconds\":[[0,20.000,1],[1,10.000,1]],\"recent\":[[0.000,20.000],[1.000,10.000]]"},
        {130, "\"seconds\":[[29,20.000,1],[30,10.000,1]],"
              "\"recent\":[[29.000,20.000],[30.000,10.000]]"},
        {159, "\"seconds\":[[58,20.000,1],[59,10.000,1]],"
              "\"recent\":[[58.000,20.000],[59.000,10.000]]"},
        {160, "\"seconds\":[[59,20.000,1]],\"recent\":[[59.000,20.000]]"},
        {161, "\"seconds\":[],\"recent\":[]"},
        {500, "\"seconds\":[],\"recent\":[]"},
    };
    struct latency latency = {0};

    (void)state;
    latency_add(&latency, (int64_t)100 * SECOND, 10, 1);
    latency_add(&latency, (int64_t)101 * SECOND, 20, 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_json(&latency, cases[i].at_s * SECOND, cases[i].expected);
}

static void test_a_place_is_used_again(void **state)
{
    struct latency latency = {0};
    const int64_t later_us = (int64_t)(100 + LATENCY_SECONDS) * SECOND;

    (void)state;
    latency_add(&latency, (int64_t)100 * SECOND, 10, 3);
    latency_add(&latency, later_us, 2, 1);
    assert_json(&latency, later_us, "\"seconds\":[[0,2.000,1]],\"recent\":[[0.000,2.000]]");
}

static void test_a_machine_that_has_just_started(void **state)
{
    struct latency latency = {0};

    (void)state;
    latency_add(&latency, (int64_t)2 * SECOND, 7, 1);
    assert_json(&latency, (int64_t)3 * SECOND,
                "\"seconds\":[[1,7.000,1]],\"recent\":[[1.000,7.000]]");
}

static void test_recent_are_the_newest(void **state)
{
    struct latency latency = {0};

    (void)state;
    for (int i = 1; i <= 25; i++)
        latency_add(&latency, SECOND, i, 1);
    assert_json(&latency, SECOND,
                "\"seconds\":[[0,325.000,25]],\"recent\":[[0.000,25.000],[0.000,24.000],"
                "[0.000,23.000],[0.000,22.000],[0.000,21.000],[0.000,20.000],[0.000,19.000],"
                "[0.000,18.000],[0.000,17.000],[0.000,16.000]]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_measured),
        cmocka_unit_test(test_a_row_counts_for_each_receiver),
        cmocka_unit_test(test_a_minute_is_remembered),
        cmocka_unit_test(test_a_place_is_used_again),
        cmocka_unit_test(test_a_machine_that_has_just_started),
        cmocka_unit_test(test_recent_are_the_newest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
