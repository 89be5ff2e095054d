#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "shared/base/utf8.h"

static const struct {
    const char *text;
    size_t size; /* of the first character; 0: refused */
} samples[] = {
    {"a", 1},
    {"\x7F", 1},
    {"\xC2\x80", 2},
    {"\xDF\xBF", 2},
    {"\xE0\xA0\x80", 3},
    {"\xED\x9F\xBF", 3},
    {"\xEE\x80\x80", 3},
    {"\xEF\xBF\xBF", 3},
    {"\xF0\x90\x80\x80", 4},
    {"\xF4\x8F\xBF\xBF", 4},
    {"", 0},
    {"\x80", 0},             /* a tail alone */
    {"\xC0\xAF", 0},         /* overlong */
    {"\xC1\xBF", 0},         /* overlong */
    {"\xE0\x9F\xBF", 0},     /* overlong */
    {"\xF0\x8F\xBF\xBF", 0}, /* overlong */
    {"\xED\xA0\x80", 0},     /* a surrogate */
    {"\xF4\x90\x80\x80", 0}, /* beyond U+10FFFF */
    {"\xF5\x80\x80\x80", 0}, /* beyond U+10FFFF */
    {"\xFF", 0},
    {"\xC3", 0},         /* cut short */
    {"\xE2\x82", 0},     /* cut short */
    {"\xF0\x9F\x98", 0}, /* cut short */
    {"\xC3(", 0},        /* no tail */
    {"\xE2\x28\xA1", 0}, /* no tail */
    {"\xF0\x9F\x98(", 0} /* no tail */
};

static void test_characters(void **state)
{
    (void)state;
    for (size_t index = 0; index < sizeof samples / sizeof samples[0]; index++) {
        const char *text = samples[index].text;
        assert_int_equal(utf8_character(text, strlen(text)), samples[index].size);
    }
}

static void test_counts_characters(void **state)
{
    (void)state;
    size_t characters;
    assert_true(utf8_count("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", 10, &characters));
    assert_int_equal(characters, 4);
    assert_true(utf8_count("", 0, &characters));
    assert_int_equal(characters, 0);
    assert_false(utf8_count("ab\xFF", 3, &characters));
}

static void test_cuts_between_characters(void **state)
{
    (void)state;
    static const char text[] = "a\xE2\x82\xAC"
                               "b";
    assert_int_equal(utf8_cut(text, 5, 9), 5);
    assert_int_equal(utf8_cut(text, 5, 4), 4);
    assert_int_equal(utf8_cut(text, 5, 3), 1);
    assert_int_equal(utf8_cut(text, 5, 2), 1);
    assert_int_equal(utf8_cut(text, 5, 0), 0);
}

static void test_controls(void **state)
{
    (void)state;
    assert_true(utf8_is_control("\n", 1));
    assert_true(utf8_is_control("\x1B", 1));
    assert_true(utf8_is_control("\x7F", 1));
    assert_true(utf8_is_control("\xC2\x85", 2));
    assert_false(utf8_is_control(" ", 1));
    assert_false(utf8_is_control("\xC2\xA0", 2));
    assert_false(utf8_is_control("\xE2\x82\xAC", 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_characters),
        cmocka_unit_test(test_counts_characters),
        cmocka_unit_test(test_cuts_between_characters),
        cmocka_unit_test(test_controls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
