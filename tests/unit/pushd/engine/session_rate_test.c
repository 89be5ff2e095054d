#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pushd/engine/session_private.h"
#include "pushd/net/loop.h"

enum { SECOND_US = 1000000 };

/* Moves the loop's clock on: what was paid for ahead lies nearer by so much. */
static void let_pass(struct session *session, int64_t us)
{
    session->paid_until_us -= us;
}

static size_t take_all(struct session *session, size_t length)
{
    size_t taken = 0;

    while (taken < 100000 && session_rate_allows(session, length))
        taken++;
    return taken;
}

struct trial {
    struct engine engine;
    struct session session;
};

static void begin(struct trial *trial, size_t max_packets)
{
    *trial =
        (struct trial){.engine.loop = loop_create(), .engine.options.max_packets = max_packets};
    trial->session.engine = &trial->engine;
}

static void test_five_seconds_at_once_and_then_the_rate(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial, 100);
    assert_int_equal(take_all(&trial.session, 10), 500);
    let_pass(&trial.session, SECOND_US);
    assert_int_equal(take_all(&trial.session, 10), 100);
    let_pass(&trial.session, 3600 * (int64_t)SECOND_US); /* what was not used is not saved */
    assert_int_equal(take_all(&trial.session, 10), 500);
    loop_free(&trial.engine.loop);
}

static void test_large_ones_count_for_more(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial, 100);
    assert_int_equal(take_all(&trial.session, 4 * 4096), 100);
    loop_free(&trial.engine.loop);
}

/* Whatever its size, one is always taken. */
static void test_one_larger_than_all_of_it(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial, 1);
    assert_int_equal(take_all(&trial.session, 16 << 20), 1);
    let_pass(&trial.session, 4100 * (int64_t)SECOND_US);
    assert_true(session_rate_allows(&trial.session, 16 << 20));
    loop_free(&trial.engine.loop);
}

static void test_no_limit(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial, 0);
    assert_int_equal(take_all(&trial.session, 1 << 20), 100000);
    loop_free(&trial.engine.loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_five_seconds_at_once_and_then_the_rate),
        cmocka_unit_test(test_large_ones_count_for_more),
        cmocka_unit_test(test_one_larger_than_all_of_it),
        cmocka_unit_test(test_no_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
