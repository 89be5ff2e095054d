#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "fcgi/stream_page.h"
#include "shared/json.h"
#include "shared/model/selection.h"

static struct selection selection;
static struct stream_page page;
static struct buffer json;

static void begin(size_t limit)
{
    stream_page_deinit(&page);
    stream_page_init(&page, &selection, limit);
    stream_page_start(&page, "abc", 10);
}

static bool add(int64_t id, const char *channel, const char *service)
{
    struct stream_row row = {
        .id = id,
        .event = "log:error",
        .channel = channel,
        .keys = {{"error", service, NULL}},
        .payload = "{\"n\":1}",
        .payload_length = 7,
    };
    return stream_page_add(&page, &row);
}

static void assert_json(const char *expected)
{
    buffer_clear(&json);
    stream_page_append_json(&page, &json);
    assert_true(json_check(json.data, json.length, NULL));
    assert_string_equal(json.data, expected);
}

static void test_nothing(void **state)
{
    (void)state;
    begin(100);
    assert_json("{\"messages\":[],\"cursor\":\"abc.10\",\"hasMore\":false,\"retryAfterMs\":2000}");
}

static void test_what_is_asked_for(void **state)
{
    (void)state;
    begin(100);
    assert_true(add(11, "logs", "a"));
    assert_true(add(12, "logs", "b"));
    assert_true(add(13, "events", "a"));
    assert_true(add(14, "control", "a"));
    assert_json(
        "{\"messages\":[{\"event\":\"log:error\",\"data\":{\"n\":1},\"cursor\":\"abc.11\"}],"
        "\"cursor\":\"abc.14\",\"hasMore\":false,\"retryAfterMs\":1000}");
}

static void test_a_deleted_event_is_not_told(void **state)
{
    struct stream_row row = {.id = 11, .event = "event:created", .channel = "logs"};
    (void)state;
    begin(100);
    assert_true(stream_page_add(&page, &row));
    assert_json("{\"messages\":[],\"cursor\":\"abc.11\",\"hasMore\":false,\"retryAfterMs\":2000}");
}

static void test_a_full_page_takes_no_more(void **state)
{
    (void)state;
    begin(2);
    assert_true(add(11, "logs", "a"));
    assert_false(stream_page_is_full(&page));
    assert_true(add(15, "logs", "a"));
    assert_true(stream_page_is_full(&page));
    assert_false(add(16, "logs", "b"));
    assert_false(add(17, "logs", "a"));
    assert_int_equal(page.position, 15);
    page.more = true;
    assert_json("{\"messages\":[{\"event\":\"log:error\",\"data\":{\"n\":1},\"cursor\":\"abc.11\"},"
                "{\"event\":\"log:error\",\"data\":{\"n\":1},\"cursor\":\"abc.15\"}],"
                "\"cursor\":\"abc.15\",\"hasMore\":true,\"retryAfterMs\":0}");
}

static void test_large_messages_fill_a_page(void **state)
{
    (void)state;
    size_t size = STREAM_PAGE_MAX_BYTES + 2;
    char *payload = malloc(size);
    assert_non_null(payload);
    memset(payload, 'x', size);
    payload[0] = payload[size - 1] = '"';
    struct stream_row row = {11, "log:error", "logs", {{"error", "a", NULL}}, payload, size};
    begin(100);
    assert_true(stream_page_add(&page, &row));
    assert_true(stream_page_is_full(&page));
    row.id = 12;
    assert_false(stream_page_add(&page, &row));
    assert_int_equal(page.count, 1);
    free(payload);
}

static void test_gaps(void **state)
{
    (void)state;
    static char long_cursor[102];
    memset(long_cursor, 'x', 101);
    const struct {
        const char *from, *shown;
    } samples[] = {
        {"abc.3", "\"abc.3\""},         {"abc.3~key", "null"}, {"\"\\<>", "\"\\\"\\\\<>\""},
        {"two words", "\"two words\""}, {"\x1b[0m", "null"},   {"\xc3\xb1", "null"},
        {long_cursor, "null"},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct buffer expected;
        begin(100);
        stream_page_start_behind_gap(&page, "def", 7, "epoch", samples[i].from);
        buffer_init(&expected);
        buffer_append_format(&expected,
                             "{\"messages\":[],\"cursor\":\"def.7\",\"hasMore\":false,\"gap\":"
                             "{\"from\":%s,\"to\":\"def.7\",\"reason\":\"epoch\"},"
                             "\"retryAfterMs\":2000}",
                             samples[i].shown);
        assert_json(expected.data);
        buffer_deinit(&expected);
    }
    assert_true(add(9, "logs", "a"));
    assert_int_equal(page.count, 1);
    assert_int_equal(page.position, 9);
}

static int set_up(void **state)
{
    (void)state;
    struct error error;
    selection_init(&selection);
    buffer_init(&json);
    return selection_add_channels(&selection, "logs", &error) &&
                   selection_add_filter(&selection, "service", "a", &error)
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    (void)state;
    stream_page_deinit(&page);
    selection_deinit(&selection);
    buffer_deinit(&json);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_what_is_asked_for),
        cmocka_unit_test(test_a_deleted_event_is_not_told),
        cmocka_unit_test(test_a_full_page_takes_no_more),
        cmocka_unit_test(test_large_messages_fill_a_page),
        cmocka_unit_test(test_gaps),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
