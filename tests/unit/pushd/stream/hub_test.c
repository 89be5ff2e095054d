#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pushd/stream/hub.h"
#include "pushd/stream/subscriber.h"
#include "shared/json.h"
#include "shared/model/category.h"

enum { CLIENTS = 4 };

static struct hub hub;
static struct subscriber clients[CLIENTS];
static int reached[CLIENTS];

static int set_up(void **state)
{
    static char ann[] = "ann", ben[] = "ben";

    (void)state;
    hub_init(&hub);
    memset(clients, 0, sizeof clients);
    clients[0].user_id = ann;
    clients[1].user_id = ann;
    clients[2].user_id = ben;
    clients[3].user_id = ben;
    clients[0].roles = clients[1].roles = ROLE_BIT(ROLE_STUDENT);
    clients[2].roles = ROLE_BIT(ROLE_STUDENT) | ROLE_BIT(ROLE_TEACHER);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < CLIENTS; i++)
        for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++)
            hub_leave(&hub, &clients[i], channel);
    hub_deinit(&hub);
    return 0;
}

static void join(size_t client, enum channel channel, const char *filter)
{
    struct error error;
    struct json *object;
    struct filter *parsed = NULL;

    if (filter) {
        object = json_parse(filter, strlen(filter), NULL);
        parsed = filter_parse(channel, object, &error);
        assert_non_null(parsed);
        json_free(&object);
    }
    hub_join(&hub, &clients[client], channel, parsed);
}

static void count(struct subscriber *subscriber, void *context)
{
    assert_ptr_equal(context, reached);
    reached[subscriber - clients]++;
}

/* expected: one letter a client, `1` reached once, `.` not at all. */
static void assert_reached(const char *what, const char *expected)
{
    char seen[CLIENTS + 1] = "";

    for (size_t i = 0; i < CLIENTS; i++) {
        assert_in_range(reached[i], 0, 1);
        seen[i] = reached[i] ? '1' : '.';
    }
    if (strcmp(seen, expected) != 0)
        fail_msg("%s: reached %s, not %s", what, seen, expected);
}

static void assert_row(const char *what, const struct stream_row *row, const char *expected)
{
    memset(reached, 0, sizeof reached);
    hub_visit_row(&hub, row, count, reached);
    assert_reached(what, expected);
}

static void assert_channel(enum channel channel, const char *expected)
{
    memset(reached, 0, sizeof reached);
    hub_visit_channel(&hub, channel, count, reached);
    assert_reached(channel_name(channel), expected);
}

static void test_filters_choose(void **state)
{
    static const struct {
        enum push push;
        const char *key[FILTER_KEYS];
        const char *expected;
    } cases[] = {
        {PUSH_EVENT_CREATED, {"resource.created", "a", NULL}, "111."},
        {PUSH_EVENT_FAILED, {"resource.created", "b", NULL}, "1.1."},
        {PUSH_EVENT_CREATED, {"resource.deleted", "a", "room"}, "11.."},
        {PUSH_EVENT_REPLAYED, {NULL, NULL, NULL}, "1..."},
        {PUSH_DLQ_ADDED, {"pending", "t", "a"}, "...1"},
        {PUSH_LOG_ERROR, {"error", "a", "Bus"}, "...."},
        {PUSH_SERVICE_STATUS, {NULL, NULL, NULL}, "..1."},
        {PUSH_SYNC_READY, {NULL, NULL, NULL}, "...."},
    };

    (void)state;
    join(0, CHANNEL_EVENTS, NULL);
    join(1, CHANNEL_EVENTS, "{\"services\":\"a\"}");
    join(2, CHANNEL_EVENTS, "{\"eventTypes\":[\"RESOURCE_CREATED\"]}");
    join(3, CHANNEL_DLQ, NULL);
    join(2, CHANNEL_DASHBOARD, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stream_row row = {.id = 1, .push = cases[i].push};

        memcpy(row.keys.key, cases[i].key, sizeof row.keys.key);
        assert_row(push_event(cases[i].push), &row, cases[i].expected);
    }
}

static void test_notifications_find_user_and_role(void **state)
{
    static const struct {
        const char *user_id, *role, *expected;
    } cases[] = {
        {"ann", NULL, "11.."},      {"ben", NULL, "..1."},     {"eve", NULL, "...."},
        {"", NULL, "...."},         {NULL, "STUDENT", "111."}, {NULL, "TEACHER", "..1."},
        {NULL, "SECURITY", "...."}, {NULL, "JANITOR", "...."}, {NULL, NULL, "...."},
    };

    (void)state;
    for (size_t i = 0; i < 3; i++)
        join(i, CHANNEL_NOTIFICATIONS, NULL);
    join(3, CHANNEL_EVENTS, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct stream_row row = {.id = 1,
                                       .push = PUSH_NOTIFICATION_CREATED,
                                       .user_id = cases[i].user_id,
                                       .role = cases[i].role};
        char what[80];

        snprintf(what, sizeof what, "user %s role %s", cases[i].user_id ? cases[i].user_id : "-",
                 cases[i].role ? cases[i].role : "-");
        assert_row(what, &row, cases[i].expected);
    }
    hub_leave(&hub, &clients[0], CHANNEL_NOTIFICATIONS);
    assert_row("one of two left",
               &(struct stream_row){.push = PUSH_NOTIFICATION_READ, .user_id = "ann"}, ".1..");
    assert_row("also by role",
               &(struct stream_row){.push = PUSH_NOTIFICATION_CREATED, .role = "STUDENT"}, ".11.");
}

/* What a user has muted reaches none of the user's clients, muted before or after joining. */
static void test_muted_is_left_out(void **state)
{
    static const struct {
        const char *user_id, *role, *category, *expected;
    } cases[] = {
        {NULL, "STUDENT", "resource", "..1."}, {NULL, "STUDENT", "user", "111."},
        {NULL, "STUDENT", NULL, "111."},       {NULL, "STUDENT", "unheard-of", "111."},
        {"ann", NULL, "resource", "...."},     {"ann", NULL, "user", "11.."},
        {"ben", NULL, "resource", "..1."},     {NULL, "TEACHER", "resource", "..1."},
    };

    (void)state;
    join(0, CHANNEL_NOTIFICATIONS, NULL);
    hub_mute(&hub, "ann", CATEGORY_BIT(CATEGORY_RESOURCE));
    join(1, CHANNEL_NOTIFICATIONS, NULL);
    join(2, CHANNEL_NOTIFICATIONS, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct stream_row row = {.push = PUSH_NOTIFICATION_CREATED,
                                       .user_id = cases[i].user_id,
                                       .role = cases[i].role,
                                       .keys = {{cases[i].category, NULL, NULL}}};

        assert_row(cases[i].category ? cases[i].category : "no category", &row, cases[i].expected);
        for (size_t client = 0; client < 3; client++)
            assert_int_equal(hub_wants(&clients[client], &row), cases[i].expected[client] == '1');
    }
    hub_mute(&hub, "ann", 0);
    assert_row("unmuted",
               &(struct stream_row){.push = PUSH_NOTIFICATION_CREATED,
                                    .role = "STUDENT",
                                    .keys = {{"resource", NULL, NULL}}},
               "111.");
}

static void test_a_list_of_mutes(void **state)
{
    const struct stream_row row = {
        .push = PUSH_NOTIFICATION_CREATED, .role = "STUDENT", .keys = {{"user", NULL, NULL}}};

    (void)state;
    for (size_t i = 0; i < 3; i++)
        join(i, CHANNEL_NOTIFICATIONS, NULL);
    hub_mute(&hub, "ann", CATEGORY_BIT(CATEGORY_USER));
    assert_row("ann has muted it", &row, "..1.");
    hub_mutes_begin(&hub);
    hub_mutes_add(&hub, "ben", CATEGORY_BIT(CATEGORY_USER));
    hub_mutes_end(&hub);
    assert_row("by the list ben has, and ann no more", &row, "11..");
}

static void test_same_filter_is_one_audience(void **state)
{
    (void)state;
    join(0, CHANNEL_EVENTS, "{\"services\":[\"a\",\"b\"]}");
    join(1, CHANNEL_EVENTS, "{\"services\":[\"b\",\"a\",\"a\"]}");
    assert_int_equal(hub_audience_count(&hub, CHANNEL_EVENTS), 1);
    join(2, CHANNEL_EVENTS, NULL);
    join(3, CHANNEL_EVENTS, "{}");
    assert_int_equal(hub_audience_count(&hub, CHANNEL_EVENTS), 2);
    assert_int_equal(hub_count(&hub, CHANNEL_EVENTS), 4);
    hub_leave(&hub, &clients[0], CHANNEL_EVENTS);
    assert_int_equal(hub_audience_count(&hub, CHANNEL_EVENTS), 2);
    hub_leave(&hub, &clients[1], CHANNEL_EVENTS);
    assert_int_equal(hub_audience_count(&hub, CHANNEL_EVENTS), 1);
}

static void test_joining_again_replaces_the_filter(void **state)
{
    const struct stream_row row = {.push = PUSH_LOG_ERROR, .keys = {{"error", "a", NULL}}};

    (void)state;
    join(0, CHANNEL_LOGS, "{\"level\":\"info\"}");
    assert_row("another level", &row, "....");
    join(0, CHANNEL_LOGS, "{\"minLevel\":\"warn\"}");
    assert_row("a threshold below", &row, "1...");
    join(0, CHANNEL_LOGS, NULL);
    assert_row("cleared", &row, "1...");
    assert_int_equal(hub_count(&hub, CHANNEL_LOGS), 1);
    assert_int_equal(hub_audience_count(&hub, CHANNEL_LOGS), 1);
}

static void test_leaving(void **state)
{
    (void)state;
    hub_leave(&hub, &clients[0], CHANNEL_DLQ);
    assert_false(hub_has(&clients[0], CHANNEL_DLQ));
    for (size_t i = 0; i < CLIENTS; i++)
        join(i, CHANNEL_DLQ, NULL);
    assert_channel(CHANNEL_DLQ, "1111");
    hub_leave(&hub, &clients[0], CHANNEL_DLQ);
    assert_channel(CHANNEL_DLQ, ".111");
    hub_leave(&hub, &clients[3], CHANNEL_DLQ);
    assert_channel(CHANNEL_DLQ, ".11.");
    hub_leave(&hub, &clients[3], CHANNEL_DLQ);
    assert_int_equal(hub_count(&hub, CHANNEL_DLQ), 2);
    assert_true(hub_has(&clients[1], CHANNEL_DLQ));
    join(0, CHANNEL_DLQ, NULL);
    assert_channel(CHANNEL_DLQ, "111.");
}

/* What the daemon makes for a whole channel asks no filter. */
static void test_channel_passes_filters(void **state)
{
    (void)state;
    join(0, CHANNEL_DLQ, "{\"status\":\"failed\"}");
    join(1, CHANNEL_DLQ, "{\"topic\":\"t\"}");
    join(2, CHANNEL_DASHBOARD, NULL);
    assert_channel(CHANNEL_DLQ, "11..");
    assert_channel(CHANNEL_DASHBOARD, "..1.");
    assert_channel(CHANNEL_LOGS, "....");
}

/* Random joins and leaves against a plain table of who should be reached. */
static void test_against_a_model(void **state)
{
    static const char *const filters[] = {NULL, "{\"services\":\"a\"}", "{\"services\":\"b\"}"};
    static const bool takes_a[] = {true, true, false};
    const struct stream_row row = {.push = PUSH_EVENT_CREATED, .keys = {{"x", "a", NULL}}};
    int filter_of[CLIENTS] = {-1, -1, -1, -1};

    (void)state;
    srandom(7);
    for (int round = 0; round < 5000; round++) {
        size_t client = (size_t)random() % CLIENTS;
        int filter = (int)(random() % 4) - 1;
        char expected[CLIENTS + 1] = "";
        size_t count_expected = 0;

        if (filter < 0)
            hub_leave(&hub, &clients[client], CHANNEL_EVENTS);
        else
            join(client, CHANNEL_EVENTS, filters[filter]);
        filter_of[client] = filter;
        for (size_t i = 0; i < CLIENTS; i++) {
            expected[i] = filter_of[i] >= 0 && takes_a[filter_of[i]] ? '1' : '.';
            count_expected += filter_of[i] >= 0;
        }
        assert_row("the model", &row, expected);
        for (size_t i = 0; i < CLIENTS; i++)
            assert_int_equal(hub_wants(&clients[i], &row), expected[i] == '1');
        assert_int_equal(hub_count(&hub, CHANNEL_EVENTS), count_expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_filters_choose, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_notifications_find_user_and_role, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_muted_is_left_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_list_of_mutes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_same_filter_is_one_audience, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_joining_again_replaces_the_filter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_leaving, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_channel_passes_filters, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_against_a_model, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
