#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tests/bench/load/json_find.h"

static void test_integers(void **state)
{
    static const struct {
        const char *text;
        bool there;
        int64_t value;
    } cases[] = {
        {"{\"n\":7}", true, 7},
        {"{\"n\": 7, \"x\":1}", true, 7},
        {"{\"n\":-12}", true, -12},
        {"{\"x\":{\"n\":0}}", true, 0},
        {"{\"n\":9223372036854775807}", true, INT64_MAX},
        {"{\"n\":9223372036854775808}", false, 0},
        {"{\"n\":99999999999999999999}", false, 0},
        {"{\"n\":\"7\"}", false, 0},
        {"{\"n\":-}", false, 0},
        {"{\"n\":", false, 0},
        {"{\"n\": ", false, 0},
        {"{\"nn\":7}", false, 0},
        {"", false, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct needle needle = needle_make("\"n\":");
        int64_t value = 0;
        bool there = json_find_integer(&needle, cases[i].text, strlen(cases[i].text), &value);

        if (there != cases[i].there || (there && value != cases[i].value))
            fail_msg("%s", cases[i].text);
    }
}

/* Found where it stands now, whatever the message before was like. */
static void test_needle_moves(void **state)
{
    static const struct {
        const char *text;
        int64_t value;
    } cases[] = {{"{\"n\":1}", 1}, {"{\"longer\":0,\"n\":2}", 2}, {"{\"n\":3}", 3}, {"\"n\":4", 4}};
    struct needle needle = needle_make("\"n\":");
    int64_t value;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(json_find_integer(&needle, cases[i].text, strlen(cases[i].text), &value));
        assert_int_equal(value, cases[i].value);
        assert_null(needle_find(&needle, "\"n\"", 3));
    }
}

static void test_texts(void **state)
{
    static const struct {
        const char *text, *value;
    } cases[] = {
        {"{\"sid\":\"abc\",\"pid\":\"d\"}", "abc"},
        {"{\"sid\": \"abc\"}", "abc"},
        {"{\"sid\":\"\"}", ""},
        {"{\"sid\":\"1234567\"}", "1234567"},
        {"{\"sid\":\"12345678\"}", NULL},
        {"{\"sid\":\"abc", NULL},
        {"{\"sid\":", NULL},
        {"{\"sid\":12}", NULL},
        {"{}", NULL},
    };
    char value[8];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool there =
            json_find_text(cases[i].text, strlen(cases[i].text), "sid", value, sizeof value);

        assert_int_equal(there, cases[i].value != NULL);
        assert_string_equal(value, cases[i].value ? cases[i].value : "");
    }
}

static void test_last_texts(void **state)
{
    static const struct {
        const char *text, *value;
    } cases[] = {
        {"[\"event\",{\"x\":1},\"e.12\"]", "e.12"},
        {"[\"a\"]", "a"},
        {"[\"\"]", ""},
        {"[\"event\",{\"x\":\"y\"}]", NULL},
        {"[\"event\",12]", NULL},
        {"[\"0123456789\"]", NULL},
        {"x\"]", NULL},
        {"\"]", NULL},
        {"", NULL},
    };
    char value[8];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool there = json_last_text(cases[i].text, strlen(cases[i].text), value, sizeof value);

        assert_int_equal(there, cases[i].value != NULL);
        assert_string_equal(value, cases[i].value ? cases[i].value : "");
    }
}

static void test_truth(void **state)
{
    (void)state;
    assert_true(json_find_true("{\"success\":true}", 16, "success"));
    assert_true(json_find_true("{\"success\": true}", 17, "success"));
    assert_false(json_find_true("{\"success\":false}", 17, "success"));
    assert_false(json_find_true("{\"success\":true}", 14, "success"));
    assert_false(json_find_true("{}", 2, "success"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_integers), cmocka_unit_test(test_needle_moves),
        cmocka_unit_test(test_texts),    cmocka_unit_test(test_last_texts),
        cmocka_unit_test(test_truth),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
