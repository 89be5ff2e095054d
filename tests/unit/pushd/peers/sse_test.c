#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "pushd/engine/engine.h"
#include "pushd/engine/session_private.h"
#include "pushd/net/http.h"
#include "pushd/net/loop.h"
#include "pushd/peers/peer.h"
#include "pushd/peers/sse.h"
#include "pushd/stream/push_frame.h"
#include "shared/model/error.h"
#include "shared/model/filter.h"
#include "shared/model/selection.h"
#include "tests/unit/pushd/host.h"
#include "tests/unit/pushd/loopback.h"

/* A gateway that answers when the test says so. */
struct trial {
    struct host host;
    struct loopback *client;
    struct peer *peer;
    int connecting, gone;
    enum close_reason reason;
};

static struct trial *trial_of(const struct peer *peer)
{
    return engine_context(session_engine(peer_session(peer)));
}

static void connecting(struct peer *peer, const char *auth, size_t length)
{
    (void)auth;
    assert_int_equal(length, 0);
    trial_of(peer)->peer = peer;
    trial_of(peer)->connecting++;
}

static void event(struct peer *peer, const struct peer_event *received)
{
    (void)peer;
    fail_msg("an event stream asks for nothing: %s", received->name);
}

static void gone(struct peer *peer, enum close_reason reason)
{
    trial_of(peer)->gone++;
    trial_of(peer)->reason = reason;
}

static void begin(struct trial *trial)
{
    static const struct peer_handler handler = {connecting, event, NULL, gone, NULL};
    const struct engine_options options = {
        .stream_path = "/sse",
        .connect_timeout_ms = 60000,
        .max_queue_frames = 64,
        .max_queue_bytes = 10000,
        .stream_handler = &sse_session_handler,
        .peer_handler = &handler,
        .context = trial,
    };
    memset(trial, 0, sizeof *trial);
    host_begin(&trial->host, options);
}

static void end(struct trial *trial)
{
    loopback_free(&trial->client);
    host_end(&trial->host);
}

static bool is_connecting(void *context)
{
    return ((const struct trial *)context)->connecting > 0;
}

static void ask(struct trial *trial, const char *query, const char *headers)
{
    char request[500];

    trial->client = loopback_open(trial->host.loop, http_server_port(trial->host.server));
    snprintf(request, sizeof request, "GET /sse?%s HTTP/1.1\r\nHost: x\r\n%s\r\n", query, headers);
    loopback_send(trial->client, request);
}

static void ask_and_connect(struct trial *trial, const char *query, const char *headers)
{
    ask(trial, query, headers);
    assert_true(loopback_run(trial->host.loop, is_connecting, trial));
}

static void push(struct trial *trial, enum push kind, const char *payload)
{
    struct push_frame push_frame;

    push_frame_init(&push_frame, kind, payload, strlen(payload), "e.7", "/");
    peer_send(trial->peer, push_frame_get(&push_frame, WIRE_SSE));
    push_frame_deinit(&push_frame);
}

/* channels and filters: logs{"minLevel":["warn"]} */
static void describe(const struct selection *selection, char *text, size_t size)
{
    text[0] = '\0';
    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++) {
        const struct filter *filter = selection->filters[channel];
        size_t used = strlen(text);

        if (selection->channels & (1u << channel))
            snprintf(text + used, size - used, " %s%s", channel_name(channel),
                     filter ? filter_canonical(filter) : "");
    }
}

static void test_the_handshake_shows_what_is_asked_for(void **state)
{
    static const struct {
        const char *query, *expected;
    } cases[] = {
        {"channels=logs", " logs"},
        {"channels=dlq&channels=events,logs&minLevel=warn",
         " events dlq logs{\"minLevel\":[\"warn\"]}"},
        {"service=a&channels=logs,dlq&ticket=t&userId=u&cursor=c&lastEventId=l",
         " dlq{\"service\":[\"a\"]} logs{\"service\":[\"a\"]}"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct trial trial;
        char text[200];

        begin(&trial);
        ask_and_connect(&trial, cases[i].query, "");
        describe(session_handshake(peer_session(trial.peer))->selection, text, sizeof text);
        assert_string_equal(text, cases[i].expected);
        end(&trial);
    }
}

static void test_it_begins_when_it_is_let_in(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial);
    ask_and_connect(&trial, "channels=logs,dlq", "");
    push(&trial, PUSH_DLQ_ADDED, "{\"early\":1}");
    assert_string_equal(loopback_received(trial.client), "");
    peer_accept(trial.peer, "KEY");
    push(&trial, PUSH_SYNC_READY, "{}");
    push(&trial, PUSH_DLQ_ADDED, "{\"a\":1}");
    assert_true(loopback_until(trial.client, "event: dlq:event:added\ndata: {\"a\":1}\n"
                                             "id: e.7~KEY\n\n"));
    assert_true(loopback_has(trial.client, "HTTP/1.1 200 OK\r\n"));
    assert_true(loopback_has(trial.client, "Content-Type: text/event-stream\r\n"));
    assert_true(loopback_has(trial.client, "\r\n\r\nretry: "));
    assert_true(loopback_has(trial.client, "\n\nevent: sync:ready\ndata: {}\nid: e.7~KEY\n\n"
                                           "event: dlq:event:added\n"));
    end(&trial);
}

static void test_refused(void **state)
{
    static const struct {
        enum error_code code;
        const char *headers, *status, *also;
    } cases[] = {
        {ERROR_TOKEN_EXPIRED, "", "HTTP/1.1 401 ", "WWW-Authenticate: Bearer\r\n"},
        {ERROR_USER_MISMATCH, "", "HTTP/1.1 403 ", "\"code\":\"user_mismatch\""},
        {ERROR_FORBIDDEN, "", "HTTP/1.1 403 ", "\"code\":\"forbidden\""},
        {ERROR_UNAVAILABLE, "", "HTTP/1.1 503 ", "Retry-After: "},
        {ERROR_UNAVAILABLE, "Last-Event-ID: e.7~KEY\r\n", "HTTP/1.1 200 ", "\nretry: "},
        {ERROR_RATE_LIMITED, "Last-Event-ID: e.7~KEY\r\n", "HTTP/1.1 200 ", "\nretry: "},
        {ERROR_TOKEN_EXPIRED, "Last-Event-ID: e.7~KEY\r\n", "HTTP/1.1 401 ", ""},
        {ERROR_WEBSOCKET_DISABLED, "Last-Event-ID: e.7~KEY\r\n", "HTTP/1.1 503 ", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct error error = {cases[i].code, ""};
        struct trial trial;

        begin(&trial);
        ask_and_connect(&trial, "channels=logs&minLevel=warn", cases[i].headers);
        peer_refuse(trial.peer, &error);
        assert_true(loopback_until(trial.client, cases[i].status));
        assert_true(loopback_until(trial.client, cases[i].also));
        end(&trial);
        assert_int_equal(trial.gone, 0);
    }
}

static void test_closed_before_it_is_let_in(void **state)
{
    static const struct {
        enum close_reason reason;
        const char *headers, *status;
    } cases[] = {
        {CLOSE_UNAVAILABLE, "", "HTTP/1.1 503 "},
        {CLOSE_UNAVAILABLE, "Last-Event-ID: e.7~KEY\r\n", "HTTP/1.1 200 "},
        {CLOSE_TOKEN, "", "HTTP/1.1 401 "},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct trial trial;

        begin(&trial);
        ask_and_connect(&trial, "channels=logs", cases[i].headers);
        peer_close(trial.peer, cases[i].reason);
        peer_accept(trial.peer, "KEY"); /* the answer of the database was on its way */
        assert_true(loopback_until(trial.client, cases[i].status));
        end(&trial);
        assert_int_equal(trial.gone, 1);
    }
}

static bool is_gone(void *context)
{
    return ((const struct trial *)context)->gone > 0;
}

static void test_a_client_that_leaves(void **state)
{
    (void)state;
    for (int step = 0; step < 2; step++) {
        struct trial trial;

        begin(&trial);
        ask_and_connect(&trial, "channels=logs", "");
        if (step > 0) {
            peer_accept(trial.peer, "KEY");
            assert_true(loopback_until(trial.client, "retry: "));
        }
        loopback_free(&trial.client);
        assert_true(loopback_run(trial.host.loop, is_gone, &trial));
        assert_int_equal(trial.reason, CLOSE_TRANSPORT_LOST);
        assert_int_equal(engine_counts(trial.host.engine)->joined[TRANSPORT_SSE], 0);
        end(&trial);
    }
}

static void test_a_comment_keeps_it_alive(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial);
    trial.host.engine->comments.interval_us = 50000;
    ask_and_connect(&trial, "channels=logs", "");
    peer_accept(trial.peer, "KEY");
    assert_true(loopback_until(trial.client, "retry: "));
    for (int i = 0; i < 3; i++) {
        loopback_forget(trial.client);
        assert_true(loopback_until(trial.client, ":\n\n"));
    }
    assert_int_equal(trial.gone, 0);
    end(&trial);
}

static void test_one_that_talks(void **state)
{
    struct trial trial;
    char noise[1025];

    (void)state;
    memset(noise, 'x', sizeof noise - 1);
    noise[sizeof noise - 1] = '\0';
    begin(&trial);
    ask_and_connect(&trial, "channels=logs", "");
    peer_accept(trial.peer, "KEY");
    assert_true(loopback_until(trial.client, "retry: "));
    for (int i = 0; i < 20; i++)
        loopback_send(trial.client, noise);
    assert_true(loopback_run(trial.host.loop, is_gone, &trial));
    assert_int_equal(trial.reason, CLOSE_PARSE_ERROR);
    end(&trial);
}

/* The digest that binds a key is of what is asked for, not of how and from where. */
static void test_the_url(void **state)
{
    static const char *const same[] = {
        "channels=logs&minLevel=warn",
        "channels=logs&ticket=x&minLevel=warn",
        "cursor=e.7&channels=logs&minLevel=warn&lastEventId=e.8~K",
        "channels=%6cogs&minLevel=warn",
    };
    static const char *const others[] = {
        "channels=logs",
        "channels=logs,dlq&minLevel=warn",
        "channels=logs&minLevel=warn&userId=u",
    };
    char first[100] = "";

    (void)state;
    for (size_t i = 0; i < sizeof same / sizeof *same + sizeof others / sizeof *others; i++) {
        bool is_same = i < sizeof same / sizeof *same;
        const char *query = is_same ? same[i] : others[i - sizeof same / sizeof *same];
        struct trial trial;
        const char *url;

        begin(&trial);
        ask_and_connect(&trial, query, "");
        url = session_handshake(peer_session(trial.peer))->url;
        if (i == 0)
            snprintf(first, sizeof first, "%s", url);
        assert_int_equal(strcmp(url, first) == 0, is_same);
        assert_null(strstr(url, "logs"));
        end(&trial);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_handshake_shows_what_is_asked_for),
        cmocka_unit_test(test_it_begins_when_it_is_let_in),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_closed_before_it_is_let_in),
        cmocka_unit_test(test_a_client_that_leaves),
        cmocka_unit_test(test_a_comment_keeps_it_alive),
        cmocka_unit_test(test_one_that_talks),
        cmocka_unit_test(test_the_url),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
