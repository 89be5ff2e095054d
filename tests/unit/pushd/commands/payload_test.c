#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "pushd/commands/command.h"
#include "shared/json.h"
#include "shared/model/channel.h"

#define BIT(channel) (1u << CHANNEL_##channel)

static struct json *parse(const char *text)
{
    struct json *document = text ? json_parse(text, strlen(text), NULL) : NULL;

    assert_true(!text || document);
    return document;
}

static void test_channels(void **state)
{
    static const struct {
        const char *payload;
        enum error_code code;
        unsigned mask;
        const char *names; /* what the error must name */
    } cases[] = {
        {"{\"channels\":[\"events\"]}", ERROR_NONE, BIT(EVENTS), ""},
        {"{\"channels\":[\"logs\",\"dlq\",\"logs\"]}", ERROR_NONE, BIT(LOGS) | BIT(DLQ), ""},
        {"{\"channels\":[\"events\",\"dlq\",\"dashboard\",\"notifications\",\"logs\"]}", ERROR_NONE,
         (1u << CHANNEL_COUNT) - 1, ""},
        {NULL, ERROR_INVALID_VALUE, 0, "channels"},
        {"{}", ERROR_INVALID_VALUE, 0, "channels"},
        {"{\"Channels\":[\"events\"]}", ERROR_INVALID_VALUE, 0, "channels"},
        {"{\"channels\":null}", ERROR_INVALID_VALUE, 0, "channels"},
        {"{\"channels\":\"events\"}", ERROR_INVALID_VALUE, 0, "channels"},
        {"{\"channels\":{\"0\":\"events\"}}", ERROR_INVALID_VALUE, 0, "channels"},
        {"{\"channels\":[]}", ERROR_INVALID_VALUE, 0, "channels"},
        {"{\"channels\":[\"events\",1]}", ERROR_INVALID_VALUE, 0, "channels"},
        {"{\"channels\":[null]}", ERROR_INVALID_VALUE, 0, "channels"},
        {"{\"channels\":[[\"events\"]]}", ERROR_INVALID_VALUE, 0, "channels"},
        {"{\"channels\":[\"events\",\"nope\"]}", ERROR_UNKNOWN_CHANNEL, 0, "nope"},
        {"{\"channels\":[\"EVENTS\"]}", ERROR_UNKNOWN_CHANNEL, 0, "EVENTS"},
        {"{\"channels\":[\"events \"]}", ERROR_UNKNOWN_CHANNEL, 0, "events "},
        {"{\"channels\":[\"\"]}", ERROR_UNKNOWN_CHANNEL, 0, "channels"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct json *payload = parse(cases[i].payload);
        const struct command_call call = {.name = "subscribe", .payload = payload};
        struct error error = {ERROR_NONE, ""};
        unsigned mask;

        assert_int_equal(command_channels(&call, &mask, &error), cases[i].code == ERROR_NONE);
        assert_int_equal(error.code, cases[i].code);
        if (cases[i].code == ERROR_NONE)
            assert_int_equal(mask, cases[i].mask);
        assert_non_null(strstr(error.detail, cases[i].names));
        json_free(&payload);
    }
}

static void test_only_known_members(void **state)
{
    static const char *const names[] = {"limit", "before", NULL};
    static const char *const none[] = {NULL};
    static const struct {
        const char *payload;
        const char *const *names;
        const char *unknown; /* NULL: accepted */
    } cases[] = {
        {NULL, names, NULL},
        {"{}", names, NULL},
        {"{}", none, NULL},
        {"{\"limit\":1,\"before\":null}", names, NULL},
        {"{\"limit\":1,\"After\":2}", names, "After"},
        {"{\"LIMIT\":1}", names, "LIMIT"},
        {"{\"limi\":1}", names, "limi"},
        {"{\"\":1}", names, ":"},
        {"{\"limit\":1}", none, "limit"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct json *payload = parse(cases[i].payload);
        const struct command_call call = {.name = "notifications:get", .payload = payload};
        struct error error = {ERROR_NONE, ""};

        assert_int_equal(command_payload_only(&call, cases[i].names, &error), !cases[i].unknown);
        assert_int_equal(error.code, cases[i].unknown ? ERROR_UNKNOWN_FIELD : ERROR_NONE);
        if (cases[i].unknown)
            assert_non_null(strstr(error.detail, cases[i].unknown));
        json_free(&payload);
    }
}

/* A name of any length is told in a short sentence. */
static void test_long_names_are_cut(void **state)
{
    static const char *const none[] = {NULL};
    static char text[3000];
    struct error error = {ERROR_NONE, ""};
    struct command_call call = {.name = "notifications:get"};
    struct json *payload;

    (void)state;
    memset(text, 'x', sizeof text - 1);
    memcpy(text, "{\"", 2);
    memcpy(text + sizeof text - 5, "\":1}", 4);
    payload = parse(text);
    call.payload = payload;
    assert_false(command_payload_only(&call, none, &error));
    assert_int_equal(error.code, ERROR_UNKNOWN_FIELD);
    assert_true(strlen(error.detail) < 200);
    json_free(&payload);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_channels),
        cmocka_unit_test(test_only_known_members),
        cmocka_unit_test(test_long_names_are_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
