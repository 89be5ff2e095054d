#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pushd/engine/frame.h"
#include "pushd/stream/ring.h"

static struct ring ring;

static void append(int64_t id, const char *payload)
{
    const struct stream_row row = {
        .id = id,
        .push = PUSH_EVENT_CREATED,
        .keys = {{"a.b", NULL, "c"}},
        .payload = payload,
        .payload_length = strlen(payload),
    };

    ring_append(&ring, &row);
}

static void test_finds_what_comes_after(void **state)
{
    static const struct {
        int64_t position, first; /* 0: nothing */
    } cases[] = {{0, 12}, {10, 12}, {11, 12}, {12, 13}, {13, 20}, {19, 20}, {20, 0}, {99, 0}};

    (void)state;
    ring_init(&ring, 100, 1 << 20, "/api/v1/ws");
    ring_reset(&ring, "e", 10);
    assert_int_equal(ring_after(&ring, 10), ring.next);
    append(12, "{}");
    append(13, "{}");
    append(20, "{}");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t number = ring_after(&ring, cases[i].position);

        if (cases[i].first)
            assert_int_equal(ring_at(&ring, number)->row.id, cases[i].first);
        else
            assert_int_equal(number, ring.next);
    }
    ring_deinit(&ring);
}

static void test_keeps_a_copy(void **state)
{
    char payload[] = "{\"a\":1}";
    struct ring_entry *entry;
    static const char expected[] = "42[\"event:created\",{\"a\":1},\"epoch.7\"]";
    struct frame *frame;
    const char *text;
    size_t length;

    (void)state;
    ring_init(&ring, 100, 1 << 20, "/api/v1/ws");
    ring_reset(&ring, "epoch", 0);
    append(7, payload);
    memset(payload, 'x', sizeof payload);
    entry = ring_at(&ring, ring.first);
    assert_string_equal(entry->row.payload, "{\"a\":1}");
    assert_string_equal(entry->row.keys.key[0], "a.b");
    assert_null(entry->row.keys.key[1]);
    assert_string_equal(entry->row.keys.key[2], "c");
    assert_string_equal(entry->cursor, "epoch.7");
    frame = push_frame_get(&entry->push_frame, WIRE_SOCKETIO_ROOT);
    text = frame_payload(frame, &length);
    assert_int_equal(length, strlen(expected));
    assert_memory_equal(text, expected, length);
    ring_deinit(&ring);
}

static void test_drops_the_oldest_that_were_handed_out(void **state)
{
    (void)state;
    ring_init(&ring, 3, 1 << 20, "/api/v1/ws");
    ring_reset(&ring, "e", 0);
    for (int64_t id = 1; id <= 200; id++)
        append(id, "{}");
    ring_trim(&ring, ring.first);
    assert_int_equal(ring.next - ring.first, 200); /* none was handed out */
    assert_int_equal(ring.begin, 0);
    ring_trim(&ring, ring.first + 50);
    assert_int_equal(ring.begin, 50);
    assert_int_equal(ring_at(&ring, ring_after(&ring, 0))->row.id, 51);
    ring_trim(&ring, ring.next);
    assert_int_equal(ring.next - ring.first, 3);
    assert_int_equal(ring.begin, 197);
    assert_int_equal(ring.end, 200);
    ring_advance(&ring, 150); /* never back */
    assert_int_equal(ring.end, 200);
    ring_advance(&ring, 205);
    assert_int_equal(ring.end, 205);
    ring_deinit(&ring);
}

static void test_bounds_bytes(void **state)
{
    char *large = malloc(5001);

    (void)state;
    memset(large, 'x', 5000);
    large[5000] = '\0';
    ring_init(&ring, 100, 40000, "/api/v1/ws");
    ring_reset(&ring, "e", 0);
    for (int64_t id = 1; id <= 20; id++)
        append(id, large);
    ring_trim(&ring, ring.next);
    assert_true(ring.bytes <= 40000 && ring.bytes > 20000);
    ring_reset(&ring, "other", 90);
    assert_int_equal(ring.bytes, 0);
    assert_int_equal(ring.begin, 90);
    assert_string_equal(ring.epoch, "other");
    free(large);
    ring_deinit(&ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_what_comes_after),
        cmocka_unit_test(test_keeps_a_copy),
        cmocka_unit_test(test_drops_the_oldest_that_were_handed_out),
        cmocka_unit_test(test_bounds_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
