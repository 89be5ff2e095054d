#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pushd/engine/session_private.h"
#include "pushd/net/http.h"
#include "pushd/net/loop.h"
#include "pushd/peers/peer_private.h"
#include "shared/base/memory.h"
#include "shared/model/error.h"
#include "tests/unit/pushd/host.h"

/* A session whose transport takes nothing, so that the queue shows what was sent. */
struct trial {
    struct host host;
    struct session *session;
    struct transport transport;
    struct peer one, other;
    const char *accepted, *acknowledged;
    enum error_code refused;
    enum close_reason gone;
    int drained;
};

static struct trial *trial_of(const struct peer *peer)
{
    return engine_context(session_engine(peer_session(peer)));
}

static bool never(const struct transport *transport)
{
    (void)transport;
    return false;
}

static void forget(struct transport *transport, enum close_reason reason, struct queue *queue)
{
    (void)transport;
    (void)reason;
    (void)queue;
}

static const struct transport_ops silent = {
    .name = "websocket", .writable = never, .close = forget};

static void closed(struct session *session, enum close_reason reason)
{
    (void)session;
    (void)reason;
}

static void accept_peer(struct peer *peer, const char *pid)
{
    trial_of(peer)->accepted = pid;
}

static void refuse_peer(struct peer *peer, const struct error *error)
{
    trial_of(peer)->refused = error->code;
}

static void acknowledge(struct peer *peer, int64_t id, const char *json, size_t length)
{
    (void)id;
    (void)length;
    trial_of(peer)->acknowledged = json;
}

static void drained(struct peer *peer)
{
    trial_of(peer)->drained++;
}

static void gone(struct peer *peer, enum close_reason reason)
{
    trial_of(peer)->gone = reason;
}

static void begin(struct trial *trial)
{
    static const struct session_handler session_handler = {NULL, NULL, NULL, closed, NULL};
    static const struct peer_handler peer_handler = {NULL, NULL, drained, gone, NULL};
    static const struct peer_ops ops = {accept_peer, refuse_peer, acknowledge};
    const struct engine_options options = {
        .max_queue_frames = 32,
        .max_queue_bytes = 10000,
        .handler = &session_handler,
        .context = trial,
    };
    memset(trial, 0, sizeof *trial);
    host_begin(&trial->host, options);
    trial->session = session_create(trial->host.engine, SESSION_ENGINEIO,
                                    memory_allocate(sizeof(struct handshake)));
    trial->transport.ops = &silent;
    session_open(trial->session, &trial->transport);
    peer_init(&trial->one, &ops, &peer_handler, trial->session, WIRE_SOCKETIO_ROOT);
    peer_init(&trial->other, &ops, &peer_handler, trial->session, WIRE_PLAIN);
    trial->other.first_slot = PEER_SLOTS;
}

static void end(struct trial *trial)
{
    host_end(&trial->host);
}

static void send_text(struct peer *peer, const char *text, unsigned slot)
{
    struct frame *frame = frame_from_text(text, strlen(text));

    if (slot)
        peer_send_conflated(peer, frame, slot);
    else
        peer_send(peer, frame);
    frame_unref(&frame);
}

static void assert_queue(const struct trial *trial, const char *expected)
{
    char text[200] = "";
    size_t used = 0;

    for (size_t i = 0; i < trial->session->queue.count; i++) {
        size_t length;
        const char *payload = frame_payload(queue_at(&trial->session->queue, i), &length);

        used += (size_t)snprintf(text + used, sizeof text - used, "%s%.*s", used ? " " : "",
                                 (int)length, payload);
    }
    assert_string_equal(text, expected);
}

static void test_only_the_accepted_hear(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial);
    send_text(&trial.one, "early", 0);
    send_text(&trial.one, "early", 1);
    peer_acknowledge(&trial.one, 1, "early", 5);
    peer_drained(&trial.one);
    assert_queue(&trial, "");
    assert_null(trial.acknowledged);
    assert_int_equal(trial.drained, 0);
    peer_accept(&trial.one, "pid");
    assert_string_equal(trial.accepted, "pid");
    send_text(&trial.one, "late", 0);
    send_text(&trial.other, "no", 0);
    peer_acknowledge(&trial.one, 1, "yes", 3);
    peer_drained(&trial.one);
    assert_queue(&trial, "late");
    assert_string_equal(trial.acknowledged, "yes");
    assert_int_equal(trial.drained, 1);
    peer_leave(&trial.one, CLOSE_LIMIT);
    assert_int_equal(trial.gone, CLOSE_LIMIT);
    send_text(&trial.one, "gone", 0);
    assert_queue(&trial, "late");
    end(&trial);
}

static void test_only_the_newest_of_a_slot_waits(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial);
    peer_accept(&trial.one, NULL);
    peer_accept(&trial.other, NULL);
    send_text(&trial.one, "a1", 1);
    send_text(&trial.one, "b", 0);
    send_text(&trial.one, "c1", 2);
    send_text(&trial.one, "a2", 1);
    assert_queue(&trial, "b c1 a2"); /* appended anew, never in the old place */
    send_text(&trial.other, "o1", 1);
    send_text(&trial.one, "a3", 1);
    assert_queue(&trial, "b c1 o1 a3"); /* another peer's slots are its own */
    send_text(&trial.other, "o2", 1);
    send_text(&trial.one, "c2", 2);
    send_text(&trial.one, "h", PEER_SLOTS);
    assert_queue(&trial, "b a3 o2 c2 h");
    end(&trial);
}

static void test_a_conflated_push_never_fills_the_queue(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial);
    peer_accept(&trial.one, NULL);
    for (int i = 0; i < 1000; i++)
        send_text(&trial.one, "x", 1);
    assert_true(session_is_open(trial.session));
    assert_queue(&trial, "x");
    end(&trial);
}

static void test_names(void **state)
{
    struct trial trial;
    const struct error error = {ERROR_TOKEN_EXPIRED, ""};

    (void)state;
    begin(&trial);
    assert_int_equal(strlen(peer_id(&trial.one)), IDENTIFIER_SIZE - 1);
    assert_string_not_equal(peer_id(&trial.one), peer_id(&trial.other));
    peer_set_id(&trial.one, "abc");
    assert_string_equal(peer_id(&trial.one), "abc");
    assert_int_equal(peer_wire(&trial.other), WIRE_PLAIN);
    assert_ptr_equal(peer_session(&trial.one), trial.session);
    peer_set_context(&trial.one, &trial);
    assert_ptr_equal(peer_context(&trial.one), &trial);
    peer_refuse(&trial.other, &error);
    assert_int_equal(trial.refused, ERROR_TOKEN_EXPIRED);
    peer_close(&trial.one, CLOSE_LIMIT);
    assert_false(session_is_open(trial.session));
    end(&trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_the_accepted_hear),
        cmocka_unit_test(test_only_the_newest_of_a_slot_waits),
        cmocka_unit_test(test_a_conflated_push_never_fills_the_queue),
        cmocka_unit_test(test_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
