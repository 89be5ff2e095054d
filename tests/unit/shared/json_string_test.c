#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "shared/base/buffer.h"
#include "shared/json.h"

static void test_append(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t length;
        const char *json;
    } samples[] = {
        {"", 0, "\"\""},
        {"plain", 5, "\"plain\""},
        {"a\"b\\c", 5, "\"a\\\"b\\\\c\""},
        {"\n\r\t\x01\0", 5, "\"\\n\\r\\t\\u0001\\u0000\""},
        {"\xE2\x82\xAC", 3, "\"\xE2\x82\xAC\""},
        {"x\xFFy", 3, "\"x\\ufffdy\""},
        {"\xE2\x82", 2, "\"\\ufffd\\ufffd\""},
    };
    for (size_t index = 0; index < sizeof samples / sizeof samples[0]; index++) {
        struct buffer buffer;
        buffer_init(&buffer);
        json_append_string(&buffer, samples[index].text, samples[index].length);
        assert_string_equal(buffer.data, samples[index].json);
        buffer_deinit(&buffer);
    }
}

static void test_split_event(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *name; /* NULL: refused */
        const char *rest;
    } samples[] = {
        {"[\"subscribe\",{\"channels\":[]}]", "subscribe", "{\"channels\":[]}"},
        {" [ \"a\\u00e9\\n\" , 1 , [2] ] ", "a\xC3\xA9\n", "1 , [2]"},
        {"[\"\\ud83d\\ude00\"]", "\xF0\x9F\x98\x80", ""},
        {"[\"\"]", "", ""},
        {"[\"a]\",\"]\"]", "a]", "\"]\""},
        {"[]", NULL, NULL},
        {"[1]", NULL, NULL},
        {"{\"a\":1}", NULL, NULL},
        {"\"a\"", NULL, NULL},
        {"[\"a\"", NULL, NULL},
        {"[\"a\",]", NULL, NULL},
        {"[\"a\",{\"b\":1,\"b\":2}]", NULL, NULL},
        {"", NULL, NULL},
    };
    for (size_t index = 0; index < sizeof samples / sizeof samples[0]; index++) {
        struct buffer name;
        const char *rest = NULL, *text = samples[index].text;
        size_t rest_length = 0;
        buffer_init(&name);
        bool good = json_split_event(text, strlen(text), &name, &rest, &rest_length);
        assert_int_equal(good, samples[index].name != NULL);
        if (good) {
            assert_string_equal(name.data, samples[index].name);
            assert_int_equal(rest_length, strlen(samples[index].rest));
            assert_memory_equal(rest, samples[index].rest, rest_length);
        }
        buffer_deinit(&name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_append),
        cmocka_unit_test(test_split_event),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
