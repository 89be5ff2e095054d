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
#include "pushd/peers/peer.h"
#include "pushd/peers/plain.h"
#include "shared/model/error.h"
#include "tests/unit/pushd/host.h"
#include "tests/unit/pushd/loopback.h"

enum { TEXT = 1, BINARY = 2, PONG = 10 };

/* A gateway that answers when the test says so. */
struct trial {
    struct host host;
    struct loopback *client;
    struct peer *peer;
    bool identified;
    char auth[100];
    char events[2000];
    int connecting, gone;
    enum close_reason reason;
};

static struct trial *trial_of(const struct peer *peer)
{
    return engine_context(session_engine(peer_session(peer)));
}

static void connecting(struct peer *peer, const char *auth, size_t length)
{
    struct trial *trial = trial_of(peer);

    trial->peer = peer;
    trial->connecting++;
    snprintf(trial->auth, sizeof trial->auth, "%.*s", (int)length, auth);
}

static void event(struct peer *peer, const struct peer_event *received)
{
    struct trial *trial = trial_of(peer);
    size_t used = strlen(trial->events);

    snprintf(trial->events + used, sizeof trial->events - used, "%s(%.*s)%d ", received->name,
             (int)received->arguments_length, received->arguments, (int)received->acknowledgement);
    if (received->acknowledgement >= 0)
        peer_acknowledge(peer, received->acknowledgement, "{\"ok\":1}", 8);
}

static void gone(struct peer *peer, enum close_reason reason)
{
    trial_of(peer)->gone++;
    trial_of(peer)->reason = reason;
}

static bool identified(void *context, const struct handshake *handshake)
{
    (void)handshake;
    return ((const struct trial *)context)->identified;
}

static void begin(struct trial *trial, bool is_identified)
{
    static const char *const paths[] = {"/ws", NULL};
    static const struct peer_handler handler = {connecting, event, NULL, gone, NULL};
    const struct engine_options options = {
        .paths = paths,
        .plain_path = paths[0],
        .max_payload = 1000,
        .max_queue_frames = 64,
        .max_queue_bytes = 10000,
        .plain_handler = &plain_session_handler,
        .peer_handler = &handler,
        .identified = identified,
        .context = trial,
    };
    memset(trial, 0, sizeof *trial);
    trial->identified = is_identified;
    host_begin(&trial->host, options);
}

static void open_client(struct trial *trial)
{
    trial->client = loopback_open(trial->host.loop, http_server_port(trial->host.server));
    loopback_send(
        trial->client,
        "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
    assert_true(loopback_until(trial->client, "\r\n\r\n"));
    loopback_forget(trial->client);
}

static void end(struct trial *trial)
{
    loopback_free(&trial->client);
    host_end(&trial->host);
}

static void say(struct trial *trial, const char *text)
{
    loopback_send_frame(trial->client, TEXT, text);
}

static bool is_connecting(void *context)
{
    return ((const struct trial *)context)->connecting > 0;
}

static void wait_for_connecting(struct trial *trial)
{
    assert_true(loopback_run(trial->host.loop, is_connecting, trial));
}

static void assert_close(struct trial *trial, int code)
{
    char frame[5] = {'\x88', 2, (char)(code >> 8), (char)code, '\0'};

    if (!loopback_until(trial->client, frame))
        fail_msg("no close with %d: %s", code, loopback_received(trial->client));
}

static void test_it_says_who_it_is(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial, false);
    open_client(&trial);
    assert_int_equal(trial.connecting, 0);
    say(&trial, "{\"event\":\"auth\",\"data\":{\"token\":\"x\"},\"id\":7}");
    wait_for_connecting(&trial);
    assert_string_equal(trial.auth, "{\"token\":\"x\"}");
    peer_accept(trial.peer, "pid");
    assert_true(loopback_until(trial.client, "{\"ack\":7,\"data\":{\"success\":true}}"));
    say(&trial, "{\"event\":\"auth\",\"data\":{\"token\":\"y\"},\"id\":8}");
    assert_true(loopback_until(trial.client, "{\"ack\":8,\"data\":{\"ok\":1}}"));
    assert_string_equal(trial.events, "auth:refresh({\"token\":\"y\"})8 ");
    end(&trial);
}

static void test_the_handshake_says_who_it_is(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial, true);
    open_client(&trial);
    wait_for_connecting(&trial);
    assert_string_equal(trial.auth, "");
    assert_int_equal(peer_wire(trial.peer), WIRE_PLAIN);
    end(&trial);
    assert_int_equal(trial.gone, 1);
}

static void test_what_comes_early_is_served_in_order(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial, true);
    open_client(&trial);
    wait_for_connecting(&trial);
    say(&trial, "{\"event\":\"a\",\"data\":{\"n\":1},\"id\":1}");
    say(&trial, "not JSON");
    say(&trial, "{\"event\":\"b\"}");
    say(&trial, "{\"event\":\"c\",\"data\":[],\"id\":3}");
    loopback_send_frame(trial.client, PONG, "x"); /* is no message */
    peer_accept(trial.peer, NULL);
    say(&trial, "{\"event\":\"d\",\"id\":4}");
    assert_true(loopback_until(trial.client, "{\"ack\":4,"));
    assert_string_equal(trial.events, "a({\"n\":1})1 b()-1 c([])3 d()4 ");
    assert_true(loopback_has(trial.client, "\"code\":\"invalid_json\""));
    end(&trial);
}

static void test_too_much_comes_early(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial, true);
    open_client(&trial);
    wait_for_connecting(&trial);
    for (int i = 0; i < 17; i++)
        say(&trial, "{\"event\":\"a\"}");
    assert_close(&trial, 4429);
    assert_int_equal(trial.gone, 1);
    assert_int_equal(trial.reason, CLOSE_LIMIT);
    end(&trial);
}

static void test_refused(void **state)
{
    static const struct {
        enum error_code code;
        const char *auth, *said;
        int close_code;
    } cases[] = {
        {ERROR_TOKEN_EXPIRED, "{\"event\":\"auth\"}",
         "{\"event\":\"exception\",\"data\":{\"status\":\"error\",\"message\":\"Token Expired\","
         "\"code\":\"token_expired\",\"command\":\"auth\"}}",
         4401},
        {ERROR_USER_MISMATCH, "{\"event\":\"auth\",\"id\":0}",
         "{\"ack\":0,\"data\":{\"success\":false,\"error\":\"User Mismatch\","
         "\"code\":\"user_mismatch\"}}",
         4401},
        {ERROR_UNAVAILABLE, "{\"event\":\"auth\"}", "\"code\":\"unavailable\"", 1013},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct error error = {cases[i].code, ""};
        struct trial trial;

        begin(&trial, false);
        open_client(&trial);
        say(&trial, cases[i].auth);
        wait_for_connecting(&trial);
        peer_refuse(trial.peer, &error);
        assert_true(loopback_until(trial.client, cases[i].said));
        assert_close(&trial, cases[i].close_code);
        assert_int_equal(trial.gone, 0);
        end(&trial);
    }
}

static void test_something_else_first(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial, false);
    open_client(&trial);
    say(&trial, "{\"event\":\"subscribe\"}");
    assert_true(
        loopback_until(trial.client, "\"code\":\"token_missing\",\"command\":\"subscribe\""));
    assert_close(&trial, 4401);
    assert_int_equal(trial.connecting + trial.gone, 0);
    end(&trial);
}

static void test_silence(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial, false);
    trial.host.engine->greetings.interval_us = 50000;
    open_client(&trial);
    assert_close(&trial, 4401);
    end(&trial);
}

static void test_no_pong(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial, true);
    trial.host.engine->pings.interval_us = trial.host.engine->pongs.interval_us = 100000;
    open_client(&trial);
    wait_for_connecting(&trial);
    peer_accept(trial.peer, NULL);
    for (int i = 0; i < 3; i++) {
        assert_true(loopback_until(trial.client, "\x89\x01."));
        loopback_forget(trial.client);
        loopback_send_frame(trial.client, PONG, ".");
    }
    assert_true(loopback_until(trial.client, "\x89\x01."));
    assert_close(&trial, 1000);
    assert_int_equal(trial.reason, CLOSE_PING_TIMEOUT);
    end(&trial);
}

static void test_bytes(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial, true);
    open_client(&trial);
    loopback_send_frame(trial.client, BINARY, "{\"event\":\"a\"}");
    assert_close(&trial, 1003);
    end(&trial);
}

static void test_ten_that_are_no_messages(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial, true);
    open_client(&trial);
    wait_for_connecting(&trial);
    peer_accept(trial.peer, NULL);
    for (int i = 0; i < 10; i++)
        say(&trial, "[]");
    assert_close(&trial, 1002);
    end(&trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_says_who_it_is),
        cmocka_unit_test(test_the_handshake_says_who_it_is),
        cmocka_unit_test(test_what_comes_early_is_served_in_order),
        cmocka_unit_test(test_too_much_comes_early),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_something_else_first),
        cmocka_unit_test(test_silence),
        cmocka_unit_test(test_no_pong),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_ten_that_are_no_messages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
