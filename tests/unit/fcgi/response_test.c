#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "fcgi/problem.h"
#include "fcgi/response.h"

static void check(const struct response *response, bool head, const char *expected)
{
    struct buffer output;
    buffer_init(&output);
    response_append(&output, response, head);
    assert_string_equal(output.data, expected);
    buffer_deinit(&output);
}

static void test_json(void **state)
{
    (void)state;
    struct response response;
    response_init(&response);
    response_header(&response, "ETag", "\"x\"");
    response_json(&response, 201, "{}", 2);
    check(&response, false,
          "Status: 201 Created\r\nETag: \"x\"\r\n"
          "Content-Type: application/json; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}");
    check(&response, true,
          "Status: 201 Created\r\nETag: \"x\"\r\n"
          "Content-Type: application/json; charset=utf-8\r\nContent-Length: 2\r\n\r\n");
    response_not_modified(&response);
    check(&response, false, "Status: 304 Not Modified\r\nETag: \"x\"\r\n\r\n");
    response_deinit(&response);
}

static void test_nothing(void **state)
{
    (void)state;
    struct response response;
    response_init(&response);
    check(&response, false, "Status: 204 No Content\r\n\r\n");
    response_deinit(&response);
}

static void test_no_header_is_split(void **state)
{
    (void)state;
    static const char *const values[] = {"a\r\nSet-Cookie: x", "a\nb", "a\tb", "\x7f"};
    struct response response;
    response_init(&response);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        response_header(&response, "Link", values[i]);
    check(&response, false, "Status: 204 No Content\r\n\r\n");
    response_deinit(&response);
}

static void test_problems(void **state)
{
    (void)state;
    static const struct {
        enum error_code code;
        const char *status;
        bool retry;
    } samples[] = {
        {ERROR_INVALID_VALUE, "Status: 400 Bad Request\r\n", false},
        {ERROR_TOKEN_MISSING, "Status: 401 Unauthorized\r\n", false},
        {ERROR_CONFLICT, "Status: 409 Conflict\r\n", false},
        {ERROR_TOO_LARGE, "Status: 413 Content Too Large\r\n", false},
        {ERROR_IDEMPOTENCY_MISMATCH, "Status: 422 Unprocessable Content\r\n", false},
        {ERROR_RATE_LIMITED, "Status: 429 Too Many Requests\r\n", true},
        {ERROR_INTERNAL, "Status: 500 Internal Server Error\r\n", false},
        {ERROR_UNAVAILABLE, "Status: 503 Service Unavailable\r\n", true},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct problem problem = {0};
        struct response response;
        struct buffer output;
        buffer_init(&output);
        response_init(&response);
        problem_set(&problem, samples[i].code, NULL, "why");
        response_problem(&response, &problem);
        response_append(&output, &response, false);
        assert_memory_equal(output.data, samples[i].status, strlen(samples[i].status));
        assert_int_equal(strstr(output.data, "Retry-After: ") != NULL, samples[i].retry);
        assert_non_null(strstr(output.data, "Content-Type: application/problem+json\r\n"));
        response_deinit(&response);
        buffer_deinit(&output);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_no_header_is_split),
        cmocka_unit_test(test_problems),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
