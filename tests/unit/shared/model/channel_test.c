#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "shared/model/channel.h"

static void test_every_row(void **state)
{
    (void)state;
    for (int channel = 0; channel < CHANNEL_COUNT; channel++) {
        enum channel found = CHANNEL_NONE;
        assert_true(channel_parse(channel_name((enum channel)channel), &found));
        assert_int_equal(found, channel);
    }
    assert_string_equal(channel_filter_name(CHANNEL_LOGS), "logFilters");
    assert_null(channel_filter_name(CHANNEL_DASHBOARD));
}

static void test_refused(void **state)
{
    (void)state;
    enum channel channel;
    assert_false(channel_parse("", &channel));
    assert_false(channel_parse("Events", &channel));
    assert_false(channel_parse("event", &channel));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_row),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
