#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "shared/base/buffer.h"

static void test_grows_and_stays_terminated(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer);
    assert_null(buffer.data);
    for (int round = 0; round < 1000; round++) {
        buffer_append_text(&buffer, "abc");
        assert_int_equal(buffer.data[buffer.length], '\0');
    }
    assert_int_equal(buffer.length, 3000);
    buffer_append_format(&buffer, "-%d-%s", 42, "x");
    assert_string_equal(buffer.data + 3000, "-42-x");
    buffer_append_character(&buffer, '!');
    assert_string_equal(buffer.data + 3000, "-42-x!");
    buffer_deinit(&buffer);
    assert_null(buffer.data);
}

static void test_numbers(void **state)
{
    static const struct {
        size_t number;
        const char *digits;
    } cases[] = {{0, "0"}, {9, "9"}, {10, "10"}, {404, "404"}, {SIZE_MAX, "18446744073709551615"}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer buffer;

        buffer_init(&buffer);
        buffer_append_number(&buffer, cases[i].number);
        assert_string_equal(buffer.data, cases[i].digits);
        buffer_deinit(&buffer);
    }
}

static void test_keeps_nul_bytes(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer);
    buffer_append(&buffer, "a\0b", 3);
    assert_int_equal(buffer.length, 3);
    assert_memory_equal(buffer.data, "a\0b", 4);
    buffer_deinit(&buffer);
}

static void test_consume_drops_the_front(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer);
    buffer_consume(&buffer, 0);
    buffer_append_text(&buffer, "headtail");
    buffer_consume(&buffer, 4);
    assert_string_equal(buffer.data, "tail");
    buffer_consume(&buffer, 4);
    assert_int_equal(buffer.length, 0);
    buffer_clear(&buffer);
    buffer_append_text(&buffer, "again");
    assert_string_equal(buffer.data, "again");
    buffer_deinit(&buffer);
}

static void test_take_gives_the_bytes_away(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer);
    char *empty = buffer_take(&buffer);
    assert_string_equal(empty, "");
    buffer_append_text(&buffer, "mine");
    char *taken = buffer_take(&buffer);
    assert_string_equal(taken, "mine");
    assert_null(buffer.data);
    free(empty);
    free(taken);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grows_and_stays_terminated),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_keeps_nul_bytes),
        cmocka_unit_test(test_consume_drops_the_front),
        cmocka_unit_test(test_take_gives_the_bytes_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
