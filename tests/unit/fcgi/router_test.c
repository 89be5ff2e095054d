#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "fcgi/router.h"
#include "fcgi/word.h"

static struct target make_target(const char *uri)
{
    struct target target;
    struct problem problem = {0};
    assert_true(target_parse(&target, uri, &problem));
    return target;
}

static void test_finds(void **state)
{
    (void)state;
    static const struct {
        enum method method;
        const char *uri, *pattern, *methods; /* pattern NULL: no route */
    } samples[] = {
        {METHOD_GET, "/api/v1/health", "/health", "GET, HEAD, OPTIONS"},
        {METHOD_HEAD, "/api/v1/health", "/health", "GET, HEAD, OPTIONS"},
        {METHOD_GET, "/api/v1/notifications?limit=1", "/notifications",
         "GET, HEAD, POST, DELETE, OPTIONS"},
        {METHOD_GET, "/api/v1/notifications/x", "/notifications/:id", "GET, HEAD, DELETE, OPTIONS"},
        {METHOD_GET, "/api/v1/notifications/unread/count", "/notifications/unread/count",
         "GET, HEAD, OPTIONS"},
        {METHOD_POST, "/api/v1/notifications/x/read", "/notifications/:id/read", "POST, OPTIONS"},
        {METHOD_GET, "/api/v1/notifications/logs/recent", "/notifications/logs/recent",
         "GET, HEAD, OPTIONS"},
        {METHOD_GET, "/api/v1/events/metrics", "/events/metrics", "GET, HEAD, OPTIONS"},
        {METHOD_GET, "/api/v1/health/services", "/health/services", "GET, HEAD, OPTIONS"},
        {METHOD_GET, "/api/v1/dlq/stats", "/dlq/stats", "GET, HEAD, OPTIONS"},
        {METHOD_DELETE, "/api/v1/dlq/stats", NULL, "GET, HEAD, OPTIONS"},
        {METHOD_GET, "/api/v1/notifications/read-all", NULL, "POST, OPTIONS"},
        {METHOD_GET, "/api/v1/events/a%2Fb", "/events/:id", "GET, HEAD, OPTIONS"},
        {METHOD_PUT, "/api/v1/services/a%2Fb/status", "/services/:name/status", "PUT, OPTIONS"},
        {METHOD_COUNT, "/api/v1/events", NULL, "GET, HEAD, POST, OPTIONS"},
        {METHOD_OPTIONS, "/api/v1/events", NULL, "GET, HEAD, POST, OPTIONS"},
        {METHOD_GET, "/api/v1", NULL, ""},
        {METHOD_GET, "/api/v1/", NULL, ""},
        {METHOD_GET, "/api/v1/events/", NULL, ""},
        {METHOD_GET, "/api/v1//events", NULL, ""},
        {METHOD_GET, "/api/v1/Events", NULL, ""},
        {METHOD_GET, "/api/v1/event", NULL, ""},
        {METHOD_GET, "/api/v1/eventsx", NULL, ""},
        {METHOD_POST, "/api/v1/notifications//read", NULL, ""},
        {METHOD_GET, "/api/v1/events/a/b", NULL, ""},
        {METHOD_GET, "/api/v1/1/2/3/4/5/6/7/8/9/10/11", NULL, ""},
        {METHOD_GET, "/events", NULL, ""},
        {METHOD_GET, "/api/v2/events", NULL, ""},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct target target = make_target(samples[i].uri);
        struct route_match match;
        struct buffer methods;
        router_find(samples[i].method, &target, &match);
        buffer_init(&methods);
        buffer_append_text(&methods, "");
        router_append_methods(&methods, match.methods);
        if ((match.route == NULL) != (samples[i].pattern == NULL) ||
            (match.route && strcmp(match.route->pattern, samples[i].pattern) != 0) ||
            strcmp(methods.data ? methods.data : "", samples[i].methods) != 0)
            fail_msg("%s: %s, %s", samples[i].uri, match.route ? match.route->pattern : "-",
                     methods.data);
        buffer_deinit(&methods);
        target_deinit(&target);
    }
}

static void test_segment_by_name(void **state)
{
    (void)state;
    struct target target = make_target("/api/v1/services/a%2Fb%20c/status");
    struct route_match match;
    router_find(METHOD_PUT, &target, &match);
    assert_string_equal(router_segment(&match, "name", 4), "a/b c");
    assert_null(router_segment(&match, "nam", 3));
    assert_null(router_segment(&match, "status", 6));
    target_deinit(&target);
}

static size_t statement_parameters(enum statement statement)
{
    static const size_t parameters[STATEMENT_COUNT] = {
#define STATEMENT(id, count, text) [STATEMENT_##id] = count,
#include "shared/db/statements.def"
    };
    return parameters[statement];
}

/* These make their values themselves. */
static bool has_own_values(const struct route *route)
{
    return strcmp(route->pattern, "/logs") == 0 || strcmp(route->pattern, "/stream") == 0 ||
           strcmp(route->pattern, "/metrics") == 0;
}

static void test_every_row_fits_its_statement(void **state)
{
    (void)state;
    size_t count, words;
    const struct route *rows = router_rows(&count);
    for (size_t i = 0; i < count; i++) {
        if (!word_check_all(rows[i].arguments, &words) ||
            (!has_own_values(&rows[i]) && words != statement_parameters(rows[i].statement)))
            fail_msg("%s %s", method_name(rows[i].method), rows[i].pattern);
        assert_non_null(rows[i].answer);
        assert_true(rows[i].pattern[0] == '/' && rows[i].summary[0]);
    }
}

static void test_every_named_segment_is_in_the_pattern(void **state)
{
    (void)state;
    size_t count;
    const struct route *rows = router_rows(&count);
    for (size_t i = 0; i < count; i++) {
        const char *words = rows[i].arguments;
        struct word word;
        struct target target = {.below_prefix = true};
        struct route_match match = {.route = &rows[i], .target = &target};
        for (size_t segment = 0; segment < TARGET_MAX_SEGMENTS; segment++)
            target.segments[segment] = "x";
        while (word_next(&words, &word))
            if (word.kind == WORD_SEGMENT && !router_segment(&match, word.name, strlen(word.name)))
                fail_msg("%s: %s", rows[i].pattern, word.name);
    }
}

static void test_the_stream_takes_every_filter(void **state)
{
    (void)state;
    static const char *const names[] = {
#define FILTER(channel, name, column, match, values) name,
#include "shared/catalogue/filters.def"
    };
    struct target target = make_target("/api/v1/stream");
    struct route_match match;
    router_find(METHOD_GET, &target, &match);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *words = match.route->arguments;
        struct word word;
        bool found = false;
        while (word_next(&words, &word))
            found = found || (word.type == TYPE_FILTER && strcmp(word.name, names[i]) == 0);
        if (!found)
            fail_msg("%s", names[i]);
    }
    target_deinit(&target);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds),
        cmocka_unit_test(test_segment_by_name),
        cmocka_unit_test(test_every_row_fits_its_statement),
        cmocka_unit_test(test_the_stream_takes_every_filter),
        cmocka_unit_test(test_every_named_segment_is_in_the_pattern),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
