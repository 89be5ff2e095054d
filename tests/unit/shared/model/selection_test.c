#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "shared/model/filter.h"
#include "shared/model/selection.h"

enum { EVENTS = 1u << CHANNEL_EVENTS, DLQ = 1u << CHANNEL_DLQ, LOGS = 1u << CHANNEL_LOGS };

static void test_channels(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        unsigned channels; /* 0: refused */
        enum error_code code;
        const char *named;
    } samples[] = {
        {"events", EVENTS, ERROR_NONE, ""},
        {"events,dlq", EVENTS | DLQ, ERROR_NONE, ""},
        {"dlq,events,dlq", EVENTS | DLQ, ERROR_NONE, ""},
        {"", 0, ERROR_INVALID_VALUE, "channels"},
        {",", 0, ERROR_UNKNOWN_CHANNEL, "''"},
        {"events,", 0, ERROR_UNKNOWN_CHANNEL, "''"},
        {"events, dlq", 0, ERROR_UNKNOWN_CHANNEL, "' dlq'"},
        {"Events", 0, ERROR_UNKNOWN_CHANNEL, "'Events'"},
        {"events,control", 0, ERROR_UNKNOWN_CHANNEL, "'control'"},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct selection selection;
        struct error error = {0};
        selection_init(&selection);
        bool good = selection_add_channels(&selection, samples[i].value, &error);
        if (good != (samples[i].channels != 0) || error.code != samples[i].code ||
            (good && selection.channels != samples[i].channels) ||
            !strstr(error.detail, samples[i].named))
            fail_msg("%s: %x %s", samples[i].value, selection.channels, error.detail);
        selection_deinit(&selection);
    }
}

static void test_repeated_channels_add_up(void **state)
{
    (void)state;
    struct selection selection;
    struct error error = {0};
    selection_init(&selection);
    assert_true(selection_add_channels(&selection, "events", &error));
    assert_true(selection_add_channels(&selection, "logs", &error));
    assert_int_equal(selection.channels, EVENTS | LOGS);
    selection_deinit(&selection);
}

static void test_filters(void **state)
{
    (void)state;
    static const struct {
        const char *channels, *name, *value;
        enum error_code code;
    } samples[] = {
        {"events", "eventTypes", "A_B,c", ERROR_NONE},
        {"dlq", "service", "s", ERROR_NONE},
        {"events,logs", "service", "s", ERROR_NONE},
        {"events", "service", "s", ERROR_INVALID_VALUE},
        {"dashboard,notifications", "level", "info", ERROR_INVALID_VALUE},
        {"logs", "level", "loud", ERROR_INVALID_VALUE},
        {"logs", "level", "info,", ERROR_INVALID_VALUE},
        {"logs", "level", "", ERROR_INVALID_VALUE},
        {"logs", "levels", "info", ERROR_UNKNOWN_FIELD},
        {"logs", "logFilters", "{}", ERROR_UNKNOWN_FIELD},
        {"logs", "", "x", ERROR_UNKNOWN_FIELD},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct selection selection;
        struct error error = {0};
        selection_init(&selection);
        assert_true(selection_add_channels(&selection, samples[i].channels, &error));
        bool good = selection_add_filter(&selection, samples[i].name, samples[i].value, &error);
        if (good != (samples[i].code == ERROR_NONE) || error.code != samples[i].code ||
            strncmp(error.detail, samples[i].name, good ? 0 : strlen(samples[i].name)) != 0)
            fail_msg("%s %s=%s: %s", samples[i].channels, samples[i].name, samples[i].value,
                     error.detail);
        selection_deinit(&selection);
    }
}

static void test_a_name_goes_to_each_channel_that_has_it(void **state)
{
    (void)state;
    static const struct {
        enum channel channel;
        struct filter_keys keys;
        bool accepted;
    } samples[] = {
        {CHANNEL_DLQ, {{"pending", "t", "a"}}, true},
        {CHANNEL_DLQ, {{"pending", "t", "c"}}, false},
        {CHANNEL_LOGS, {{"info", "b", "x"}}, true},
        {CHANNEL_LOGS, {{"debug", "b", "x"}}, false},
        {CHANNEL_LOGS, {{"error", "c", "x"}}, false},
        {CHANNEL_EVENTS, {{"a.b", "whoever", NULL}}, true},
        {CHANNEL_DASHBOARD, {{NULL, NULL, NULL}}, false},
        {CHANNEL_NONE, {{NULL, NULL, NULL}}, false},
    };
    struct selection selection;
    struct error error = {0};
    selection_init(&selection);
    assert_true(selection_add_channels(&selection, "dlq,logs,events", &error));
    assert_true(selection_add_filter(&selection, "service", "a", &error));
    assert_true(selection_add_filter(&selection, "service", "b", &error));
    assert_true(selection_add_filter(&selection, "minLevel", "info", &error));
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        if (selection_accepts(&selection, samples[i].channel, &samples[i].keys) !=
            samples[i].accepted)
            fail_msg("sample %zu", i);
    selection_deinit(&selection);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_channels),
        cmocka_unit_test(test_repeated_channels_add_up),
        cmocka_unit_test(test_filters),
        cmocka_unit_test(test_a_name_goes_to_each_channel_that_has_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
