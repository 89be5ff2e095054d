#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "shared/model/push.h"

static void test_every_row(void **state)
{
    (void)state;
    for (int push = 0; push < PUSH_COUNT; push++) {
        enum push found = PUSH_COUNT;
        assert_true(push_parse(push_event((enum push)push), &found));
        assert_int_equal(found, push);
        /* Only what belongs to a channel can be durable. */
        assert_true(!push_is_stream((enum push)push) ||
                    push_channel((enum push)push) != CHANNEL_NONE);
    }
}

static void test_rows_of_each_kind(void **state)
{
    (void)state;
    enum push push;
    assert_int_equal(push_channel(PUSH_DLQ_ADDED), CHANNEL_DLQ);
    assert_true(push_is_stream(PUSH_DLQ_ADDED));
    assert_false(push_is_stream(PUSH_DLQ_STATS));
    assert_int_equal(push_channel(PUSH_SYNC_READY), CHANNEL_NONE);
    assert_false(push_parse("event:Created", &push));
    assert_false(push_parse("", &push));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_row),
        cmocka_unit_test(test_rows_of_each_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
