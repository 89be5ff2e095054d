#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "pushd/net/http_connection.h"
#include "pushd/net/loop.h"
#include "shared/base/buffer.h"
#include "tests/unit/pushd/loopback.h"

enum { LIMIT_US = 50000 };

struct trial {
    struct loop *loop;
    struct http_server *server;
    struct loopback *client;
    struct http_connection *held;
    size_t requests, abandoned, bodies;
};

static void requested(void *context, struct http_request *request)
{
    struct trial *trial = context;

    trial->requests++;
    if (strcmp(request->query, "hold") == 0)
        trial->held = request->connection;
    else
        http_answer(request->connection, 200, "text/plain", "", request->body,
                    request->body_length);
}

static void abandoned(void *context, struct http_connection *connection)
{
    struct trial *trial = context;

    assert_ptr_equal(connection, trial->held);
    trial->held = NULL;
    trial->abandoned++;
}

/* short: the state whose limit is made short */
static void begin(struct trial *trial, enum http_state brief)
{
    const struct http_route route = {"/echo", 1000, requested, abandoned, trial};
    char error[200];

    memset(trial, 0, sizeof *trial);
    trial->loop = loop_create();
    trial->server = http_server_create(trial->loop, "127.0.0.1", 0, error, sizeof error);
    assert_non_null(trial->server);
    http_server_add(trial->server, &route);
    trial->server->limits[brief].interval_us = LIMIT_US;
    trial->client = loopback_open(trial->loop, http_server_port(trial->server));
}

static void end(struct trial *trial)
{
    loopback_free(&trial->client);
    http_server_free(&trial->server);
    loop_free(&trial->loop);
}

static void test_too_slow(void **state)
{
    static const struct {
        enum http_state brief;
        const char *sent;
        bool told; /* with 408; else the connection just ends */
    } cases[] = {
        {HTTP_HEAD, "GET /echo HTTP/1.1\r\nHost: x\r\n", true},
        {HTTP_HEAD, "G", true},
        {HTTP_BODY, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabc", true},
        {HTTP_BODY, "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\na",
         true},
        {HTTP_IDLE, "", false},
        {HTTP_IDLE, "GET /echo HTTP/1.1\r\nHost: x\r\n\r\n", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct trial trial;
        const char *received;

        begin(&trial, cases[i].brief);
        loopback_send(trial.client, cases[i].sent);
        assert_true(loopback_until_closed(trial.client));
        received = loopback_received(trial.client);
        assert_int_equal(strstr(received, "HTTP/1.1 408 ") != NULL, cases[i].told);
        assert_int_equal(strstr(received, "\"code\":\"request_timeout\"") != NULL, cases[i].told);
        if (cases[i].told)
            assert_non_null(strstr(received, "Connection: close\r\n"));
        end(&trial);
    }
}

static void test_in_time(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial, HTTP_BODY);
    loopback_send(trial.client, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab");
    loopback_send(trial.client, "cde");
    assert_true(loopback_until(trial.client, "\r\n\r\nabcde"));
    loopback_send(trial.client, "GET /echo HTTP/1.1\r\nHost: x\r\n\r\n"); /* it was kept */
    assert_true(loopback_until(trial.client, "abcdeHTTP/1.1 200 "));
    assert_int_equal(trial.requests, 2);
    end(&trial);
}

static bool is_held(void *context)
{
    return ((struct trial *)context)->held != NULL;
}

static bool is_abandoned(void *context)
{
    return ((struct trial *)context)->abandoned > 0;
}

static void test_a_held_request(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial, HTTP_HEAD);
    loopback_send(trial.client, "GET /echo?hold HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_true(loopback_run(trial.loop, is_held, &trial));
    http_answer(trial.held, 200, "text/plain", "", "late", 4);
    assert_true(loopback_until(trial.client, "late"));
    loopback_send(trial.client, "GET /echo?hold HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_true(loopback_run(trial.loop, is_held, &trial));
    loopback_free(&trial.client);
    assert_true(loopback_run(trial.loop, is_abandoned, &trial));
    end(&trial);
}

/* The socket outlives the connection object, whether the request is dispatched or held. */
static void test_a_held_request_becomes_a_stream(void **state)
{
    struct trial trial;
    struct buffer output;
    struct watcher *watcher;
    int fd;

    (void)state;
    begin(&trial, HTTP_HEAD);
    loopback_send(trial.client, "GET /echo?hold HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_true(loopback_run(trial.loop, is_held, &trial));
    buffer_init(&output);
    fd = http_answer_stream(trial.held, "text/event-stream", "X-More: 1\r\n", &output);
    assert_true(fd >= 0);
    assert_non_null(strstr(output.data, "HTTP/1.1 200 OK\r\n"));
    assert_non_null(strstr(output.data, "Content-Type: text/event-stream\r\n"));
    assert_non_null(strstr(output.data, "Connection: close\r\nX-More: 1\r\n\r\n"));
    assert_null(strstr(output.data, "Content-Length"));
    assert_null(trial.server->connections);
    buffer_deinit(&output);
    watcher = watcher_create(trial.loop, fd, 0, NULL, NULL);
    watcher_free(&watcher);
    loopback_free(&trial.client);
    end(&trial);
}

static bool has_bodies(void *context)
{
    const struct trial *trial = context;

    return http_server_count(trial->server, HTTP_BODY) == trial->bodies;
}

/* The one that has waited longest gives way; one whose answer is held is not waiting. Who has just
 * come stays, though it is the only one that has sent nothing yet. */
static void test_no_more_wait_than_may(void **state)
{
    enum { BOUND = 3, MORE = 4, COUNT = BOUND + MORE };
    static const char slow[] = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcd";
    struct trial trial;
    struct loopback *waiting[COUNT];

    (void)state;
    begin(&trial, HTTP_WRITING);
    http_server_bound(trial.server, BOUND);
    loopback_send(trial.client, "GET /echo?hold HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_true(loopback_run(trial.loop, is_held, &trial));
    for (size_t i = 0; i < COUNT; i++) {
        waiting[i] = loopback_open(trial.loop, http_server_port(trial.server));
        loopback_send(waiting[i], slow);
        trial.bodies = i < BOUND ? i + 1 : BOUND;
        assert_true(loopback_run(trial.loop, has_bodies, &trial));
        if (i >= BOUND)
            assert_true(loopback_until_closed(waiting[i - BOUND]));
    }
    loopback_send(waiting[COUNT - 1], "e");
    assert_true(loopback_until(waiting[COUNT - 1], "abcde"));
    assert_int_equal(http_server_refused(trial.server, HTTP_REFUSAL_WAITING), MORE);
    assert_int_equal(http_server_count(trial.server, HTTP_HELD), 1);
    http_answer(trial.held, 200, "text/plain", "", "late", 4);
    assert_true(loopback_until(trial.client, "late"));
    for (size_t i = 0; i < COUNT; i++)
        loopback_free(&waiting[i]);
    end(&trial);
}

static void test_refusals_are_counted(void **state)
{
    static const struct {
        const char *sent;
        enum http_refusal refusal;
    } cases[] = {
        {"GET /none HTTP/1.1\r\nHost: x\r\n\r\n", HTTP_REFUSAL_PATH},
        {"BREW /echo HTTP/1.1\r\nHost: x\r\n\r\n", HTTP_REFUSAL_METHOD},
        {"GET /echo HTTP/1.1\r\n\r\n", HTTP_REFUSAL_MALFORMED},
        {"GET /echo HTTP/3.0\r\nHost: x\r\n\r\n", HTTP_REFUSAL_VERSION},
        {"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n", HTTP_REFUSAL_BODY},
        {"GET /echo HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n\r\n", HTTP_REFUSAL_EXPECTATION},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct trial trial;

        begin(&trial, HTTP_WRITING);
        loopback_send(trial.client, cases[i].sent);
        assert_true(loopback_until(trial.client, "application/problem+json"));
        for (size_t refusal = 0; refusal < HTTP_REFUSAL_COUNT; refusal++)
            assert_int_equal(http_server_refused(trial.server, (enum http_refusal)refusal),
                             refusal == cases[i].refusal);
        assert_int_equal(trial.requests, 0);
        end(&trial);
    }
}

struct parameters {
    char text[300];
};

static void list_parameters(void *context, struct http_request *request)
{
    struct parameters *parameters = context;
    const char *rest = request->query;
    struct http_parameter parameter;

    while (http_query_next(request, &rest, &parameter)) {
        strncat(parameters->text, parameter.name, 50);
        strncat(parameters->text, "=", 2);
        strncat(parameters->text, parameter.value, 50);
        strncat(parameters->text, "\n", 2);
    }
    http_answer(request->connection, 204, "", "", "", 0);
}

static void test_parameters_one_after_the_other(void **state)
{
    struct parameters parameters = {""};
    struct trial trial;
    const struct http_route route = {"/list", 0, list_parameters, abandoned, &parameters};

    (void)state;
    begin(&trial, HTTP_HEAD);
    http_server_add(trial.server, &route);
    loopback_send(trial.client,
                  "GET /list?&a=1&b&&a=%C3%B1+x&%63==&=e& HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_true(loopback_until(trial.client, "204"));
    assert_string_equal(parameters.text, "a=1\nb=\na=ñ x\nc==\n=e\n");
    end(&trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_too_slow),
        cmocka_unit_test(test_in_time),
        cmocka_unit_test(test_a_held_request),
        cmocka_unit_test(test_a_held_request_becomes_a_stream),
        cmocka_unit_test(test_no_more_wait_than_may),
        cmocka_unit_test(test_refusals_are_counted),
        cmocka_unit_test(test_parameters_one_after_the_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
