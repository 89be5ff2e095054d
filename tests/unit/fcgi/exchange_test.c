/* The steps of a request as far as they go without a database: there is none at that address. That
 * a token still stands only the database knows, so its answer is played here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fcgi/exchange.h"
#include "fcgi/revocation.h"
#include "shared/auth/token_issue.h"
#include "shared/base/clock.h"
#include "shared/base/log.h"
#include "shared/db/database.h"
#include "shared/settings.h"
#include "tests/unit/fcgi/fake_source.h"

static struct settings settings;
static struct exchange exchange;
static char authorization[2048];
static struct buffer output;
static enum error_code revocation;

bool revocation_check(struct exchange *checked)
{
    assert_true(checked->token_unchecked);
    assert_string_equal(checked->identity.user_id, "user-1");
    checked->token_unchecked = false;
    return revocation != ERROR_TOKEN_REVOKED ||
           problem_set(&checked->problem, revocation, NULL, "played here");
}

bool revocation_query(struct exchange *asking, enum statement statement, const char *const values[],
                      struct database_answer *answer)
{
    bool answered = database_query(asking->database, statement, values, answer);
    if (asking->token_unchecked && revocation == ERROR_TOKEN_REVOKED)
        error_set(&answer->error, revocation, "played here");
    asking->token_unchecked = false;
    return answered;
}

static void authorize(const char *roles, int64_t ttl_s)
{
    char claims[200];
    snprintf(claims, sizeof claims, "{\"sub\":\"user-1\",\"roles\":[%s],\"exp\":%lld}", roles,
             (long long)(clock_wall_ms() / 1000 + ttl_s));
    const char *const all[] = {claims};
    char *token = token_issue(settings.jwt_secret, all, 1);
    assert_non_null(token);
    snprintf(authorization, sizeof authorization, "Bearer %s", token);
    free(token);
    fake_source_set("HTTP_AUTHORIZATION", authorization);
}

static void begin(const char *method, const char *uri)
{
    fake_source_reset();
    fake_source_set("REQUEST_METHOD", method);
    fake_source_set("REQUEST_URI", uri);
    fake_source_set("HTTP_HOST", "bookly.example");
}

/* Runs what was set; the answer is in `output`. */
static int run(void)
{
    exchange_run(&exchange, &fake_source);
    buffer_clear(&output);
    response_append(&output, &exchange.response, exchange.request.method == METHOD_HEAD);
    int status = exchange.response.status;
    exchange_deinit(&exchange);
    return status;
}

static void assert_says(const char *text)
{
    if (!strstr(output.data, text))
        fail_msg("no %s in:\n%s", text, output.data);
}

static void assert_silent_on(const char *text)
{
    if (strstr(output.data, text))
        fail_msg("%s in:\n%s", text, output.data);
}

static void test_every_answer_has_the_common_headers(void **state)
{
    (void)state;
    begin("GET", "/api/v1/nothing");
    fake_source_set("HTTP_X_CORRELATION_ID", "c-1");
    assert_int_equal(run(), 404);
    assert_says("Cache-Control: private, no-cache\r\n");
    assert_says("Vary: Origin, Authorization\r\n");
    assert_says("X-Content-Type-Options: nosniff\r\n");
    assert_says("X-Request-Id: test\r\n");
    assert_says("X-Correlation-ID: c-1\r\n");
    assert_says("\"code\":\"not_found\"");
    assert_silent_on("Access-Control-");
}

static void test_methods(void **state)
{
    (void)state;
    begin("PATCH", "/api/v1/events");
    assert_int_equal(run(), 405);
    assert_says("Allow: GET, HEAD, POST, OPTIONS\r\n");
    begin("OPTIONS", "/api/v1/events");
    assert_int_equal(run(), 204);
    assert_says("Allow: GET, HEAD, POST, OPTIONS\r\n");
    begin("OPTIONS", "/api/v1/nothing");
    assert_int_equal(run(), 404);
    begin("HEAD", "/api/v1/health?x=1");
    assert_int_equal(run(), 400);
    assert_silent_on("{");
}

static void test_tokens(void **state)
{
    (void)state;
    begin("GET", "/api/v1/notifications");
    assert_int_equal(run(), 401);
    assert_says("WWW-Authenticate: Bearer realm=\"bookly\"\r\n");
    assert_says("\"code\":\"token_missing\"");
    begin("GET", "/api/v1/notifications");
    fake_source_set("HTTP_AUTHORIZATION", "Bearer x.y.z");
    assert_int_equal(run(), 401);
    assert_says("WWW-Authenticate: Bearer realm=\"bookly\", error=\"invalid_token\"");
    begin("GET", "/api/v1/notifications");
    fake_source_set("HTTP_AUTHORIZATION", "Bearer not a token");
    assert_int_equal(run(), 401);
    assert_says("\"code\":\"token_invalid\"");
    begin("GET", "/api/v1/notifications");
    fake_source_set("HTTP_AUTHORIZATION", "Basic dXNlcjpwYXNz");
    assert_int_equal(run(), 401);
    assert_says("\"code\":\"token_missing\"");
    begin("GET", "/api/v1/notifications");
    authorize("", -10);
    assert_int_equal(run(), 401);
    assert_says("\"code\":\"token_expired\"");
}

static void test_a_token_that_no_longer_stands(void **state)
{
    (void)state;
    static const char *const samples[][2] = {
        {"GET", "/api/v1/notifications"}, /* good */
        {"GET", "/api/v1/nothing"},       /* never asked */
        {"GET", "/api/v1/events"},        /* forbidden, too */
        {"GET", "/api/v1/notifications?limit=0"},
        {"POST", "/api/v1/notifications/read-all"},
    };
    static const int revoked[] = {401, 404, 401, 401, 401}, away[] = {503, 404, 403, 400, 503};
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        begin(samples[i][0], samples[i][1]);
        authorize("", 60);
        revocation = ERROR_TOKEN_REVOKED;
        assert_int_equal(run(), revoked[i]);
        if (revoked[i] == 401) {
            assert_says("WWW-Authenticate: Bearer realm=\"bookly\", error=\"invalid_token\"");
            assert_says("\"code\":\"token_revoked\"");
        }
        begin(samples[i][0], samples[i][1]);
        authorize("", 60);
        revocation = ERROR_NONE; /* and no database */
        assert_int_equal(run(), away[i]);
        assert_silent_on("WWW-Authenticate");
    }
}

static void test_development_mode_is_not_for_rest(void **state)
{
    (void)state;
    begin("GET", "/api/v1/notifications?userId=user-1");
    fake_source_set("REMOTE_ADDR", "127.0.0.1");
    fake_source_set("HTTP_HOST", "localhost");
    assert_int_equal(run(), 401);
    begin("GET", "/api/v1/notifications?userId=user-2");
    authorize("\"GENERAL_ADMIN\"", 60);
    assert_int_equal(run(), 400);
    assert_says("\"field\":\"userId\"");
}

static void test_roles(void **state)
{
    (void)state;
    static const struct {
        const char *method, *uri, *roles;
        int status; /* 503: let in, and there is no database; 400: let in without a body */
    } samples[] = {
        {"GET", "/api/v1/notifications", "", 503},
        {"GET", "/api/v1/events", "\"STUDENT\"", 403},
        {"GET", "/api/v1/events", "\"PROGRAM_ADMIN\"", 503},
        {"GET", "/api/v1/dlq", "\"PROGRAM_ADMIN\"", 403},
        {"GET", "/api/v1/dlq/stats", "\"SERVICE\"", 503},
        {"GET", "/api/v1/services", "\"SERVICE\"", 403},
        {"GET", "/api/v1/infrastructure", "\"PROGRAM_ADMIN\"", 503},
        {"GET", "/api/v1/notifications/logs/recent", "\"SERVICE\"", 403},
        {"GET", "/api/v1/stream?channels=notifications", "", 503},
        {"GET", "/api/v1/stream?channels=notifications,events", "\"STUDENT\"", 403},
        {"GET", "/api/v1/stream?channels=events", "\"SERVICE\"", 503},
        {"GET", "/api/v1/stream?channels=logs", "\"SERVICE\"", 403},
        {"GET", "/api/v1/connections", "\"SERVICE\"", 403},
        {"POST", "/api/v1/auth/revoke", "\"PROGRAM_ADMIN\"", 403},
        {"POST", "/api/v1/tickets", "", 503},
        {"GET", "/api/v1/notifications/logs/stats", "\"GENERAL_ADMIN\"", 503},
        {"POST", "/api/v1/logs", "\"STUDENT\"", 403},
        {"POST", "/api/v1/logs", "\"SERVICE\"", 400},
        {"POST", "/api/v1/events", "\"PROGRAM_ADMIN\"", 403},
        {"POST", "/api/v1/notifications", "\"TEACHER\",\"SERVICE\"", 400},
        {"DELETE", "/api/v1/dlq/0190f6a0-1111-7222-8333-444455556666", "\"SERVICE\"", 403},
        {"DELETE", "/api/v1/dlq/0190f6a0-1111-7222-8333-444455556666", "\"GENERAL_ADMIN\"", 503},
        {"PUT", "/api/v1/services/s/status", "\"general_admin\",\"STUDENT\"", 403},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        begin(samples[i].method, samples[i].uri);
        authorize(samples[i].roles, 60);
        int status = run();
        if (status != samples[i].status)
            fail_msg("%s %s %s: %d", samples[i].method, samples[i].uri, samples[i].roles, status);
    }
}

static void test_values_are_checked_before_the_database(void **state)
{
    (void)state;
    static const struct {
        const char *method, *uri, *body;
        int status;
        const char *text;
    } samples[] = {
        {"GET", "/api/v1/events?limit=501", "", 400, "\"field\":\"limit\""},
        {"GET", "/api/v1/events?eventTypes=", "", 400, "\"field\":\"eventTypes\""},
        {"GET", "/api/v1/dlq?status=open", "", 400, "\"field\":\"status\""},
        {"GET", "/api/v1/dlq?level=info", "", 400, "\"code\":\"unknown_field\""},
        {"GET", "/api/v1/dlq/123", "", 404, "\"code\":\"not_found\""},
        {"POST", "/api/v1/notifications/notif-123/read", "", 404, "\"code\":\"not_found\""},
        {"POST", "/api/v1/notifications/read-all", "{\"userId\":\"x\"}", 400,
         "\"field\":\"userId\""},
        {"POST", "/api/v1/notifications/read-all", "{}", 503, "Retry-After: "},
        {"POST", "/api/v1/dlq/0190f6a0-1111-7222-8333-444455556666/resolve", "{}", 400,
         "\"field\":\"resolution\""},
        {"POST", "/api/v1/dlq/0190f6a0-1111-7222-8333-444455556666/resolve", "{\"resolution\":1}",
         400, "\"field\":\"resolution\""},
        {"POST", "/api/v1/dlq/0190f6a0-1111-7222-8333-444455556666/resolve",
         "{\"resolution\":\"done\",\"by\":\"me\"}", 400, "\"field\":\"by\""},
        {"POST", "/api/v1/events", "[{}", 400, "\"code\":\"invalid_json\""},
        {"POST", "/api/v1/events", "[{}]", 503, "\"code\":\"unavailable\""},
        {"POST", "/api/v1/events/x/fail", "[{}]", 400, "\"code\":\"invalid_value\""},
        {"POST", "/api/v1/logs?x=1", "[]", 400, "\"field\":\"x\""},
        {"GET", "/api/v1/stream", "", 400, "\"field\":\"channels\""},
        {"GET", "/api/v1/stream?channels=nope", "", 400, "\"code\":\"unknown_channel\""},
        {"GET", "/api/v1/stream?channels=dlq&level=info", "", 400, "\"field\":\"level\""},
        {"GET", "/api/v1/stream?channels=dlq&limit=0", "", 400, "\"field\":\"limit\""},
        {"GET", "/api/v1/stream?channels=dlq", "{\"x\":1}", 400, "\"field\":\"x\""},
        {"POST", "/api/v1/tickets", "{\"for\":\"me\"}", 400, "\"field\":\"for\""},
        {"POST", "/api/v1/auth/revoke", "[]", 400, "\"code\":\"invalid_value\""},
        {"POST", "/api/v1/logs", "{}", 503, "\"code\":\"unavailable\""},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        begin(samples[i].method, samples[i].uri);
        authorize("\"GENERAL_ADMIN\"", 60);
        fake_source_set("CONTENT_TYPE", "application/json; charset=utf-8");
        fake_source_body(samples[i].body, strlen(samples[i].body));
        if (run() != samples[i].status)
            fail_msg("%s %s %s:\n%s", samples[i].method, samples[i].uri, samples[i].body,
                     output.data);
        assert_says(samples[i].text);
    }
}

static void test_idempotency_key(void **state)
{
    (void)state;
    begin("POST", "/api/v1/events");
    authorize("\"SERVICE\"", 60);
    fake_source_set("CONTENT_TYPE", "application/json");
    fake_source_set("HTTP_IDEMPOTENCY_KEY", "two words");
    fake_source_body("{}", 2);
    assert_int_equal(run(), 400);
    assert_says("\"field\":\"Idempotency-Key\"");
}

static void test_origins(void **state)
{
    (void)state;
    begin("GET", "/api/v1/health");
    fake_source_set("HTTP_ORIGIN", "https://evil.example");
    assert_int_equal(run(), 403);
    assert_says("\"code\":\"origin_denied\"");
    assert_silent_on("Access-Control-");
    begin("GET", "/api/v1/nothing");
    fake_source_set("HTTP_ORIGIN", "https://app.example");
    assert_int_equal(run(), 404);
    assert_says("Access-Control-Allow-Origin: https://app.example\r\n");
    assert_says("Access-Control-Allow-Credentials: true\r\n");
    assert_says("Access-Control-Expose-Headers: ETag, Link, Retry-After, X-Stream-Cursor\r\n");
    begin("GET", "/api/v1/nothing");
    fake_source_set("HTTP_ORIGIN", "null");
    assert_int_equal(run(), 403);
}

static void test_preflight(void **state)
{
    (void)state;
    begin("OPTIONS", "/api/v1/events");
    fake_source_set("HTTP_ORIGIN", "https://app.example");
    fake_source_set("HTTP_ACCESS_CONTROL_REQUEST_METHOD", "POST");
    assert_int_equal(run(), 204);
    assert_says("Access-Control-Allow-Methods: GET, HEAD, POST, OPTIONS\r\n");
    assert_says("Access-Control-Allow-Headers: Authorization, Content-Type, Idempotency-Key, "
                "X-Correlation-ID, If-None-Match, Last-Event-ID\r\n");
    assert_says("Access-Control-Max-Age: 600\r\n");
    assert_says("Access-Control-Allow-Origin: https://app.example\r\n");
    begin("OPTIONS", "/api/v1/events");
    fake_source_set("HTTP_ORIGIN", "https://evil.example");
    fake_source_set("HTTP_ACCESS_CONTROL_REQUEST_METHOD", "POST");
    assert_int_equal(run(), 204);
    assert_silent_on("Access-Control-");
}

static void test_health_without_a_database(void **state)
{
    (void)state;
    begin("GET", "/api/v1/health");
    assert_int_equal(run(), 503);
    assert_says("Retry-After: ");
    assert_silent_on("ETag: ");
}

static int set_up(void **state)
{
    static char *environment[] = {"DATABASE_URL=host=/nonexistent dbname=none",
                                  "JWT_SECRET=0123456789abcdef0123456789abcdef",
                                  "CORS_ORIGIN=https://app.example", NULL};
    char error[SETTINGS_ERROR_SIZE];
    (void)state;
    if (!settings_load(&settings, NULL, environment, error))
        return -1;
    log_open("/dev/null", LOG_ERROR_LEVEL);
    exchange.settings = &settings;
    exchange.keys = token_keys_create(&settings, error, sizeof error);
    exchange.database = database_create(&settings, "exchange_test");
    snprintf(exchange.id, sizeof exchange.id, "test");
    buffer_init(&output);
    return exchange.keys ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    database_free(&exchange.database);
    token_keys_free(&exchange.keys);
    settings_deinit(&settings);
    buffer_deinit(&output);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_answer_has_the_common_headers),
        cmocka_unit_test(test_methods),
        cmocka_unit_test(test_tokens),
        cmocka_unit_test(test_a_token_that_no_longer_stands),
        cmocka_unit_test(test_development_mode_is_not_for_rest),
        cmocka_unit_test(test_roles),
        cmocka_unit_test(test_values_are_checked_before_the_database),
        cmocka_unit_test(test_idempotency_key),
        cmocka_unit_test(test_origins),
        cmocka_unit_test(test_preflight),
        cmocka_unit_test(test_health_without_a_database),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
