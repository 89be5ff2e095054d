#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "tests/unit/fcgi/fake_source.h"

static void begin(const char *method, const char *uri)
{
    fake_source_reset();
    fake_source_set("REQUEST_METHOD", method);
    fake_source_set("REQUEST_URI", uri);
}

static void test_head(void **state)
{
    (void)state;
    struct request request;
    begin("POST", "/api/v1/events");
    fake_source_set("CONTENT_TYPE", "application/json");
    fake_source_set("CONTENT_LENGTH", "2");
    fake_source_set("HTTP_X_CORRELATION_ID", "abc");
    fake_source_body("{}", 2);
    request_read(&request, &fake_source);
    assert_int_equal(request.refusal.error.code, ERROR_NONE);
    assert_int_equal(request.method, METHOD_POST);
    assert_string_equal(request.correlation_id, "abc");
    assert_string_equal(request.body.data, "{}");
    assert_null(request.authorization);
    assert_false(request.preflight);
    request_deinit(&request);
}

static void test_methods(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum method method;
    } samples[] = {{"GET", METHOD_GET},   {"HEAD", METHOD_HEAD},      {"DELETE", METHOD_DELETE},
                   {"get", METHOD_COUNT}, {"PROPFIND", METHOD_COUNT}, {"", METHOD_COUNT},
                   {NULL, METHOD_COUNT}};
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct request request;
        begin(samples[i].text, "/api/v1/events");
        request_read(&request, &fake_source);
        assert_int_equal(request.method, samples[i].method);
        request_deinit(&request);
    }
}

static void test_lengths(void **state)
{
    (void)state;
    static char body[REQUEST_MAX_BODY + 1];
    static const struct {
        const char *declared; /* NULL: chunked, the server knows none */
        size_t length;
        enum error_code code;
    } samples[] = {
        {"0", 0, ERROR_NONE},
        {"", 0, ERROR_NONE},
        {NULL, 0, ERROR_NONE},
        {NULL, 70000, ERROR_NONE},
        {"1048576", REQUEST_MAX_BODY, ERROR_NONE},
        {NULL, REQUEST_MAX_BODY, ERROR_NONE},
        {"1048577", REQUEST_MAX_BODY + 1, ERROR_TOO_LARGE},
        {NULL, REQUEST_MAX_BODY + 1, ERROR_TOO_LARGE},
        {"1048577", 0, ERROR_TOO_LARGE},
        {"999999999999999999", 10, ERROR_TOO_LARGE},
        {"10", 9, ERROR_BAD_REQUEST},
        {"9", 10, ERROR_BAD_REQUEST},
        {"-1", 1, ERROR_BAD_REQUEST},
        {"1x", 1, ERROR_BAD_REQUEST},
        {"18446744073709551617", 1, ERROR_BAD_REQUEST},
    };
    memset(body, 'x', sizeof body);
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct request request;
        begin("POST", "/api/v1/events");
        if (samples[i].declared)
            fake_source_set("CONTENT_LENGTH", samples[i].declared);
        fake_source_body(body, samples[i].length);
        request_read(&request, &fake_source);
        assert_int_equal(request.refusal.error.code, samples[i].code);
        if (samples[i].code == ERROR_NONE)
            assert_int_equal(request.body.length, samples[i].length);
        request_deinit(&request);
    }
}

static void test_correlation_id(void **state)
{
    (void)state;
    char text[130];
    memset(text, 'c', 129);
    text[129] = '\0';
    const struct {
        const char *text;
        enum error_code code;
    } samples[] = {{text + 1, ERROR_NONE},
                   {"", ERROR_NONE},
                   {text, ERROR_INVALID_VALUE},
                   {"a b", ERROR_INVALID_VALUE},
                   {"\xc3\xa9", ERROR_INVALID_VALUE}};
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct request request;
        begin("GET", "/api/v1/events");
        fake_source_set("HTTP_X_CORRELATION_ID", samples[i].text);
        request_read(&request, &fake_source);
        assert_int_equal(request.refusal.error.code, samples[i].code);
        if (samples[i].code != ERROR_NONE)
            assert_null(request.correlation_id);
        request_deinit(&request);
    }
}

static void test_preflight(void **state)
{
    (void)state;
    struct request request;
    begin("OPTIONS", "/api/v1/events");
    fake_source_set("HTTP_ORIGIN", "https://app.example");
    request_read(&request, &fake_source);
    assert_false(request.preflight);
    request_deinit(&request);
    begin("OPTIONS", "/api/v1/events");
    fake_source_set("HTTP_ORIGIN", "https://app.example");
    fake_source_set("HTTP_ACCESS_CONTROL_REQUEST_METHOD", "POST");
    request_read(&request, &fake_source);
    assert_true(request.preflight);
    request_deinit(&request);
}

static void test_first_refusal_stays(void **state)
{
    (void)state;
    struct request request;
    begin("POST", "/api/v1/events/%00");
    fake_source_set("CONTENT_LENGTH", "5");
    fake_source_set("HTTP_X_CORRELATION_ID", "a b");
    request_read(&request, &fake_source);
    assert_non_null(strstr(request.refusal.error.detail, "path"));
    request_deinit(&request);
}

static void test_what_the_front_server_refused(void **state)
{
    (void)state;
    static const struct {
        const char *status;
        enum method method;
        enum error_code code;
    } samples[] = {
        {"200", METHOD_GET, ERROR_NONE},        {"411", METHOD_POST, ERROR_NONE},
        {"400", METHOD_GET, ERROR_BAD_REQUEST}, {"404", METHOD_GET, ERROR_NOT_FOUND},
        {"413", METHOD_GET, ERROR_TOO_LARGE},   {"431", METHOD_GET, ERROR_BAD_REQUEST},
        {"500", METHOD_GET, ERROR_UNAVAILABLE}, {"502", METHOD_GET, ERROR_UNAVAILABLE},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct request request;
        begin("GET", "/api/v1/notifications/read-all");
        fake_source_set("REDIRECT_STATUS", samples[i].status);
        fake_source_set("CONTENT_LENGTH", "0");
        request_read(&request, &fake_source);
        assert_int_equal(request.method, samples[i].method);
        assert_int_equal(request.refusal.error.code, samples[i].code);
        assert_int_equal(request.refused_by_front, samples[i].code != ERROR_NONE);
        request_deinit(&request);
    }
}

static void test_a_stream_that_waits(void **state)
{
    (void)state;
    static const struct {
        const char *status, *method, *uri, *last_event_id;
        bool waits;
    } samples[] = {
        {"503", "GET", "/api/v1/sse?channels=logs", "a.1~k", true},
        {"502", "GET", "/api/v1/sse", "a.1~k", true},
        {"504", "GET", "/api/v1/sse", "a.1", true},
        {"503", "GET", "/api/v1/sse", NULL, false},
        {"503", "GET", "/api/v1/sse", "", false},
        {"503", "POST", "/api/v1/sse", "a.1~k", false},
        {"503", "GET", "/api/v1/sse/more", "a.1~k", false},
        {"503", "GET", "/api/v1/ws", "a.1~k", false},
        {"503", "GET", "/sse", "a.1~k", false},
        {"500", "GET", "/api/v1/sse", "a.1~k", false},
        {NULL, "GET", "/api/v1/sse", "a.1~k", false},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct request request;
        begin(samples[i].method, samples[i].uri);
        if (samples[i].status)
            fake_source_set("REDIRECT_STATUS", samples[i].status);
        if (samples[i].last_event_id)
            fake_source_set("HTTP_LAST_EVENT_ID", samples[i].last_event_id);
        request_read(&request, &fake_source);
        assert_int_equal(request.stream_must_wait, samples[i].waits);
        request_deinit(&request);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_head),
        cmocka_unit_test(test_methods),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_correlation_id),
        cmocka_unit_test(test_preflight),
        cmocka_unit_test(test_first_refusal_stays),
        cmocka_unit_test(test_what_the_front_server_refused),
        cmocka_unit_test(test_a_stream_that_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
