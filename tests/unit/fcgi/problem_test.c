#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "fcgi/problem.h"
#include "shared/base/buffer.h"
#include "shared/base/utf8.h"
#include "shared/db/database.h"

static void test_members(void **state)
{
    (void)state;
    struct problem problem = {0};
    struct buffer json;
    buffer_init(&json);
    assert_false(
        problem_set(&problem, ERROR_INVALID_VALUE, "data.title", "%s: \"x\"", "data.title"));
    problem_append_json(&json, &problem);
    assert_string_equal(
        json.data, "{\"type\":\"urn:bookly:error:invalid_value\",\"title\":\"Invalid Value\","
                   "\"status\":400,\"detail\":\"data.title: \\\"x\\\"\",\"code\":\"invalid_value\","
                   "\"message\":\"data.title: \\\"x\\\"\",\"field\":\"data.title\"}");
    buffer_clear(&json);
    problem_set(&problem, ERROR_NOT_FOUND, NULL, "%s", "");
    problem_append_json(&json, &problem);
    assert_non_null(strstr(json.data, "\"detail\":\"Not Found\""));
    assert_null(strstr(json.data, "\"field\""));
    buffer_deinit(&json);
}

static void test_answer_of_the_database(void **state)
{
    (void)state;
    static const struct {
        const char *field, *detail, *shown_field, *shown_detail;
    } samples[] = {
        {"aggregate_id", "aggregate_id: too long", "aggregateId", "aggregateId: too long"},
        {"max_records", "max_records: too many", "limit", "limit: too many"},
        {"actionUrl", "actionUrl: must be a path", "actionUrl", "actionUrl: must be a path"},
        {"[3].level", "[3].level: unknown", "[3].level", "[3].level: unknown"},
        {"status", "unknown status", "status", "unknown status"},
        {"", "there is none", "", "there is none"},
        {"a_", "a_: x", "a_", "a_: x"},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct database_answer answer = {.error.code = ERROR_INVALID_VALUE};
        struct problem problem = {0};
        snprintf(answer.field, sizeof answer.field, "%s", samples[i].field);
        snprintf(answer.error.detail, sizeof answer.error.detail, "%s", samples[i].detail);
        assert_false(problem_from_answer(&problem, &answer));
        assert_int_equal(problem.error.code, ERROR_INVALID_VALUE);
        assert_string_equal(problem.field, samples[i].shown_field);
        assert_string_equal(problem.error.detail, samples[i].shown_detail);
    }
}

static void test_never_ends_inside_a_character(void **state)
{
    (void)state;
    char text[600] = "";
    for (size_t pad = 0; pad < 4; pad++) {
        struct problem problem = {0};
        size_t characters, length = pad;
        memset(text, 'a', pad);
        for (; length + 3 < sizeof text; length += 3)
            memcpy(text + length, "\xe2\x82\xac", 4);
        problem_set(&problem, ERROR_INVALID_VALUE, text, "%s", text);
        assert_true(utf8_count(problem.field, strlen(problem.field), &characters));
        assert_true(utf8_count(problem.error.detail, strlen(problem.error.detail), &characters));
        assert_true(characters > 50);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_members),
        cmocka_unit_test(test_answer_of_the_database),
        cmocka_unit_test(test_never_ends_inside_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
