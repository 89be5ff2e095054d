#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "pushd/engine/frame.h"
#include "pushd/engine/queue.h"

static void append(struct queue *queue, const char *text, unsigned slot)
{
    struct frame *frame = frame_from_text(text, strlen(text));

    queue_append(queue, frame, slot);
    frame_unref(&frame);
}

static void assert_takes(struct queue *queue, const char *expected)
{
    struct frame *frame = queue_take(queue);
    size_t length;
    const char *text;

    assert_non_null(frame);
    text = frame_payload(frame, &length);
    assert_int_equal(length, strlen(expected));
    assert_memory_equal(text, expected, length);
    frame_unref(&frame);
}

static void test_order_through_growth(void **state)
{
    struct queue queue;
    char text[16];
    int next = 0;

    (void)state;
    queue_init(&queue);
    for (int i = 0; i < 100; i++) {
        snprintf(text, sizeof text, "%d", i);
        append(&queue, text, 0);
        if (i % 3 == 2) {
            snprintf(text, sizeof text, "%d", next++);
            assert_takes(&queue, text);
        }
    }
    for (; next < 100; next++) {
        snprintf(text, sizeof text, "%d", next);
        assert_takes(&queue, text);
    }
    assert_null(queue_take(&queue));
    assert_null(queue.entries);
    assert_int_equal(queue.bytes, 0);
}

static void test_conflated_goes_to_the_end(void **state)
{
    struct queue queue;

    (void)state;
    queue_init(&queue);
    append(&queue, "a", 0);
    append(&queue, "old", 3);
    append(&queue, "b", 0);
    assert_true(queue_remove_slot(&queue, 3));
    append(&queue, "new", 3);
    assert_int_equal(queue.count, 3);
    assert_int_equal(queue.bytes, 3 + 3 + 5);
    assert_takes(&queue, "a");
    assert_takes(&queue, "b");
    assert_takes(&queue, "new");
    assert_false(queue_remove_slot(&queue, 3));
}

static void test_what_is_left_is_dropped(void **state)
{
    struct queue queue;

    (void)state;
    queue_init(&queue);
    append(&queue, "a", 0);
    append(&queue, "b", 1);
    queue_deinit(&queue);
    assert_int_equal(queue.count, 0);
}

static void expect_totals(size_t queues, size_t frames, size_t bytes)
{
    const struct queue_totals *totals = queue_totals();

    assert_int_equal(totals->queues, queues);
    assert_int_equal(totals->frames, frames);
    assert_int_equal(totals->bytes, bytes);
}

/* Whatever happens to a queue, the totals of all are what the queues hold. */
static void test_totals(void **state)
{
    struct queue one, two;

    (void)state;
    queue_init(&one);
    queue_init(&two);
    expect_totals(0, 0, 0);
    append(&one, "a", 0);
    expect_totals(1, 1, one.bytes);
    append(&one, "bc", 1);
    append(&two, "def", 0);
    expect_totals(2, 3, one.bytes + two.bytes);
    assert_true(queue_remove_slot(&one, 1));
    expect_totals(2, 2, one.bytes + two.bytes);
    assert_takes(&one, "a");
    expect_totals(1, 1, two.bytes);
    append(&two, "x", 2);
    assert_true(queue_remove_slot(&two, 2));
    append(&one, "y", 2);
    assert_true(queue_remove_slot(&one, 2));
    expect_totals(1, 1, two.bytes);
    queue_deinit(&two);
    queue_deinit(&one);
    expect_totals(0, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_through_growth),
        cmocka_unit_test(test_conflated_goes_to_the_end),
        cmocka_unit_test(test_what_is_left_is_dropped),
        cmocka_unit_test(test_totals),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
