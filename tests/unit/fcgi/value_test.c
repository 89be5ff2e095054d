#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fcgi/value.h"
#include "shared/model/uuid.h"

struct sample {
    const char *text;
    bool accepted;
};

static void check_all(bool (*check)(const char *), const struct sample *samples, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (check(samples[i].text) != samples[i].accepted)
            fail_msg("%s: %s", samples[i].text, samples[i].accepted ? "refused" : "accepted");
}

static void test_uuid(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"0190f6a0-1111-7222-8333-444455556666", true},
        {"0190F6A0-1111-7222-8333-44445555ABCD", true},
        {"", false},
        {"0190f6a0-1111-7222-8333-44445555666", false},
        {"0190f6a0-1111-7222-8333-4444555566666", false},
        {"0190f6a0x1111-7222-8333-444455556666", false},
        {"0190f6a0-1111-7222-8333-44445555666g", false},
        {"{190f6a0-1111-7222-8333-444455556666", false},
        {"0190f6a0111172228333444455556666", false},
    };
    check_all(uuid_is_valid, samples, sizeof samples / sizeof *samples);
}

static void test_timestamp(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"2025-01-05T10:00:00Z", true},
        {"2025-01-05T10:00:00.000Z", true},
        {"2025-01-05T10:00:00.123456789Z", true},
        {"2025-01-05T10:00:00+05:30", true},
        {"2025-01-05T10:00:00.5-05:00", true},
        {"2024-02-29T00:00:00Z", true},
        {"2000-02-29T00:00:00Z", true},
        {"2025-02-29T00:00:00Z", false},
        {"1900-02-29T00:00:00Z", false},
        {"2025-04-31T00:00:00Z", false},
        {"2025-13-01T00:00:00Z", false},
        {"2025-00-01T00:00:00Z", false},
        {"2025-01-00T00:00:00Z", false},
        {"0000-01-01T00:00:00Z", false},
        {"2025-01-05T24:00:00Z", false},
        {"2025-01-05T10:60:00Z", false},
        {"2025-01-05T10:00:60Z", false},
        {"2025-01-05T10:00:00.Z", false},
        {"2025-01-05T10:00:00.1234567890Z", false},
        {"2025-01-05T10:00:00", false},
        {"2025-01-05T10:00:00 01:00", false},
        {"2025-01-05T10:00:00+0100", false},
        {"2025-01-05T10:00:00+16:00", false},
        {"2025-01-05T10:00:00+01:60", false},
        {"2025-01-05T10:00:00ZZ", false},
        {"2025-01-05 10:00:00Z", false},
        {"2025-01-05", false},
        {"now", false},
        {"infinity", false},
        {"", false},
    };
    check_all(value_is_timestamp, samples, sizeof samples / sizeof *samples);
}

static void test_visible(void **state)
{
    (void)state;
    assert_true(value_is_visible("abc-123_~!", 10));
    assert_false(value_is_visible("abc-123_~!x", 10));
    assert_false(value_is_visible("", 10));
    assert_false(value_is_visible("a b", 10));
    assert_false(value_is_visible("a\tb", 10));
    assert_false(value_is_visible("a\x7f", 10));
    assert_false(value_is_visible("\xc3\xa9", 10));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_uuid),
        cmocka_unit_test(test_timestamp),
        cmocka_unit_test(test_visible),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
