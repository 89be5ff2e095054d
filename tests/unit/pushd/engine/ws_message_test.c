#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "pushd/engine/held.h"
#include "pushd/engine/ws_message.h"

static int add(struct ws_message *message, size_t length, size_t missing, bool first, bool last)
{
    static char bytes[1 << 20];
    const struct ws_part part = {bytes, length, missing, first, last};

    return ws_message_add(message, &part);
}

static void test_parts(void **state)
{
    struct ws_message message = {.max = 100};

    (void)state;
    assert_int_equal(add(&message, 100, 0, true, true), 0);
    assert_int_equal(message.bytes.length, 0); /* whole: nothing is kept */
    assert_int_equal(add(&message, 40, 10, true, false), 0);
    assert_false(message.in_frames);
    assert_int_equal(add(&message, 10, 0, false, false), 0);
    assert_true(message.in_frames);
    assert_int_equal(held_bytes(), 50);
    assert_int_equal(add(&message, 50, 0, false, true), 0);
    assert_int_equal(message.bytes.length, 100);
    ws_message_clear(&message);
    assert_int_equal(held_bytes(), 0);
}

static void test_too_large(void **state)
{
    struct ws_message message = {.max = 100};

    (void)state;
    assert_int_equal(add(&message, 101, 0, true, true), 1009);
    assert_int_equal(add(&message, 1, 100, true, false), 1009); /* what is announced counts */
    assert_int_equal(add(&message, 1, SIZE_MAX, true, false), 1009);
    assert_int_equal(add(&message, 60, 0, true, false), 0);
    assert_int_equal(add(&message, 41, 0, false, false), 1009);
    ws_message_clear(&message);
}

static void test_empty_frames(void **state)
{
    struct ws_message message = {.max = 100};

    (void)state;
    for (int i = 0; i < 16; i++)
        assert_int_equal(add(&message, 0, 0, i == 0, false), 0);
    assert_int_equal(add(&message, 1, 0, false, false), 0); /* counts anew */
    for (int i = 0; i < 16; i++)
        assert_int_equal(add(&message, 0, 0, false, false), 0);
    assert_int_equal(add(&message, 0, 0, false, false), 1002);
    ws_message_clear(&message);
}

static void test_all_of_them_together(void **state)
{
    enum { COUNT = HELD_MAX >> 20 };
    struct ws_message messages[COUNT], one_more = {.max = 1 << 20};

    (void)state;
    for (int i = 0; i < COUNT; i++) {
        messages[i] = (struct ws_message){.max = 1 << 20};
        assert_int_equal(add(&messages[i], 1 << 20, 0, true, false), 0);
    }
    assert_int_equal(add(&one_more, 1, 0, true, false), 1013);
    assert_int_equal(add(&one_more, 1 << 20, 0, true, true), 0); /* not kept */
    ws_message_clear(&messages[0]);
    assert_int_equal(add(&one_more, 1, 0, true, false), 0);
    for (int i = 1; i < COUNT; i++)
        ws_message_clear(&messages[i]);
    ws_message_clear(&one_more);
    assert_int_equal(held_bytes(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_empty_frames),
        cmocka_unit_test(test_all_of_them_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
