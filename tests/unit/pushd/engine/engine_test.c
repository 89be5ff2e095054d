#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "pushd/engine/engine.h"
#include "pushd/net/http.h"
#include "pushd/net/loop.h"
#include "tests/unit/pushd/host.h"
#include "tests/unit/pushd/loopback.h"

#define UPGRADE                                                                                    \
    "Host: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"        \
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"

enum { CLIENTS_MAX = 300 };

struct trial {
    struct host host;
    struct loopback *clients[CLIENTS_MAX];
    size_t client_count, opened, closed[CLOSE_REASON_COUNT], drained;
    bool joining; /* sessions join as soon as they are opened */
};

static struct trial *trial_of(const struct session *session)
{
    return engine_context(session_engine(session));
}

static void opened(struct session *session)
{
    trial_of(session)->opened++;
    if (trial_of(session)->joining)
        session_joined(session);
}

static void closed(struct session *session, enum close_reason reason)
{
    trial_of(session)->closed[reason]++;
}

static const struct session_handler handler = {opened, host_ignore, NULL, closed, NULL};

static void client_address(void *context, const struct http_request *request,
                           struct handshake *handshake)
{
    (void)context;
    handshake->proxied = http_header(request, "x-forwarded-for") != NULL;
}

static bool address_block(void *context, const struct handshake *handshake,
                          char block[HANDSHAKE_ADDRESS_SIZE])
{
    (void)context;
    snprintf(block, HANDSHAKE_ADDRESS_SIZE, "%s", handshake->address);
    return handshake->proxied;
}

static void begin(struct trial *trial, struct engine_options options)
{
    static const char *const paths[] = {"/socket.io", "/ws", NULL};

    memset(trial, 0, sizeof *trial);
    options.paths = paths;
    options.plain_path = paths[1];
    options.max_queue_frames = 16;
    options.handler = options.plain_handler = &handler;
    options.client_address = client_address;
    options.address_block = address_block;
    options.context = trial;
    host_begin(&trial->host, options);
}

static void end(struct trial *trial)
{
    for (size_t i = 0; i < trial->client_count; i++)
        loopback_free(&trial->clients[i]);
    host_end(&trial->host);
}

static struct loopback *ask(struct trial *trial, const char *request)
{
    struct loopback *client = loopback_open(trial->host.loop, http_server_port(trial->host.server));

    assert_true(trial->client_count < CLIENTS_MAX);
    trial->clients[trial->client_count++] = client;
    loopback_send(client, request);
    return client;
}

static const char polling[] = "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n";
static const char proxied[] = "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n"
                              "X-Forwarded-For: 192.0.2.1\r\n\r\n";
static const char websocket[] = "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n" UPGRADE;
static const char plain[] = "GET /ws HTTP/1.1\r\n" UPGRADE;

static void assert_answers(struct trial *trial, const char *request, const char *text)
{
    struct loopback *client = ask(trial, request);

    if (!loopback_until(client, text))
        fail_msg("%s is answered %s", request, loopback_received(client));
}

static void assert_full(struct trial *trial, const char *request)
{
    struct loopback *client = ask(trial, request);

    assert_true(loopback_until(client, "as many connections as this server holds"));
    assert_non_null(strstr(loopback_received(client), "HTTP/1.1 503 "));
    assert_non_null(strstr(loopback_received(client), "\r\nRetry-After: "));
}

static void test_more_sessions_than_it_holds(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial, (struct engine_options){.max_sessions = 3});
    assert_answers(&trial, polling, "\"sid\"");
    assert_answers(&trial, websocket, "\"sid\"");
    assert_answers(&trial, plain, "HTTP/1.1 101 ");
    assert_full(&trial, polling);
    assert_full(&trial, websocket);
    assert_full(&trial, plain);
    assert_int_equal(engine_counts(trial.host.engine)->sessions, 3);
    assert_int_equal(engine_counts(trial.host.engine)->refused[ERROR_UNAVAILABLE], 3);
    assert_int_equal(trial.opened, 3);
    end(&trial);
}

static bool one_left(void *context)
{
    const struct trial *trial = context;

    return engine_counts(trial->host.engine)->sessions == 1;
}

static void test_a_place_that_was_left_is_free(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial, (struct engine_options){.max_sessions = 2});
    assert_answers(&trial, polling, "\"sid\"");
    assert_answers(&trial, websocket, "\"sid\"");
    assert_full(&trial, websocket);
    loopback_free(&trial.clients[1]);
    assert_true(loopback_run(trial.host.loop, one_left, &trial));
    assert_answers(&trial, websocket, "\"sid\"");
    assert_full(&trial, polling);
    end(&trial);
}

static bool none_left(void *context)
{
    const struct trial *trial = context;

    return engine_counts(trial->host.engine)->sessions == 0;
}

static void test_who_has_joined_is_counted_by_transport(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial, (struct engine_options){0});
    assert_answers(&trial, polling, "\"sid\""); /* asks, and stays outside */
    assert_answers(&trial, websocket, "\"sid\"");
    assert_int_equal(engine_counts(trial.host.engine)->joined[TRANSPORT_POLLING], 0);
    assert_int_equal(engine_counts(trial.host.engine)->joined[TRANSPORT_WEBSOCKET], 0);
    trial.joining = true;
    assert_answers(&trial, polling, "\"sid\"");
    assert_answers(&trial, websocket, "\"sid\"");
    assert_answers(&trial, plain, "HTTP/1.1 101 ");
    assert_int_equal(engine_counts(trial.host.engine)->sessions, 5);
    assert_int_equal(engine_counts(trial.host.engine)->joined[TRANSPORT_POLLING], 1);
    assert_int_equal(engine_counts(trial.host.engine)->joined[TRANSPORT_WEBSOCKET], 2);
    end(&trial);
}

/* A session whose connection broke is taken off the count of the transport it had. */
static void test_a_lost_poll_is_counted_as_a_poll(void **state)
{
    struct trial trial;
    const char *opening;
    char request[200];

    (void)state;
    begin(&trial, (struct engine_options){0});
    trial.joining = true;
    assert_answers(&trial, polling, "\"upgrades\"");
    opening = strstr(loopback_received(trial.clients[0]), "\"sid\":\"");
    assert_non_null(opening);
    snprintf(request, sizeof request,
             "GET /socket.io/?EIO=4&transport=polling&sid=%.20s HTTP/1.1\r\nHost: x\r\n\r\n",
             opening + strlen("\"sid\":\""));
    ask(&trial, request);
    assert_answers(&trial, websocket, "\"sid\""); /* by then the poll is held */
    loopback_free(&trial.clients[1]);
    loopback_free(&trial.clients[2]);
    assert_true(loopback_run(trial.host.loop, none_left, &trial));
    assert_int_equal(engine_counts(trial.host.engine)->joined[TRANSPORT_POLLING], 0);
    assert_int_equal(engine_counts(trial.host.engine)->joined[TRANSPORT_WEBSOCKET], 0);
    assert_int_equal(engine_counts(trial.host.engine)->closed[CLOSE_TRANSPORT_LOST], 2);
    end(&trial);
}

static void test_proxied_ones_have_a_bound_of_their_own(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial, (struct engine_options){.max_sessions = 4, .max_proxied_sessions = 2});
    assert_answers(&trial, proxied, "\"sid\"");
    assert_answers(&trial, proxied, "\"sid\"");
    assert_full(&trial, proxied);
    assert_answers(&trial, polling, "\"sid\"");
    assert_full(&trial, proxied);
    assert_answers(&trial, polling, "\"sid\"");
    assert_full(&trial, polling);
    end(&trial);
}

static void test_an_address_has_a_bound_of_its_own(void **state)
{
    struct trial trial;
    struct loopback *refused;

    (void)state;
    begin(&trial, (struct engine_options){.max_per_address = 2});
    assert_answers(&trial, proxied, "\"sid\"");
    assert_answers(&trial, proxied, "\"sid\"");
    refused = ask(&trial, proxied);
    assert_true(loopback_until(refused, "as many connections as one address may have"));
    assert_non_null(strstr(loopback_received(refused), "HTTP/1.1 429 "));
    assert_non_null(strstr(loopback_received(refused), "\r\nRetry-After: "));
    assert_int_equal(engine_counts(trial.host.engine)->limited[ENGINE_ADDRESS], 1);
    assert_int_equal(engine_counts(trial.host.engine)->refused[ERROR_RATE_LIMITED], 1);
    /* one whose address says nothing is not counted */
    for (size_t i = 0; i < 4; i++)
        assert_answers(&trial, polling, "\"sid\"");
    end(&trial);
}

static void test_an_address_is_counted_while_it_is_there(void **state)
{
    static const char websocket_of_proxy[] =
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nX-Forwarded-For: x\r\n" UPGRADE;
    struct trial trial;

    (void)state;
    begin(&trial, (struct engine_options){.max_per_address = 1});
    for (size_t i = 0; i < 3; i++) {
        assert_answers(&trial, websocket_of_proxy, "\"sid\"");
        loopback_free(&trial.clients[i]);
        assert_true(loopback_run(trial.host.loop, none_left, &trial));
    }
    end(&trial);
}

static void test_a_plain_path_wants_an_upgrade(void **state)
{
    static const char *const requests[] = {
        "GET /ws HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /ws/ HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /ws?userId=u HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /ws HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    };
    struct trial trial;

    (void)state;
    begin(&trial, (struct engine_options){0});
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        struct loopback *client = ask(&trial, requests[i]);

        assert_true(loopback_until(client, "upgrade_required"));
        assert_non_null(strstr(loopback_received(client), "HTTP/1.1 426 "));
        assert_non_null(strstr(loopback_received(client), "\r\nUpgrade: websocket\r\n"));
    }
    /* with an Engine.IO version, and elsewhere, it is Engine.IO's to answer */
    assert_answers(&trial, "GET /ws?EIO=4 HTTP/1.1\r\nHost: x\r\n\r\n", "\"code\":0");
    assert_answers(&trial, "GET /socket.io HTTP/1.1\r\nHost: x\r\n\r\n", "\"code\":0");
    end(&trial);
}

static void drained(void *context)
{
    struct trial *trial = context;

    trial->drained++;
}

static bool is_drained(void *context)
{
    return ((struct trial *)context)->drained > 0;
}

static void test_draining_closes_all_and_calls_once(void **state)
{
    enum { COUNT = 280 }; /* more than are closed at once */
    struct trial trial;

    (void)state;
    begin(&trial, (struct engine_options){0});
    for (size_t i = 0; i < COUNT; i++)
        assert_answers(&trial, i % 2 ? websocket : polling, "\"sid\"");
    engine_drain(trial.host.engine, CLOSE_RESTART, drained, &trial);
    engine_drain(trial.host.engine, CLOSE_LIMIT, drained, &trial); /* the first one counts */
    assert_answers(&trial, polling, "the server is going down");
    assert_answers(&trial, plain, "HTTP/1.1 503 ");
    assert_true(loopback_run(trial.host.loop, is_drained, &trial));
    assert_int_equal(trial.closed[CLOSE_RESTART], COUNT);
    assert_int_equal(engine_counts(trial.host.engine)->sessions, 0);
    assert_int_equal(engine_counts(trial.host.engine)->closed[CLOSE_RESTART], COUNT);
    /* a close frame, 1012 */
    assert_true(loopback_until(trial.clients[1], "\x88\x02\x03\xf4"));
    assert_int_equal(trial.drained, 1);
    end(&trial);
}

static void test_draining_nothing(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial, (struct engine_options){0});
    engine_drain(trial.host.engine, CLOSE_RESTART, drained, &trial);
    assert_true(loopback_run(trial.host.loop, is_drained, &trial));
    assert_int_equal(trial.drained, 1);
    end(&trial);
}

static void test_freed_with_sessions_it_tells_them(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial, (struct engine_options){0});
    assert_answers(&trial, polling, "\"sid\"");
    assert_answers(&trial, websocket, "\"sid\"");
    engine_free(&trial.host.engine);
    assert_int_equal(trial.closed[CLOSE_RESTART], 2);
    end(&trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_more_sessions_than_it_holds),
        cmocka_unit_test(test_a_place_that_was_left_is_free),
        cmocka_unit_test(test_who_has_joined_is_counted_by_transport),
        cmocka_unit_test(test_a_lost_poll_is_counted_as_a_poll),
        cmocka_unit_test(test_proxied_ones_have_a_bound_of_their_own),
        cmocka_unit_test(test_an_address_has_a_bound_of_its_own),
        cmocka_unit_test(test_an_address_is_counted_while_it_is_there),
        cmocka_unit_test(test_a_plain_path_wants_an_upgrade),
        cmocka_unit_test(test_draining_closes_all_and_calls_once),
        cmocka_unit_test(test_draining_nothing),
        cmocka_unit_test(test_freed_with_sessions_it_tells_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
