#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "shared/json.h"

static struct json *parse(const char *text)
{
    struct json *document = json_parse(text, strlen(text), NULL);
    assert_non_null(document);
    return document;
}

static void test_tree(void **state)
{
    (void)state;
    struct json *document = parse("{\"a\":[1,\"x\",true,null],\"A\":2,\"o\":{}}");
    assert_int_equal(json_kind(document), JSON_OBJECT);
    const struct json *list = json_member(document, "a");
    assert_int_equal(json_kind(list), JSON_ARRAY);
    static const enum json_kind kinds[] = {JSON_NUMBER, JSON_STRING, JSON_BOOLEAN, JSON_NULL};
    size_t count = 0;
    for (const struct json *item = json_first(list); item != NULL; item = json_next(item))
        assert_int_equal(json_kind(item), kinds[count++]);
    assert_int_equal(count, 4);
    int64_t integer = 0;
    assert_true(json_integer(json_member(document, "A"), &integer)); /* case counts */
    assert_int_equal(integer, 2);
    assert_string_equal(json_name(json_first(document)), "a");
    assert_int_equal(json_kind(json_member(document, "o")), JSON_OBJECT);
    assert_null(json_first(json_member(document, "o")));
    assert_null(json_member(document, "b"));
    assert_null(json_member(list, "a"));
    assert_null(json_member(NULL, "a"));
    json_free(&document);
    assert_null(document);
    json_free(&document);
}

static void test_integers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
        int64_t value;
    } samples[] = {
        {"0", true, 0},
        {"-7", true, -7},
        {"1.0", true, 1},
        {"1e3", true, 1000},
        {"9007199254740991", true, INT64_C(9007199254740991)},
        {"-9007199254740991", true, -INT64_C(9007199254740991)},
        {"9007199254740992", false, 0},
        {"9007199254740993", false, 0},
        {"1e300", false, 0},
        {"-1e300", false, 0},
        {"1.5", false, 0},
        {"\"1\"", false, 0},
        {"true", false, 0},
        {"null", false, 0},
    };
    for (size_t index = 0; index < sizeof samples / sizeof samples[0]; index++) {
        struct json *document = parse(samples[index].text);
        int64_t value = 0;
        assert_int_equal(json_integer(document, &value), samples[index].good);
        if (samples[index].good)
            assert_true(value == samples[index].value);
        json_free(&document);
    }
    int64_t value;
    assert_false(json_integer(NULL, &value));
}

static void test_strings_and_booleans(void **state)
{
    (void)state;
    struct json *document = parse("[\"\\u0041\\ud83d\\ude00\",false]");
    const struct json *text = json_first(document), *boolean = json_next(text);
    bool value = true;
    assert_string_equal(json_string(text), "A\xF0\x9F\x98\x80");
    assert_true(json_boolean(boolean, &value));
    assert_false(value);
    assert_null(json_string(boolean));
    assert_null(json_string(NULL));
    assert_false(json_boolean(text, &value));
    assert_false(json_boolean(NULL, &value));
    json_free(&document);
}

/* What cJSON alone would let through. */
static void test_refuses_what_the_checker_refuses(void **state)
{
    (void)state;
    static const char *const samples[] = {"{\"a\":1,\"a\":2}", "\"x\\u0000y\"", "01",    "1.",
                                          "\"\xC0\xAF\"",      "{} x",          "\"\t\""};
    for (size_t index = 0; index < sizeof samples / sizeof samples[0]; index++) {
        struct json_error error;
        assert_null(json_parse(samples[index], strlen(samples[index]), &error));
        assert_true(error.message[0] != '\0');
    }
}

/* A tree costs a hundred times its text: its size is bounded, that of a text is not. */
static void test_too_many_values(void **state)
{
    enum { LENGTH = 2 * JSON_MAX_VALUES };
    static char text[LENGTH + 1]; /* [1,1,…]: one value more than may be */
    struct json_error error;
    struct json *document;

    (void)state;
    for (size_t i = 0; i < LENGTH; i++)
        text[i] = i % 2 ? '1' : ',';
    text[0] = '[';
    text[LENGTH] = ']';
    assert_null(json_parse(text, sizeof text, &error));
    assert_string_equal(error.message, "too many values");
    assert_true(json_check(text, sizeof text, &error));
    text[LENGTH - 2] = ']';
    document = json_parse(text, sizeof text - 2, &error);
    assert_non_null(document);
    json_free(&document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tree),
        cmocka_unit_test(test_integers),
        cmocka_unit_test(test_strings_and_booleans),
        cmocka_unit_test(test_too_many_values),
        cmocka_unit_test(test_refuses_what_the_checker_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
