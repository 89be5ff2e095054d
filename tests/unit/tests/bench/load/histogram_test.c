#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "tests/bench/load/histogram.h"

static void test_error_is_small(void **state)
{
    (void)state;
    for (int64_t value = 0; value < INT64_C(1) << HISTOGRAM_MAX_BITS; value += 1 + value / 97) {
        struct histogram *histogram = calloc(1, sizeof *histogram);
        int64_t read;

        histogram_add(histogram, value);
        histogram->max = INT64_MAX; /* otherwise it hides the bucket's width */
        read = histogram_quantile(histogram, 0.5);
        assert_true(read >= value);
        assert_true(read - value <= value / 64);
        free(histogram);
    }
}

static void test_buckets_follow_one_another(void **state)
{
    (void)state;
    for (size_t bucket = 1; bucket < HISTOGRAM_BUCKETS; bucket++) {
        assert_true(histogram_upper(bucket) > histogram_upper(bucket - 1));
        assert_true(histogram_upper(bucket) - histogram_upper(bucket - 1) <=
                    1 + histogram_upper(bucket) / 64);
    }
}

static void test_quantiles(void **state)
{
    static const struct {
        double share;
        int64_t value;
    } cases[] = {{0, 1}, {0.01, 1}, {0.5, 50}, {0.501, 51}, {0.9, 90}, {0.99, 99}, {1, 100}};
    struct histogram *histogram = calloc(1, sizeof *histogram);

    (void)state;
    assert_int_equal(histogram_quantile(histogram, 0.5), 0);
    for (int64_t value = 1; value <= 100; value++)
        histogram_add(histogram, value);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(histogram_quantile(histogram, cases[i].share), cases[i].value);
    free(histogram);
}

static void test_what_is_out_of_range(void **state)
{
    struct histogram *histogram = calloc(1, sizeof *histogram);

    (void)state;
    histogram_add(histogram, -5);
    assert_int_equal(histogram->max, 0);
    assert_int_equal(histogram_quantile(histogram, 1), 0);
    histogram_add(histogram, INT64_MAX);
    assert_int_equal(histogram_quantile(histogram, 1), INT64_C(1) << HISTOGRAM_MAX_BITS);
    assert_int_equal(histogram->count, 2);
    free(histogram);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_error_is_small),
        cmocka_unit_test(test_buckets_follow_one_another),
        cmocka_unit_test(test_quantiles),
        cmocka_unit_test(test_what_is_out_of_range),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
