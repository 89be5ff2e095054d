#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "pushd/protocol/plain_message.h"
#include "shared/base/buffer.h"
#include "shared/base/memory.h"

static void test_accepted(void **state)
{
    static const struct {
        const char *text, *event, *data;
        int64_t id;
    } cases[] = {
        {"{\"event\":\"a\"}", "a", "", -1},
        {" {\n\"event\" : \"a\" , \"data\" : { \"b\" : [1, 2] } }\t", "a", "{ \"b\" : [1, 2] }",
         -1},
        {"{\"id\":0,\"data\":null,\"event\":\"a\"}", "a", "null", 0},
        {"{\"event\":\"a\",\"data\":\"data\",\"id\":9007199254740991}", "a", "\"data\"",
         9007199254740991},
        {"{\"event\":\"\\u0061\\n\",\"data\":7}", "a\n", "7", -1},
        {"{\"data\":{\"data\":1,\"event\":\"b\"},\"event\":\"a\"}", "a",
         "{\"data\":1,\"event\":\"b\"}", -1},
        {"{\"event\":\"ñ😀\",\"data\":[]}", "ñ😀", "[]", -1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct plain_message message;
        struct error error = {ERROR_NONE, ""};

        if (!plain_message_parse(cases[i].text, strlen(cases[i].text), &message, &error))
            fail_msg("%s: %s", cases[i].text, error.detail);
        assert_string_equal(message.event, cases[i].event);
        assert_int_equal(message.data_length, strlen(cases[i].data));
        assert_memory_equal(message.data, cases[i].data, message.data_length);
        assert_int_equal(message.id, cases[i].id);
        plain_message_deinit(&message);
    }
}

static void test_refused(void **state)
{
    static const struct {
        const char *text;
        enum error_code code;
        const char *names;
    } cases[] = {
        {"", ERROR_INVALID_JSON, ""},
        {"hello", ERROR_INVALID_JSON, ""},
        {"{\"event\":\"a\"", ERROR_INVALID_JSON, ""},
        {"{\"event\":\"a\"} x", ERROR_INVALID_JSON, ""},
        {"{\"event\":\"a\",\"event\":\"b\"}", ERROR_INVALID_JSON, "event"},
        {"{\"event\":\"\\u0000\"}", ERROR_INVALID_JSON, "event"},
        {"{\"event\":\"\xff\"}", ERROR_INVALID_JSON, "event"},
        {"[]", ERROR_INVALID_VALUE, "object"},
        {"null", ERROR_INVALID_VALUE, "object"},
        {"\"event\"", ERROR_INVALID_VALUE, "object"},
        {"{}", ERROR_INVALID_VALUE, "event"},
        {"{\"event\":null}", ERROR_INVALID_VALUE, "event"},
        {"{\"event\":\"\"}", ERROR_INVALID_VALUE, "event"},
        {"{\"event\":[\"a\"]}", ERROR_INVALID_VALUE, "event"},
        {"{\"Event\":\"a\"}", ERROR_UNKNOWN_FIELD, "Event"},
        {"{\"event\":\"a\",\"payload\":1}", ERROR_UNKNOWN_FIELD, "payload"},
        {"{\"event\":\"a\",\"id\":null}", ERROR_INVALID_VALUE, "id"},
        {"{\"event\":\"a\",\"id\":-1}", ERROR_INVALID_VALUE, "id"},
        {"{\"event\":\"a\",\"id\":0.5}", ERROR_INVALID_VALUE, "id"},
        {"{\"event\":\"a\",\"id\":\"7\"}", ERROR_INVALID_VALUE, "id"},
        {"{\"event\":\"a\",\"d\\u0061ta\":1}", ERROR_INVALID_VALUE, "data"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct plain_message message;
        struct error error = {ERROR_NONE, ""};

        if (plain_message_parse(cases[i].text, strlen(cases[i].text), &message, &error))
            fail_msg("%s is accepted", cases[i].text);
        assert_int_equal(error.code, cases[i].code);
        assert_non_null(strstr(error.detail, cases[i].names));
    }
}

static void test_every_prefix_is_safe(void **state)
{
    static const char text[] = "{\"event\":\"a\",\"data\":{\"b\":[1.5,\"\\u00e9\"]},\"id\":12}";

    (void)state;
    for (size_t length = 0; length < sizeof text - 1; length++) {
        struct plain_message message;
        struct error error;
        char *exact = memory_copy(text, length);

        assert_false(plain_message_parse(exact, length, &message, &error));
        free(exact);
    }
}

static void test_encodings(void **state)
{
    struct buffer text;

    (void)state;
    buffer_init(&text);
    plain_event_append(&text, "log:error", "{\"a\":1}more", 7, "e.7");
    assert_string_equal(text.data,
                        "{\"event\":\"log:error\",\"data\":{\"a\":1},\"cursor\":\"e.7\"}");
    buffer_clear(&text);
    plain_event_append(&text, "exception", "{}", 2, NULL);
    assert_string_equal(text.data, "{\"event\":\"exception\",\"data\":{}}");
    buffer_clear(&text);
    plain_event_append(&text, "\"", "", 0, NULL);
    assert_string_equal(text.data, "{\"event\":\"\\\"\"}");
    buffer_clear(&text);
    plain_answer_append(&text, 9007199254740991, "{\"success\":true}", 16);
    assert_string_equal(text.data, "{\"ack\":9007199254740991,\"data\":{\"success\":true}}");
    buffer_deinit(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepted),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_every_prefix_is_safe),
        cmocka_unit_test(test_encodings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
