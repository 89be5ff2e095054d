#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "pushd/engine/session_private.h"
#include "pushd/net/http.h"
#include "pushd/net/loop.h"
#include "shared/base/memory.h"
#include "tests/unit/pushd/host.h"
#include "tests/unit/pushd/loopback.h"

enum { MAX_FRAMES = 16, MAX_BYTES = 1600, MANY = 2500, FLUSH_SLICE = 1000 };

/* A transport that takes as many frames as it is told to. */
struct tap {
    struct transport base;
    size_t takes, taken;
};

struct trial {
    struct host host;
    struct session *session;
    struct tap *tap;
    enum close_reason reason;
    int drained, closed, refill;
};

static struct trial *trial_of(const struct session *session)
{
    return engine_context(session_engine(session));
}

static bool writable(const struct transport *transport)
{
    return ((const struct tap *)transport)->takes > 0;
}

static void take(struct transport *transport, struct queue *queue)
{
    struct tap *tap = (struct tap *)transport;

    while (tap->takes > 0 && queue->count > 0) {
        struct frame *frame = queue_take(queue);

        frame_unref(&frame);
        tap->takes--;
        tap->taken++;
    }
}

static void close_tap(struct transport *transport, enum close_reason reason, struct queue *queue)
{
    (void)reason;
    (void)queue;
    free(transport);
}

static const struct transport_ops tap_ops = {
    .name = "websocket",
    .writable = writable,
    .send = take,
    .close = close_tap,
};

static void send_text(struct session *session, size_t length)
{
    struct frame *frame = frame_create(FRAME_RAW, length);

    memset(frame_payload(frame, &length), 'x', length);
    session_send(session, frame);
    frame_unref(&frame);
}

static void drained(struct session *session)
{
    struct trial *trial = trial_of(session);

    trial->drained++;
    for (; trial->refill > 0; trial->refill--)
        send_text(session, 10);
}

static void closed(struct session *session, enum close_reason reason)
{
    struct trial *trial = trial_of(session);

    trial->closed++;
    trial->reason = reason;
}

static const struct session_handler handler = {NULL, host_ignore, drained, closed, NULL};

static struct session *open_session(struct trial *trial, struct tap **tap)
{
    struct session *session = session_create(trial->host.engine, SESSION_ENGINEIO,
                                             memory_allocate(sizeof(struct handshake)));

    *tap = memory_allocate(sizeof **tap);
    (*tap)->base.ops = &tap_ops;
    session_open(session, &(*tap)->base);
    return session;
}

static void begin(struct trial *trial)
{
    const struct engine_options options = {
        .max_queue_frames = MAX_FRAMES,
        .max_queue_bytes = MAX_BYTES,
        .handler = &handler,
        .context = trial,
    };
    memset(trial, 0, sizeof *trial);
    host_begin(&trial->host, options);
    trial->session = open_session(trial, &trial->tap);
}

static void end(struct trial *trial)
{
    host_end(&trial->host);
}

/* --- one turn at a time -------------------------------------------------------------------- */

static void stop(void *loop)
{
    loop_stop(loop);
}

/* The turn's own work is done before the loop waits, and so before a timer of no time fires. */
static void turn(struct trial *trial)
{
    struct timer *timer = timer_make(trial->host.loop, stop, trial->host.loop);

    timer_start(timer, 0);
    loop_run(trial->host.loop);
    timer_free(&timer);
}

static bool fits(const struct trial *trial, size_t length)
{
    struct frame *frame = frame_create(FRAME_RAW, length);
    bool result = session_fits(trial->session, frame);

    frame_unref(&frame);
    return result;
}

static void test_what_can_wait_gets_half(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial);
    assert_true(fits(&trial, MAX_BYTES * 10)); /* any single frame fits into an empty queue */
    for (int i = 0; i < MAX_FRAMES / 2; i++) {
        assert_true(fits(&trial, 10));
        send_text(trial.session, 10);
    }
    assert_false(fits(&trial, 10));
    send_text(trial.session, 10); /* what cannot wait still goes in */
    turn(&trial);
    assert_int_equal(trial.closed, 0);
    trial.tap->takes = 100;
    session_writable(trial.session);
    turn(&trial);
    assert_int_equal(trial.tap->taken, MAX_FRAMES / 2 + 1);
    send_text(trial.session, MAX_BYTES / 2 - 10);
    assert_true(fits(&trial, 10));
    assert_false(fits(&trial, 11));
    end(&trial);
}

static void test_past_the_bounds_it_is_closed(void **state)
{
    static const struct {
        size_t frames, length;
    } cases[] = {{MAX_FRAMES, 10}, {4, MAX_BYTES / 4}, {1, MAX_BYTES * 2}};
    struct trial trial;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        begin(&trial);
        for (size_t frame = 0; frame < cases[i].frames; frame++)
            send_text(trial.session, cases[i].length);
        turn(&trial);
        assert_int_equal(trial.closed, 0);
        send_text(trial.session, 1);
        turn(&trial);
        assert_int_equal(trial.closed, 1);
        assert_int_equal(trial.reason, CLOSE_SLOW_CONSUMER);
        end(&trial);
    }
}

static void test_a_full_queue_is_tried_before_it_closes(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial);
    for (int i = 0; i < MAX_FRAMES; i++)
        send_text(trial.session, 10);
    trial.tap->takes = 1;
    send_text(trial.session, 10);
    turn(&trial);
    assert_int_equal(trial.closed, 0);
    assert_int_equal(trial.tap->taken, 1);
    end(&trial);
}

static void test_drained_is_told_once_at_a_quarter(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial);
    for (int i = 0; i < MAX_FRAMES / 2; i++)
        send_text(trial.session, 10);
    session_want_room(trial.session);
    turn(&trial);
    assert_int_equal(trial.drained, 0);
    trial.tap->takes = MAX_FRAMES / 4 - 1;
    session_writable(trial.session);
    turn(&trial);
    assert_int_equal(trial.drained, 0); /* one too many is left */
    trial.tap->takes = 1;
    session_writable(trial.session);
    turn(&trial);
    assert_int_equal(trial.drained, 1);
    trial.tap->takes = 100;
    session_writable(trial.session);
    turn(&trial);
    assert_int_equal(trial.drained, 1); /* nobody asked again */
    session_want_room(trial.session);
    assert_int_equal(trial.drained, 1); /* never from inside */
    turn(&trial);
    assert_int_equal(trial.drained, 2);
    end(&trial);
}

static void test_a_single_large_frame_drains_when_it_is_gone(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial);
    send_text(trial.session, MAX_BYTES);
    session_want_room(trial.session);
    turn(&trial);
    assert_int_equal(trial.drained, 0);
    trial.tap->takes = 1;
    session_writable(trial.session);
    turn(&trial);
    assert_int_equal(trial.drained, 1);
    end(&trial);
}

static void test_what_is_sent_while_drained_leaves_next_turn(void **state)
{
    struct trial trial;
    size_t taken;

    (void)state;
    begin(&trial);
    trial.tap->takes = 100;
    trial.refill = 3;
    session_want_room(trial.session);
    turn(&trial);
    taken = trial.tap->taken;
    assert_true(taken == 0 || taken == 3); /* the turn that stops the loop may be the next one */
    turn(&trial);
    assert_int_equal(trial.tap->taken, 3);
    end(&trial);
}

static void test_a_closed_one_is_not_told(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial);
    session_want_room(trial.session);
    session_close(trial.session, CLOSE_LIMIT);
    turn(&trial);
    assert_int_equal(trial.drained, 0);
    assert_int_equal(trial.closed, 1);
    end(&trial);
}

/* --- slices -------------------------------------------------------------------------------- */

struct crowd {
    struct trial trial;
    struct tap *taps[MANY];
    struct session *sessions[MANY];
    size_t written, most, turns, out_of_order;
};

static size_t count_written(struct crowd *crowd)
{
    size_t written = 0;

    for (size_t i = 0; i < MANY; i++)
        written += crowd->taps[i] ? crowd->taps[i]->taken : 0;
    return written;
}

static void turned(void *context)
{
    struct crowd *crowd = context;
    size_t written = count_written(crowd), now = written - crowd->written;

    crowd->turns += now > 0;
    crowd->most = now > crowd->most ? now : crowd->most;
    for (size_t i = 1; i < MANY; i++)
        if (crowd->taps[i] && crowd->taps[i - 1])
            crowd->out_of_order += crowd->taps[i]->taken > crowd->taps[i - 1]->taken;
    crowd->written = written;
}

static void gather(struct crowd *crowd)
{
    memset(crowd, 0, sizeof *crowd);
    begin(&crowd->trial);
    for (size_t i = 0; i < MANY; i++) {
        crowd->sessions[i] = open_session(&crowd->trial, &crowd->taps[i]);
        crowd->taps[i]->takes = 100;
    }
    turn(&crowd->trial);
    loop_before_wait(crowd->trial.host.loop, turned, crowd);
}

static bool all_written(void *context)
{
    return ((struct crowd *)context)->written == MANY;
}

static void test_a_turn_writes_to_a_thousand(void **state)
{
    static struct crowd crowd;

    (void)state;
    gather(&crowd);
    for (size_t i = 0; i < MANY; i++)
        send_text(crowd.sessions[i], 10);
    assert_true(loopback_run(crowd.trial.host.loop, all_written, &crowd));
    assert_int_equal(crowd.most, FLUSH_SLICE);
    assert_int_equal(crowd.turns, 3);
    assert_int_equal(crowd.out_of_order, 0);
    end(&crowd.trial);
}

static bool others_written(void *context)
{
    return ((struct crowd *)context)->written == MANY / 2;
}

/* Those that close while they wait for their slice leave the list of the others whole. */
static void test_closing_while_waiting_for_the_slice(void **state)
{
    static struct crowd crowd;

    (void)state;
    gather(&crowd);
    for (size_t i = 0; i < MANY; i++)
        send_text(crowd.sessions[i], 10);
    for (size_t i = 0; i < MANY; i += 2) {
        session_close(crowd.sessions[i], CLOSE_LIMIT);
        crowd.taps[i] = NULL; /* the transport goes with it */
    }
    assert_true(loopback_run(crowd.trial.host.loop, others_written, &crowd));
    turn(&crowd.trial);
    turn(&crowd.trial);
    assert_int_equal(crowd.trial.closed, MANY / 2);
    assert_int_equal(engine_counts(crowd.trial.host.engine)->sessions, MANY / 2 + 1);
    end(&crowd.trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_can_wait_gets_half),
        cmocka_unit_test(test_past_the_bounds_it_is_closed),
        cmocka_unit_test(test_a_full_queue_is_tried_before_it_closes),
        cmocka_unit_test(test_drained_is_told_once_at_a_quarter),
        cmocka_unit_test(test_a_single_large_frame_drains_when_it_is_gone),
        cmocka_unit_test(test_what_is_sent_while_drained_leaves_next_turn),
        cmocka_unit_test(test_a_closed_one_is_not_told),
        cmocka_unit_test(test_a_turn_writes_to_a_thousand),
        cmocka_unit_test(test_closing_while_waiting_for_the_slice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
