#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/load/tally.h"

struct expected {
    uint64_t messages, lost, repeated, disordered;
};

/* Sends the numbers, up to the first that is negative, to one client. */
static void check(bool consecutive, const int64_t *numbers, struct expected expected)
{
    struct tally *tally = malloc(sizeof *tally);
    struct sequence sequence = {0, TALLY_NONE};
    char text[64];

    tally_init(tally, "\"bench\":", consecutive);
    for (; *numbers >= 0; numbers++) {
        int length = snprintf(text, sizeof text, "{\"n\": %d, \"bench\": 1}", (int)*numbers);

        assert_true(tally_message(tally, &sequence, text, (size_t)length, 1));
    }
    assert_int_equal(tally->messages, expected.messages);
    assert_int_equal(sequence.count, expected.messages);
    assert_int_equal(tally->lost, expected.lost);
    assert_int_equal(tally->repeated, expected.repeated);
    assert_int_equal(tally->disordered, expected.disordered);
    free(tally);
}

static void test_order(void **state)
{
    (void)state;
    check(true, (int64_t[]){5, 6, 7, -1}, (struct expected){3, 0, 0, 0});
    check(true, (int64_t[]){0, 1, 5, -1}, (struct expected){3, 3, 0, 0});
    check(true, (int64_t[]){1, 1, 2, -1}, (struct expected){3, 0, 1, 0});
    check(true, (int64_t[]){1, 3, 2, 4, -1}, (struct expected){4, 1, 0, 1});
    check(false, (int64_t[]){1, 10, 11, -1}, (struct expected){3, 0, 0, 0});
    check(false, (int64_t[]){4, 4, 3, 5, -1}, (struct expected){4, 0, 1, 1});
}

static void test_times_and_bytes(void **state)
{
    static const char marked[] = "42[\"e\",{\"bench\":1,\"t\":1000}]";
    static const char other[] = "42[\"e\",{\"n\":9,\"t\":1000}]";
    struct tally *tally = malloc(sizeof *tally);
    struct sequence sequence = {0, TALLY_NONE};

    (void)state;
    tally_init(tally, "\"bench\":", false);
    assert_false(tally_message(tally, &sequence, other, sizeof other - 1, 1040));
    assert_int_equal(tally->messages + tally->bytes + sequence.count, 0);
    assert_true(tally_message(tally, &sequence, marked, sizeof marked - 1, 1050));
    assert_true(tally_message(tally, &sequence, marked, sizeof marked - 1, 1090));
    assert_int_equal(tally->first_us, 1050);
    assert_int_equal(tally->last_us, 1090);
    assert_int_equal(tally->bytes, 2 * (sizeof marked - 1));
    assert_int_equal(histogram_quantile(&tally->latency, 0.5), 50);
    assert_int_equal(tally->latency.max, 90);
    tally_reset(tally);
    assert_int_equal(tally->messages + tally->bytes + tally->latency.count, 0);
    assert_int_equal(tally->first_us, 0);
    assert_true(tally_message(tally, &sequence, marked, sizeof marked - 1, 1060));
    free(tally);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_times_and_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
