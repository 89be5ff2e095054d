#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "pushd/jobs/probe_state.h"

/* One letter a probe: + success, - failure; and after each: u unknown, U up, D down. */
static void test_findings(void **state)
{
    static const struct {
        const char *probes, *findings;
    } cases[] = {
        {"+", "U"},
        {"---", "uuD"},
        {"--+", "uuU"},
        {"+--+--+---", "UUUUUUUUUD"},
        {"------+", "uuDDDDU"},
        {"---+---+--", "uuDUUUDUUU"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct probe_state probed = {PROBE_UNKNOWN, 0, 0};

        for (size_t at = 0; cases[i].probes[at]; at++) {
            enum probe_finding before = probed.finding;
            bool changed = probe_state_take(&probed, cases[i].probes[at] == '+', (int64_t)at + 1);

            if ("uUD"[probed.finding] != cases[i].findings[at])
                fail_msg("%s at %zu", cases[i].probes, at);
            assert_int_equal(changed, before != probed.finding);
        }
    }
}

static void test_when_it_last_answered(void **state)
{
    struct probe_state probed = {PROBE_UNKNOWN, 0, 0};

    (void)state;
    probe_state_take(&probed, false, 5);
    assert_int_equal(probed.answered_us, 0);
    probe_state_take(&probed, true, 6);
    probe_state_take(&probed, true, 7);
    probe_state_take(&probed, false, 8);
    assert_int_equal(probed.answered_us, 7);
}

static void test_which_answers_are_good(void **state)
{
    (void)state;
    static const int good[] = {200, 204, 299};
    static const int bad[] = {0, 100, 199, 300, 301, 304, 404, 500, 503};

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(probe_state_is_success(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(probe_state_is_success(bad[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_findings),
        cmocka_unit_test(test_when_it_last_answered),
        cmocka_unit_test(test_which_answers_are_good),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
