#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "shared/base/buffer.h"
#include "shared/json.h"
#include "shared/model/filter.h"

static struct filter *parse(enum channel channel, const char *text, struct error *error)
{
    struct json *document = json_parse(text, strlen(text), NULL);
    assert_non_null(document);
    struct filter *filter = filter_parse(channel, document, error);
    json_free(&document);
    return filter;
}

static const struct {
    enum channel channel;
    const char *filter;
    const char *key[FILTER_KEYS];
    bool matches;
} samples[] = {
    {CHANNEL_EVENTS, "{}", {"a.b", "s", NULL}, true},
    {CHANNEL_EVENTS, "{\"eventTypes\":[]}", {"a.b", "s", NULL}, true},
    {CHANNEL_EVENTS, "{\"eventTypes\":\"A_B\"}", {"a.b", "s", NULL}, true},
    {CHANNEL_EVENTS, "{\"eventTypes\":[\"bookly.a-b\",\"x\"]}", {"a.b", "s", NULL}, true},
    {CHANNEL_EVENTS, "{\"eventTypes\":[\"a\"]}", {"a.b", "s", NULL}, false},
    {CHANNEL_EVENTS, "{\"eventTypes\":\"a.b\",\"services\":\"s\"}", {"a.b", "s", NULL}, true},
    {CHANNEL_EVENTS, "{\"eventTypes\":\"a.b\",\"services\":\"S\"}", {"a.b", "s", NULL}, false},
    {CHANNEL_EVENTS, "{\"aggregateTypes\":\"Room\"}", {"a.b", "s", "Room"}, true},
    {CHANNEL_EVENTS, "{\"aggregateTypes\":\"Room\"}", {"a.b", "s", NULL}, false},
    {CHANNEL_DLQ, "{\"status\":[\"failed\",\"pending\"]}", {"pending", "t", "s"}, true},
    {CHANNEL_DLQ, "{\"status\":\"failed\"}", {"pending", "t", "s"}, false},
    {CHANNEL_DLQ, "{\"topic\":\"t\",\"service\":\"s\"}", {"pending", "t", "s"}, true},
    {CHANNEL_LOGS, "{\"level\":\"error\"}", {"error", "s", "c"}, true},
    {CHANNEL_LOGS, "{\"level\":\"warn\"}", {"error", "s", "c"}, false},
    {CHANNEL_LOGS, "{\"minLevel\":\"warn\"}", {"error", "s", "c"}, true},
    {CHANNEL_LOGS, "{\"minLevel\":\"warn\"}", {"warn", "s", "c"}, true},
    {CHANNEL_LOGS, "{\"minLevel\":\"warn\"}", {"info", "s", "c"}, false},
    {CHANNEL_LOGS, "{\"minLevel\":\"debug\"}", {"unknown", "s", "c"}, false},
    {CHANNEL_LOGS, "{\"minLevel\":\"info\",\"level\":\"error\"}", {"info", "s", "c"}, false},
    {CHANNEL_LOGS, "{\"context\":\"Gate\"}", {"info", "s", "WebSocketGateway"}, true},
    {CHANNEL_LOGS, "{\"context\":\"gate\"}", {"info", "s", "WebSocketGateway"}, false},
    {CHANNEL_LOGS, "{\"context\":\"Gate\"}", {"info", "s", NULL}, false},
};

static void test_matching(void **state)
{
    (void)state;
    for (size_t index = 0; index < sizeof samples / sizeof samples[0]; index++) {
        struct error error;
        struct filter *filter = parse(samples[index].channel, samples[index].filter, &error);
        if (filter == NULL)
            fail_msg("%s: %s", samples[index].filter, error.detail);
        struct filter_keys keys;
        memcpy(keys.key, samples[index].key, sizeof keys.key);
        if (filter_matches(filter, &keys) != samples[index].matches)
            fail_msg("%s, row %zu", samples[index].filter, index);
        filter_free(&filter);
        assert_null(filter);
    }
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        enum channel channel;
        const char *filter;
        enum error_code code;
        const char *begins;
    } refused[] = {
        {CHANNEL_EVENTS, "[]", ERROR_INVALID_VALUE, "eventFilters:"},
        {CHANNEL_EVENTS, "null", ERROR_INVALID_VALUE, "eventFilters:"},
        {CHANNEL_EVENTS, "{\"types\":\"a\"}", ERROR_UNKNOWN_FIELD, "eventFilters.types:"},
        {CHANNEL_EVENTS, "{\"eventtypes\":\"a\"}", ERROR_UNKNOWN_FIELD, "eventFilters.eventtypes:"},
        {CHANNEL_EVENTS, "{\"eventTypes\":1}", ERROR_INVALID_VALUE, "eventFilters.eventTypes:"},
        {CHANNEL_EVENTS, "{\"eventTypes\":null}", ERROR_INVALID_VALUE, "eventFilters.eventTypes:"},
        {CHANNEL_EVENTS, "{\"services\":[\"a\",1]}", ERROR_INVALID_VALUE, "eventFilters.services:"},
        {CHANNEL_EVENTS, "{\"services\":\"\"}", ERROR_INVALID_VALUE, "eventFilters.services:"},
        {CHANNEL_DLQ, "{\"status\":\"lost\"}", ERROR_INVALID_VALUE, "dlqFilters.status:"},
        {CHANNEL_LOGS, "{\"level\":\"ERROR\"}", ERROR_INVALID_VALUE, "logFilters.level:"},
        {CHANNEL_LOGS, "{\"minLevel\":\"fatal\"}", ERROR_INVALID_VALUE, "logFilters.minLevel:"},
        {CHANNEL_DASHBOARD, "{}", ERROR_INVALID_VALUE, "filter:"},
    };
    for (size_t index = 0; index < sizeof refused / sizeof refused[0]; index++) {
        struct error error;
        assert_null(parse(refused[index].channel, refused[index].filter, &error));
        assert_int_equal(error.code, refused[index].code);
        assert_memory_equal(error.detail, refused[index].begins, strlen(refused[index].begins));
    }
}

static void test_ceilings(void **state)
{
    (void)state;
    struct filter *filter = filter_create(CHANNEL_LOGS);
    struct error error;
    char value[FILTER_MAX_VALUE_LENGTH * 4 + 8] = "";
    for (int character = 0; character < FILTER_MAX_VALUE_LENGTH; character++)
        memcpy(value + character * 4, "\xF0\x9F\x98\x80", 5);
    assert_true(filter_add(filter, "context", value, &error));
    memcpy(value + FILTER_MAX_VALUE_LENGTH * 4, "x", 2);
    assert_false(filter_add(filter, "context", value, &error));
    for (int count = 0; count < FILTER_MAX_VALUES; count++) {
        snprintf(value, sizeof value, "service-%d", count);
        assert_true(filter_add(filter, "service", value, &error));
    }
    assert_false(filter_add(filter, "service", "one more", &error));
    assert_int_equal(error.code, ERROR_INVALID_VALUE);
    filter_free(&filter);
}

static void test_same_values_have_one_canonical_text(void **state)
{
    (void)state;
    static const char *const same[] = {
        "{\"eventTypes\":[\"A_B\",\"c\"],\"services\":\"x\"}",
        "{\"services\":[\"x\",\"x\"],\"eventTypes\":[\"c\",\"a.b\",\"bookly.a-b\"]}",
    };
    struct error error;
    struct filter *one = parse(CHANNEL_EVENTS, same[0], &error);
    struct filter *other = parse(CHANNEL_EVENTS, same[1], &error);
    struct filter *quoted = parse(CHANNEL_EVENTS, "{\"services\":[\"a\\\",\\\"b\"]}", &error);
    struct filter *pair = parse(CHANNEL_EVENTS, "{\"services\":[\"a\",\"b\"]}", &error);
    struct filter *empty = parse(CHANNEL_EVENTS, "{}", &error);
    assert_string_equal(filter_canonical(one),
                        "{\"eventTypes\":[\"a.b\",\"c\"],\"services\":[\"x\"]}");
    assert_string_equal(filter_canonical(other), filter_canonical(one));
    assert_string_not_equal(filter_canonical(quoted), filter_canonical(pair));
    assert_string_equal(filter_canonical(empty), "");
    filter_free(&one);
    filter_free(&other);
    filter_free(&quoted);
    filter_free(&pair);
    filter_free(&empty);
    filter_free(&empty);
    filter_free(NULL);
}

static void test_values_of_a_query(void **state)
{
    (void)state;
    struct filter *filter = filter_create(CHANNEL_LOGS);
    struct error error;
    const char *const *values;
    assert_true(filter_add(filter, "level", "warn,error", &error));
    assert_true(filter_add(filter, "level", "error", &error));
    assert_int_equal(filter_values(filter, "level", &values), 2);
    assert_string_equal(values[0], "error");
    assert_string_equal(values[1], "warn");
    assert_int_equal(filter_values(filter, "service", &values), 0);
    assert_int_equal(filter_values(filter, "unheard", &values), 0);
    assert_true(filter_has_name(CHANNEL_LOGS, "context"));
    assert_false(filter_has_name(CHANNEL_EVENTS, "context"));
    filter_free(&filter);

    static const char *const refused[][2] = {
        {"level", "warn,"}, {"level", ""}, {"level", ",warn"}, {"level", "warn,loud"}, {"x", "y"},
    };
    for (size_t index = 0; index < sizeof refused / sizeof refused[0]; index++) {
        filter = filter_create(CHANNEL_LOGS);
        assert_false(filter_add(filter, refused[index][0], refused[index][1], &error));
        filter_free(&filter);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_matching),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_ceilings),
        cmocka_unit_test(test_same_values_have_one_canonical_text),
        cmocka_unit_test(test_values_of_a_query),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
