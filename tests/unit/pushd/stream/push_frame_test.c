#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "pushd/engine/frame.h"
#include "pushd/stream/push_frame.h"

static void test_encodings(void **state)
{
    static const struct {
        enum push push;
        const char *payload, *cursor;
        enum wire wire;
        const char *expected;
    } cases[] = {
        {PUSH_EVENT_CREATED, "{\"eventId\":\"e\"}", "1-1-1.7", WIRE_SOCKETIO_ROOT,
         "42[\"event:created\",{\"eventId\":\"e\"},\"1-1-1.7\"]"},
        {PUSH_EVENT_CREATED, "{\"eventId\":\"e\"}", "1-1-1.7", WIRE_SOCKETIO_NAMESPACE,
         "42/api/v1/ws,[\"event:created\",{\"eventId\":\"e\"},\"1-1-1.7\"]"},
        {PUSH_NOTIFICATIONS_INITIAL, "[]", "x.0", WIRE_SOCKETIO_ROOT,
         "42[\"notifications:initial\",[],\"x.0\"]"},
        {PUSH_LOG_ERROR, "{\"message\":\"ñ\\n\"}", "x.1", WIRE_SOCKETIO_NAMESPACE,
         "42/api/v1/ws,[\"log:error\",{\"message\":\"ñ\\n\"},\"x.1\"]"},
        {PUSH_LOG_ERROR, "{\"message\":\"ñ\"}", "x.1", WIRE_PLAIN,
         "{\"event\":\"log:error\",\"data\":{\"message\":\"ñ\"},\"cursor\":\"x.1\"}"},
        {PUSH_LOG_ERROR, "{\"message\":\"ñ\"}", "x.1", WIRE_SSE,
         "event: log:error\ndata: {\"message\":\"ñ\"}\nid: x.1~"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct push_frame push_frame;
        const char *text;
        size_t length;

        push_frame_init(&push_frame, cases[i].push, cases[i].payload, strlen(cases[i].payload),
                        cases[i].cursor, "/api/v1/ws");
        text = frame_payload(push_frame_get(&push_frame, cases[i].wire), &length);
        assert_int_equal(length, strlen(cases[i].expected));
        assert_memory_equal(text, cases[i].expected, length);
        push_frame_deinit(&push_frame);
    }
}

static void test_only_the_stated_length_is_sent(void **state)
{
    static const char expected[] = "42[\"sync:ready\",{},\"x.1\"]";
    struct push_frame push_frame;
    const char *text;
    size_t length;

    (void)state;
    push_frame_init(&push_frame, PUSH_SYNC_READY, "{}trailing", 2, "x.1", "/n");
    text = frame_payload(push_frame_get(&push_frame, WIRE_SOCKETIO_ROOT), &length);
    assert_int_equal(length, strlen(expected));
    assert_memory_equal(text, expected, length);
    push_frame_deinit(&push_frame);
}

static void test_one_encoding_is_shared(void **state)
{
    struct push_frame push_frame;
    struct frame *root, *other, *kept;
    const char *text;
    size_t length;

    (void)state;
    push_frame_init(&push_frame, PUSH_LOG_ENTRY, "{}", 2, "x.1", "/n");
    assert_null(push_frame.frames[WIRE_SOCKETIO_ROOT]);
    root = push_frame_get(&push_frame, WIRE_SOCKETIO_ROOT);
    assert_null(push_frame.frames[WIRE_SOCKETIO_NAMESPACE]);
    other = push_frame_get(&push_frame, WIRE_SOCKETIO_NAMESPACE);
    assert_ptr_not_equal(root, other);
    assert_ptr_equal(push_frame_get(&push_frame, WIRE_SOCKETIO_ROOT), root);
    kept = frame_ref(root);
    push_frame_deinit(&push_frame);
    text = frame_payload(kept, &length);
    assert_memory_equal(text, "42[\"log:entry\"", 14);
    frame_unref(&kept);
}

static void test_an_event_stream_has_no_websocket_header(void **state)
{
    struct push_frame push_frame;
    size_t wire, payload;

    (void)state;
    push_frame_init(&push_frame, PUSH_LOG_ENTRY, "{}", 2, "x.1", "/n");
    frame_payload(push_frame_get(&push_frame, WIRE_SSE), &payload);
    frame_wire(push_frame_get(&push_frame, WIRE_SSE), &wire);
    assert_int_equal(wire, payload);
    frame_wire(push_frame_get(&push_frame, WIRE_PLAIN), &wire);
    assert_true(wire > payload);
    push_frame_deinit(&push_frame);
}

static void test_never_encoded(void **state)
{
    struct push_frame push_frame;

    (void)state;
    push_frame_init(&push_frame, PUSH_LOG_ENTRY, "{}", 2, "x.1", "/n");
    push_frame_deinit(&push_frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encodings),
        cmocka_unit_test(test_only_the_stated_length_is_sent),
        cmocka_unit_test(test_one_encoding_is_shared),
        cmocka_unit_test(test_an_event_stream_has_no_websocket_header),
        cmocka_unit_test(test_never_encoded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
