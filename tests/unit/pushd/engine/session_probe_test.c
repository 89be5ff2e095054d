#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "pushd/engine/session_private.h"
#include "pushd/net/http.h"
#include "pushd/net/loop.h"
#include "tests/unit/pushd/host.h"
#include "tests/unit/pushd/loopback.h"

enum { TEXT = 1, CLOSE = 8 };

/* A client that upgrades, and one that asks whether there is room. */
struct trial {
    struct host host;
    struct session *session;
    struct loopback *polling, *websocket, *other;
    enum close_reason reason;
    int closed, drained;
};

static struct trial *trial_of(const struct session *session)
{
    return engine_context(session_engine(session));
}

static void opened(struct session *session)
{
    trial_of(session)->session = session;
}

static void closed(struct session *session, enum close_reason reason)
{
    trial_of(session)->closed++;
    trial_of(session)->reason = reason;
}

static const struct session_handler handler = {opened, host_ignore, NULL, closed, NULL};

static struct loopback *ask(struct trial *trial, const char *query, const char *headers)
{
    struct loopback *client = loopback_open(trial->host.loop, http_server_port(trial->host.server));
    char request[400];

    snprintf(request, sizeof request, "GET /socket.io/?EIO=4&transport=%s HTTP/1.1\r\n%s\r\n",
             query, headers);
    loopback_send(client, request);
    return client;
}

static void begin(struct trial *trial)
{
    const struct engine_options options = {
        .max_payload = 100,
        .max_sessions = 1,
        .max_queue_frames = 16,
        .max_queue_bytes = 10000,
        .handler = &handler,
        .context = trial,
    };
    memset(trial, 0, sizeof *trial);
    host_begin(&trial->host, options);
    trial->polling = ask(trial, "polling", "Host: x\r\n");
    assert_true(loopback_until(trial->polling, "\"sid\""));
}

static void end(struct trial *trial)
{
    loopback_free(&trial->polling);
    loopback_free(&trial->websocket);
    loopback_free(&trial->other);
    host_end(&trial->host);
}

static void open_websocket(struct trial *trial)
{
    char query[100];

    snprintf(query, sizeof query, "websocket&sid=%s", session_id(trial->session));
    trial->websocket =
        ask(trial, query,
            "Host: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n");
    assert_true(loopback_until(trial->websocket, "\r\n\r\n"));
    loopback_forget(trial->websocket);
}

static void probe(struct trial *trial)
{
    open_websocket(trial);
    loopback_send_frame(trial->websocket, TEXT, "2probe");
    assert_true(loopback_until(trial->websocket, "\x81\x06"
                                                 "3probe"));
    loopback_forget(trial->websocket);
}

static bool is_closed(void *context)
{
    return ((const struct trial *)context)->closed > 0;
}

static void close_session(struct trial *trial)
{
    session_close(trial->session, CLOSE_LIMIT);
    assert_true(loopback_run(trial->host.loop, is_closed, trial));
    assert_int_equal(trial->reason, CLOSE_LIMIT);
    assert_int_equal(engine_counts(trial->host.engine)->sessions, 0);
}

static size_t parting(const struct trial *trial)
{
    return trial->host.engine->partings.count;
}

static bool none_parting(void *context)
{
    return parting(context) == 0;
}

static void assert_closes(struct trial *trial, int code)
{
    char frame[5] = {'\x88', 2, (char)(code >> 8), (char)code, '\0'};

    if (!loopback_until(trial->websocket, frame))
        fail_msg("no close with %d: %s", code, loopback_received(trial->websocket));
    assert_int_equal(parting(trial), 0);
}

/* What it was: the WebSocket went with the session, and the client, which no longer polled, noticed
 * nothing until its ping timeout. */
static void test_a_client_that_moves_learns_of_the_end_where_it_goes(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial);
    probe(&trial);
    close_session(&trial);
    assert_int_equal(parting(&trial), 1);
    trial.other = ask(&trial, "polling", "Host: x\r\n"); /* its place is taken still */
    assert_true(loopback_until(trial.other, "as many connections as this server holds"));
    assert_string_equal(loopback_received(trial.websocket), "");
    loopback_send_frame(trial.websocket, TEXT, "5");
    assert_closes(&trial, close_reason_code(CLOSE_LIMIT));
    loopback_free(&trial.other);
    trial.other = ask(&trial, "polling", "Host: x\r\n");
    assert_true(loopback_until(trial.other, "\"sid\""));
    end(&trial);
}

static void test_one_that_does_not_move_is_closed_soon(void **state)
{
    struct trial trial;
    int64_t began_us;

    (void)state;
    begin(&trial);
    probe(&trial);
    began_us = loop_now_us(trial.host.loop);
    close_session(&trial);
    assert_closes(&trial, close_reason_code(CLOSE_LIMIT));
    assert_in_range(loop_now_us(trial.host.loop) - began_us, 1900000, 10000000);
    end(&trial);
}

static void test_one_that_breaks_the_rules_is_closed_at_once(void **state)
{
    static const char too_long[] =
        "4aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    struct trial trial;

    (void)state;
    begin(&trial);
    probe(&trial);
    close_session(&trial);
    loopback_send_frame(trial.websocket, TEXT, too_long);
    assert_closes(&trial, close_reason_code(CLOSE_LIMIT));
    end(&trial);
}

static void test_one_that_leaves_is_forgotten(void **state)
{
    struct trial trial;

    (void)state;
    for (int breaks = 0; breaks < 2; breaks++) {
        begin(&trial);
        probe(&trial);
        close_session(&trial);
        if (breaks)
            loopback_free(&trial.websocket);
        else
            loopback_send_frame(trial.websocket, CLOSE, "");
        assert_true(loopback_run(trial.host.loop, none_parting, &trial));
        end(&trial);
    }
}

static void test_without_an_answer_nobody_moves(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial);
    open_websocket(&trial);
    close_session(&trial);
    assert_closes(&trial, close_reason_code(CLOSE_LIMIT));
    end(&trial);
}

static void drained(void *context)
{
    ((struct trial *)context)->drained++;
}

static bool is_drained(void *context)
{
    return ((const struct trial *)context)->drained > 0;
}

static void test_draining_lets_them_move(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial);
    probe(&trial);
    engine_drain(trial.host.engine, CLOSE_RESTART, drained, &trial);
    assert_true(loopback_run(trial.host.loop, is_closed, &trial));
    assert_int_equal(trial.drained, 0);
    loopback_send_frame(trial.websocket, TEXT, "5");
    assert_closes(&trial, close_reason_code(CLOSE_RESTART));
    assert_true(loopback_run(trial.host.loop, is_drained, &trial));
    end(&trial);
}

static void test_the_end_of_the_engine_waits_for_nobody(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial);
    probe(&trial);
    close_session(&trial);
    engine_free(&trial.host.engine);
    end(&trial);
    begin(&trial);
    probe(&trial);
    engine_free(&trial.host.engine);
    assert_int_equal(trial.reason, CLOSE_RESTART);
    end(&trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_client_that_moves_learns_of_the_end_where_it_goes),
        cmocka_unit_test(test_one_that_does_not_move_is_closed_soon),
        cmocka_unit_test(test_one_that_breaks_the_rules_is_closed_at_once),
        cmocka_unit_test(test_one_that_leaves_is_forgotten),
        cmocka_unit_test(test_without_an_answer_nobody_moves),
        cmocka_unit_test(test_draining_lets_them_move),
        cmocka_unit_test(test_the_end_of_the_engine_waits_for_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
