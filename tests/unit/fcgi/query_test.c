#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "fcgi/problem.h"
#include "fcgi/query.h"
#include "fcgi/word.h"
#include "shared/model/filter.h"
#include "shared/model/selection.h"

static const char words[] = "user ?level=filter ?minLevel=one ?context=one ?unreadOnly=boolean "
                            "?limit=limit ?before=uuid ?from=time";

static const char stream_words[] = "?channels=channels ?limit=limit ?service=filter ?level=filter";

static void test_fields(void **state)
{
    (void)state;
    static const struct {
        const char *uri;
        enum error_code code;
        const char *field;
    } samples[] = {
        {"/api/v1/x", ERROR_NONE, ""},
        {"/api/v1/x?limit=5&unreadOnly=true&from=2025-01-05T10:00:00%2B01:00", ERROR_NONE, ""},
        {"/api/v1/x?level=error&level=warn,info", ERROR_NONE, ""},
        {"/api/v1/x?minLevel=warn&context=a", ERROR_NONE, ""},
        {"/api/v1/x?userId=someone", ERROR_UNKNOWN_FIELD, "userId"},
        {"/api/v1/x?Limit=5", ERROR_UNKNOWN_FIELD, "Limit"},
        {"/api/v1/x?user=someone", ERROR_UNKNOWN_FIELD, "user"},
        {"/api/v1/x?=5", ERROR_UNKNOWN_FIELD, ""},
        {"/api/v1/x?limit=0", ERROR_INVALID_VALUE, "limit"},
        {"/api/v1/x?limit", ERROR_INVALID_VALUE, "limit"},
        {"/api/v1/x?limit=5&limit=5", ERROR_INVALID_VALUE, "limit"},
        {"/api/v1/x?unreadOnly=yes", ERROR_INVALID_VALUE, "unreadOnly"},
        {"/api/v1/x?before=123", ERROR_INVALID_VALUE, "before"},
        {"/api/v1/x?from=yesterday", ERROR_INVALID_VALUE, "from"},
        {"/api/v1/x?level=fatal", ERROR_INVALID_VALUE, "level"},
        {"/api/v1/x?level=", ERROR_INVALID_VALUE, "level"},
        {"/api/v1/x?level=info,,warn", ERROR_INVALID_VALUE, "level"},
        {"/api/v1/x?context=a,b", ERROR_INVALID_VALUE, "context"},
        {"/api/v1/x?minLevel=info&minLevel=warn", ERROR_INVALID_VALUE, "minLevel"},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct target target;
        struct problem problem = {0};
        struct selection selection = {.channels = 1u << CHANNEL_LOGS};
        assert_true(target_parse(&target, samples[i].uri, &problem));
        bool good = query_check(&target, words, &selection, &problem);
        if (good != (samples[i].code == ERROR_NONE) || problem.error.code != samples[i].code ||
            strcmp(problem.field, samples[i].field) != 0)
            fail_msg("%s: %s %s", samples[i].uri, error_code_text(problem.error.code),
                     problem.field);
        selection_deinit(&selection);
        target_deinit(&target);
    }
}

static void test_values_of_filters(void **state)
{
    (void)state;
    struct target target;
    struct problem problem = {0};
    struct selection selection = {.channels = 1u << CHANNEL_LOGS};
    const char *const *values;
    target_parse(&target, "/api/v1/x?level=error&level=warn%2Cinfo&context=a", &problem);
    assert_true(query_check(&target, words, &selection, &problem));
    const struct filter *filter = selection.filters[CHANNEL_LOGS];
    assert_int_equal(filter_values(filter, "level", &values), 3);
    assert_int_equal(filter_values(filter, "context", &values), 1);
    assert_string_equal(values[0], "a");
    assert_int_equal(filter_values(filter, "service", &values), 0);
    selection_deinit(&selection);
    target_deinit(&target);
}

static void test_channels_wherever_they_stand(void **state)
{
    (void)state;
    static const struct {
        const char *uri;
        enum error_code code;
        const char *field;
    } samples[] = {
        {"/api/v1/x?channels=logs", ERROR_NONE, ""},
        {"/api/v1/x?channels=logs&channels=dlq,logs&limit=3", ERROR_NONE, ""},
        {"/api/v1/x?level=info&channels=logs", ERROR_NONE, ""},
        {"/api/v1/x?service=a&channels=logs,dlq&service=b", ERROR_NONE, ""},
        {"/api/v1/x?level=info&channels=dlq", ERROR_INVALID_VALUE, "level"},
        {"/api/v1/x?level=info", ERROR_INVALID_VALUE, "level"},
        {"/api/v1/x?channels=", ERROR_INVALID_VALUE, "channels"},
        {"/api/v1/x?channels=logs,nope", ERROR_UNKNOWN_CHANNEL, "channels"},
        {"/api/v1/x?channels=logs&topic=t", ERROR_UNKNOWN_FIELD, "topic"},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct target target;
        struct problem problem = {0};
        struct selection selection = {0};
        assert_true(target_parse(&target, samples[i].uri, &problem));
        bool good = query_check(&target, stream_words, &selection, &problem);
        if (good != (samples[i].code == ERROR_NONE) || problem.error.code != samples[i].code ||
            strcmp(problem.field, samples[i].field) != 0)
            fail_msg("%s: %s %s", samples[i].uri, error_code_text(problem.error.code),
                     problem.field);
        selection_deinit(&selection);
        target_deinit(&target);
    }
}

static void test_value_or_fallback(void **state)
{
    (void)state;
    struct target target;
    struct problem problem = {0};
    struct word limit = {WORD_QUERY, TYPE_LIMIT, "limit"};
    struct word before = {WORD_QUERY, TYPE_UUID, "before"};
    target_parse(&target, "/api/v1/x?limit=7", &problem);
    assert_string_equal(query_value(&target, &limit), "7");
    assert_null(query_value(&target, &before));
    target_deinit(&target);
    target_parse(&target, "/api/v1/x", &problem);
    assert_string_equal(query_value(&target, &limit), "100");
    target_deinit(&target);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_values_of_filters),
        cmocka_unit_test(test_channels_wherever_they_stand),
        cmocka_unit_test(test_value_or_fallback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
