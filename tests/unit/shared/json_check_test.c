#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/buffer.h"
#include "shared/json.h"

static void test_accepted(void **state)
{
    (void)state;
    static const char *const samples[] = {
        "null",
        " true ",
        "\t\r\n[ ]\n",
        "{}",
        "0",
        "-0",
        "-1.5e+10",
        "1E300",
        "123456789012345678901234567890",
        "\"\"",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"",
        "\"\\ud83d\\ude00\"",
        "\"\xF0\x9F\x98\x80\"",
        "\"\x7F\"",
        "{\"a\":{\"a\":1},\"A\":2,\"\":3}",
        "[{\"a\":1},{\"a\":1}]",
        "{\"a\":1,\"ab\":2,\"b\":[{\"a\":3}]}",
    };
    for (size_t index = 0; index < sizeof samples / sizeof samples[0]; index++) {
        struct json_error error;
        if (!json_check(samples[index], strlen(samples[index]), &error))
            fail_msg("%s: %s", samples[index], error.message);
    }
}

static const struct {
    const char *text;
    size_t offset;
    const char *field;
    const char *message;
} refused[] = {
    {"", 0, "", "the text ends too early"},
    {" ", 1, "", "the text ends too early"},
    {"\xEF\xBB\xBF{}", 0, "", "not a JSON value"},
    {"nul", 0, "", "not a JSON value"},
    {"NaN", 0, "", "not a JSON value"},
    {"Infinity", 0, "", "not a JSON value"},
    {"'a'", 0, "", "not a JSON value"},
    {"+1", 0, "", "not a JSON value"},
    {"-", 1, "", "not a JSON value"},
    {".5", 0, "", "not a JSON value"},
    {"01", 0, "", "a number has a leading zero"},
    {"[-01]", 1, "[0]", "a number has a leading zero"},
    {"1.", 2, "", "a number ends after its point"},
    {"1.e5", 2, "", "a number ends after its point"},
    {"1e", 2, "", "a number has an empty exponent"},
    {"1e+", 3, "", "a number has an empty exponent"},
    {"0x10", 1, "", "something follows the value"},
    {"{} {}", 3, "", "something follows the value"},
    {"null,", 4, "", "something follows the value"},
    {"[1,]", 3, "[1]", "not a JSON value"},
    {"[1 2]", 3, "[0]", "a comma or ] is expected"},
    {"[", 1, "[0]", "the text ends too early"},
    {"[1", 2, "[0]", "a comma or ] is expected"},
    {"[1}", 2, "[0]", "a comma or ] is expected"},
    {"{\"a\":1,}", 7, "", "a name in double quotes is expected"},
    {"{a:1}", 1, "", "a name in double quotes is expected"},
    {"{\"a\" 1}", 5, "a", "a colon is expected"},
    {"{\"a\":1 \"b\":2}", 7, "a", "a comma or } is expected"},
    {"{\"a\":}", 5, "a", "not a JSON value"},
    {"/* */ 1", 0, "", "not a JSON value"},
    {"\"a", 2, "", "a string has no end"},
    {"\"a\\", 3, "", "a string has no end"},
    {"\"\n\"", 1, "", "a control character must be escaped"},
    {"\"\\x\"", 1, "", "an unknown escape"},
    {"\"\\u12\"", 1, "", "\\u needs four hexadecimal digits"},
    {"\"\\u12G4\"", 1, "", "\\u needs four hexadecimal digits"},
    {"\"\\u0000\"", 1, "", "the character U+0000 is not accepted"},
    {"{\"data\":{\"title\":\"a\\u0000\"}}", 19, "data.title",
     "the character U+0000 is not accepted"},
    {"\"\\ud800\"", 1, "", "a lone surrogate"},
    {"\"\\udc00\"", 1, "", "a lone surrogate"},
    {"\"\\ud800\\u0041\"", 1, "", "a lone surrogate"},
    {"\"\\ud800\\n\"", 1, "", "a lone surrogate"},
    {"\"\xFF\"", 1, "", "invalid UTF-8"},
    {"\"\xC0\xAF\"", 1, "", "invalid UTF-8"},
    {"\"\xED\xA0\x80\"", 1, "", "invalid UTF-8"},
    {"\"\xE2\x82\"", 1, "", "invalid UTF-8"},
    {"{\"a\":1,\"a\":2}", 7, "a", "repeated name"},
    {"{\"a\":1,\"\\u0061\":2}", 7, "a", "repeated name"},
    {"{\"\":1,\"\":2}", 6, "", "repeated name"},
    {"{\"x\":[0,{\"b\":1,\"c\":2,\"b\":3}]}", 21, "x[1].b", "repeated name"},
    {"[{\"a\":1},{\"level\":1,\"level\":2}]", 20, "[1].level", "repeated name"},
    {"1234567890123456789012345678901234567890123456789012345678901", 0, "",
     "a number is too long"},
    {"[1e400]", 1, "[0]", "a number is out of range"},
    {"{\"n\":-1E131071}", 5, "n", "a number is out of range"},
    {"0e-16000", 0, "", "a number is out of range"},
    {"1e99999999999999999999", 0, "", "a number is out of range"},
};

static void test_refused(void **state)
{
    (void)state;
    for (size_t index = 0; index < sizeof refused / sizeof refused[0]; index++) {
        struct json_error error;
        const char *text = refused[index].text;
        if (json_check(text, strlen(text), &error))
            fail_msg("%s was accepted", text);
        assert_string_equal(error.message, refused[index].message);
        assert_string_equal(error.field, refused[index].field);
        assert_int_equal(error.offset, refused[index].offset);
        assert_false(json_check(text, strlen(text), NULL));
    }
}

static void test_a_raw_nul_is_refused(void **state)
{
    (void)state;
    assert_false(json_check("\"a\0b\"", 5, NULL));
    assert_false(json_check("1\0", 2, NULL));
    assert_false(json_check("{\0}", 3, NULL));
}

static bool nested(size_t depth)
{
    struct buffer text;
    buffer_init(&text);
    for (size_t level = 0; level < depth; level++)
        buffer_append_text(&text, level % 2 == 0 ? "[" : "{\"a\":");
    buffer_append_text(&text, "1");
    for (size_t level = depth; level > 0; level--)
        buffer_append_character(&text, (level - 1) % 2 == 0 ? ']' : '}');
    bool good = json_check(text.data, text.length, NULL);
    buffer_deinit(&text);
    return good;
}

static void test_depth_is_bounded(void **state)
{
    (void)state;
    assert_true(nested(JSON_MAX_DEPTH));
    assert_false(nested(JSON_MAX_DEPTH + 1));
    assert_false(nested(100000));
}

/* Every prefix of a good text is refused, and none is read beyond its end. */
static void test_every_prefix_is_refused(void **state)
{
    (void)state;
    static const char text[] =
        "{\"a\":[1.5e3,true,null,\"\\ud83d\\ude00\xE2\x82\xAC\"],\"b\":{\"c\":false}}";
    size_t length = sizeof text - 1;
    for (size_t kept = 0; kept < length; kept++) {
        char *exact = malloc(kept == 0 ? 1 : kept);
        memcpy(exact, text, kept);
        assert_false(json_check(exact, kept, NULL));
        free(exact);
    }
    assert_true(json_check(text, length, NULL));
}

static void test_many_names_take_no_quadratic_time(void **state)
{
    (void)state;
    struct buffer text;
    buffer_init(&text);
    for (int name = 0; name < 100000; name++)
        buffer_append_format(&text, "%c\"n%d\":1", name == 0 ? '{' : ',', name);
    buffer_append_text(&text, ",\"n5\":2}");
    struct json_error error;
    assert_false(json_check(text.data, text.length, &error));
    assert_string_equal(error.field, "n5");
    buffer_deinit(&text);
}

static void test_a_long_field_is_cut(void **state)
{
    (void)state;
    struct buffer text;
    struct json_error error;
    buffer_init(&text);
    buffer_append_text(&text, "{\"");
    for (int round = 0; round < 100; round++)
        buffer_append_text(&text, "\xE2\x82\xAC");
    buffer_append_text(&text, "\":x}");
    assert_false(json_check(text.data, text.length, &error));
    assert_int_equal(strlen(error.field), (JSON_FIELD_SIZE - 1) / 3 * 3);
    buffer_deinit(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepted),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_a_raw_nul_is_refused),
        cmocka_unit_test(test_depth_is_bounded),
        cmocka_unit_test(test_every_prefix_is_refused),
        cmocka_unit_test(test_many_names_take_no_quadratic_time),
        cmocka_unit_test(test_a_long_field_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
