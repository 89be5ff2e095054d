#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "fcgi/body.h"
#include "fcgi/request.h"
#include "shared/json.h"

static void test_media(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        enum body_media media;
    } samples[] = {
        {"application/json", BODY_JSON},
        {"APPLICATION/Json", BODY_JSON},
        {"application/json; charset=utf-8", BODY_JSON},
        {"application/json;charset=UTF-8", BODY_JSON},
        {"application/json ; charset=\"utf-8\" ", BODY_JSON},
        {"application/json; profile=x; charset=utf-8", BODY_JSON},
        {"application/x-ndjson", BODY_LINES},
        {"application/x-ndjson; charset=utf-8", BODY_LINES},
        {"application/json; charset=latin1", BODY_OTHER},
        {"application/json; charset=utf-16", BODY_OTHER},
        {"application/json; charset=", BODY_OTHER},
        {"application/jsonx", BODY_OTHER},
        {"application/problem+json", BODY_OTHER},
        {"application/json, text/plain", BODY_OTHER},
        {"application/json text", BODY_OTHER},
        {"application/x-www-form-urlencoded", BODY_OTHER},
        {"text/plain", BODY_OTHER},
        {"", BODY_OTHER},
        {NULL, BODY_OTHER},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        if (body_media(samples[i].type) != samples[i].media)
            fail_msg("%s", samples[i].type);
}

static struct request make_request(const char *type, const char *text)
{
    struct request request = {.content_type = type};
    buffer_init(&request.body);
    buffer_append(&request.body, text, strlen(text));
    return request;
}

static void test_check(void **state)
{
    (void)state;
    static const char json[] = "application/json";
    static const struct {
        const char *type, *text;
        enum body_shape shape;
        enum error_code code;
        const char *field;
    } samples[] = {
        {json, "{}", BODY_OBJECT, ERROR_NONE, ""},
        {json, " \r\n{\"a\":[1]}\n", BODY_OBJECT, ERROR_NONE, ""},
        {json, "[]", BODY_OBJECT_OR_ARRAY, ERROR_NONE, ""},
        {json, "[]", BODY_OBJECT, ERROR_INVALID_VALUE, ""},
        {json, "1", BODY_OBJECT_OR_ARRAY, ERROR_INVALID_VALUE, ""},
        {json, "null", BODY_OBJECT, ERROR_INVALID_VALUE, ""},
        {json, "", BODY_OBJECT, ERROR_INVALID_JSON, ""},
        {json, "  ", BODY_OBJECT, ERROR_INVALID_JSON, ""},
        {json, "{", BODY_OBJECT, ERROR_INVALID_JSON, ""},
        {json, "{} {}", BODY_OBJECT, ERROR_INVALID_JSON, ""},
        {json, "{\"a\":{\"b\":\"\\u0000\"}}", BODY_OBJECT, ERROR_INVALID_JSON, "a.b"},
        {json, "{\"a\":\"\xff\"}", BODY_OBJECT, ERROR_INVALID_JSON, "a"},
        {json, "\xef\xbb\xbf{}", BODY_OBJECT, ERROR_INVALID_JSON, ""},
        {"text/plain", "{}", BODY_OBJECT, ERROR_UNSUPPORTED_MEDIA_TYPE, "Content-Type"},
        {NULL, "{}", BODY_OBJECT, ERROR_UNSUPPORTED_MEDIA_TYPE, "Content-Type"},
        {"application/x-ndjson", "{}", BODY_OBJECT, ERROR_UNSUPPORTED_MEDIA_TYPE, "Content-Type"},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct request request = make_request(samples[i].type, samples[i].text);
        struct problem problem = {0};
        bool good = body_check(&request, samples[i].shape, &problem);
        assert_int_equal(good, samples[i].code == ERROR_NONE);
        assert_int_equal(problem.error.code, samples[i].code);
        assert_string_equal(problem.field, samples[i].field);
        request_deinit(&request);
    }
}

static void test_names_a_repeated_member(void **state)
{
    (void)state;
    struct request request = make_request("application/json", "{\"title\":1,\"title\":2}");
    struct problem problem = {0};
    assert_false(body_check(&request, BODY_OBJECT, &problem));
    assert_non_null(strstr(problem.error.detail, "title"));
    request_deinit(&request);
}

static void test_no_body_needed(void **state)
{
    (void)state;
    static const struct {
        const char *type, *text;
        enum error_code code;
    } samples[] = {
        {NULL, "", ERROR_NONE},
        {"application/json", "", ERROR_NONE},
        {"application/json", "{}", ERROR_NONE},
        {"application/json", "{\"userId\":\"u\"}", ERROR_UNKNOWN_FIELD},
        {"application/json", "[]", ERROR_INVALID_VALUE},
        {"application/json", "x", ERROR_INVALID_JSON},
        {"text/plain", "x", ERROR_UNSUPPORTED_MEDIA_TYPE},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct request request = make_request(samples[i].type, samples[i].text);
        struct problem problem = {0};
        body_check_empty(&request, &problem);
        assert_int_equal(problem.error.code, samples[i].code);
        request_deinit(&request);
    }
}

static void test_parse_refuses_other_members(void **state)
{
    (void)state;
    static const char *const names[] = {"resolution", NULL};
    struct problem problem = {0};
    struct request request = make_request("application/json", "{\"resolution\":\"done\"}");
    struct json *document = body_parse(&request, names, &problem);
    assert_string_equal(json_string(json_member(document, "resolution")), "done");
    json_free(&document);
    request_deinit(&request);
    request = make_request("application/json", "{\"resolution\":\"done\",\"Resolution\":1}");
    assert_null(body_parse(&request, names, &problem));
    assert_int_equal(problem.error.code, ERROR_UNKNOWN_FIELD);
    assert_string_equal(problem.field, "Resolution");
    request_deinit(&request);
}

static void test_lines(void **state)
{
    (void)state;
    static const struct {
        const char *text, *array, *detail;
    } samples[] = {
        {"{\"a\":1}", "[{\"a\":1}]", NULL},
        {"{\"a\":1}\n", "[{\"a\":1}]", NULL},
        {"{\"a\":1}\r\n\n  \n{\"b\":2}\n\n", "[{\"a\":1}\r,\n{\"b\":2}]", NULL},
        {"{\"a\":1}\n{\"b\"\n", NULL, "line 2: "},
        {"\n\n{\"a\":\"\\u0000\"}", NULL, "line 3: a: "},
        {"{\"a\":1},\n{\"b\":2}", NULL, "line 1: "},
        {"{\"a\":\n1}", NULL, "line 1: "},
        {"", NULL, "there is no line"},
        {"\n \r\n", NULL, "there is no line"},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct problem problem = {0};
        struct buffer array;
        buffer_init(&array);
        bool good = body_lines_to_array(samples[i].text, strlen(samples[i].text), &array, &problem);
        assert_int_equal(good, samples[i].array != NULL);
        if (good)
            assert_string_equal(array.data, samples[i].array);
        else
            assert_memory_equal(problem.error.detail, samples[i].detail, strlen(samples[i].detail));
        buffer_deinit(&array);
    }
}

static void test_line_of_an_element(void **state)
{
    (void)state;
    static const char text[] = "\n{}\n\n{}\n{}";
    assert_int_equal(body_line_of(text, strlen(text), 0), 2);
    assert_int_equal(body_line_of(text, strlen(text), 1), 4);
    assert_int_equal(body_line_of(text, strlen(text), 2), 5);
    assert_int_equal(body_line_of(text, strlen(text), 3), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_media),
        cmocka_unit_test(test_check),
        cmocka_unit_test(test_names_a_repeated_member),
        cmocka_unit_test(test_no_body_needed),
        cmocka_unit_test(test_parse_refuses_other_members),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_line_of_an_element),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
