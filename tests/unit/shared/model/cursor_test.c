#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "shared/model/cursor.h"

static void test_taken(void **state)
{
    static const struct {
        const char *text, *epoch;
        int64_t position;
        const char *key;
    } cases[] = {
        {"00c0ffee00c0ffee.0", "00c0ffee00c0ffee", 0, NULL},
        {"00c0ffee00c0ffee.42", "00c0ffee00c0ffee", 42, NULL},
        {"a.9223372036854775807", "a", INT64_MAX, NULL},
        {"00c0ffee00c0ffee.42~", "00c0ffee00c0ffee", 42, ""},
        {"00c0ffee00c0ffee.42~Ab-_9", "00c0ffee00c0ffee", 42, "Ab-_9"},
    };
    struct cursor cursor;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(cursor_parse(cases[i].text, &cursor));
        assert_string_equal(cursor.epoch, cases[i].epoch);
        assert_int_equal(cursor.position, cases[i].position);
        if (cases[i].key)
            assert_string_equal(cursor_key(cases[i].text), cases[i].key);
        else
            assert_null(cursor_key(cases[i].text));
    }
}

static void test_refused(void **state)
{
    static const char *const cases[] = {
        "",
        ".",
        "~",
        "a",
        "a.",
        ".1",
        "a.-1",
        "a.+1",
        "a. 1",
        "a.1 ",
        "a.01",
        "a.1.2",
        "_.1",
        "\xc3\xa9.1",
        "a.1x",
        "a.9223372036854775808",
        "a.99999999999999999999999",
        "000000000000000000000000000000000.1",
    };
    struct cursor cursor;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_false(cursor_parse(cases[i], &cursor));
}

static void test_what_may_be_shown(void **state)
{
    char text[102];

    (void)state;
    memset(text, 'x', sizeof text);
    text[101] = '\0';
    assert_false(cursor_is_showable(text));
    text[100] = '\0';
    assert_true(cursor_is_showable(text));
    assert_true(cursor_is_showable(""));
    assert_true(cursor_is_showable("no cursor"));
    assert_false(cursor_is_showable("a.1~key"));
    assert_false(cursor_is_showable("a\n"));
    assert_false(cursor_is_showable("\xc3\xa9"));
    assert_false(cursor_is_showable("\x7f"));
}

static void test_round_trip(void **state)
{
    char text[CURSOR_SIZE];
    struct cursor cursor;

    (void)state;
    cursor_format(text, "00112233445566778899aabbccddeeff", INT64_MAX);
    assert_true(cursor_parse(text, &cursor));
    assert_string_equal(cursor.epoch, "00112233445566778899aabbccddeeff");
    assert_int_equal(cursor.position, INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_taken),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_what_may_be_shown),
        cmocka_unit_test(test_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
