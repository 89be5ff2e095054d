#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pushd/clients/lines.h"

static void test_moving_and_joining(void **state)
{
    static const struct {
        const char *waiting;
        size_t most;
        const char *moved, *left, *joined;
    } cases[] = {
        {"", 5, "", "", ""},
        {"a\n", 0, "", "a\n", ""},
        {"a\n", 1, "a\n", "", "a"},
        {"a\nbc\nd\n", 2, "a\nbc\n", "d\n", "a,bc"},
        {"a\nbc\nd\n", 3, "a\nbc\nd\n", "", "a,bc,d"},
        {"a\nbc\nd\n", SIZE_MAX, "a\nbc\nd\n", "", "a,bc,d"},
        {"\n\n", 2, "\n\n", "", ","},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer from, to, joined;

        buffer_init(&from);
        buffer_init(&to);
        buffer_init(&joined);
        buffer_append_text(&from, cases[i].waiting);
        lines_move(&to, &from, cases[i].most);
        lines_join(&joined, &to);
        buffer_append_text(&to, "");
        assert_int_equal(to.length, strlen(cases[i].moved));
        assert_memory_equal(to.data, cases[i].moved, to.length);
        assert_int_equal(from.length, strlen(cases[i].left));
        assert_memory_equal(from.data, cases[i].left, from.length);
        buffer_append_text(&joined, "");
        assert_string_equal(joined.data, cases[i].joined);
        buffer_deinit(&from);
        buffer_deinit(&to);
        buffer_deinit(&joined);
    }
}

static void test_moving_adds(void **state)
{
    struct buffer from, to;

    (void)state;
    buffer_init(&from);
    buffer_init(&to);
    buffer_append_text(&to, "x\n");
    buffer_append_text(&from, "y\nz\n");
    lines_move(&to, &from, 1);
    assert_string_equal(to.data, "x\ny\n");
    assert_string_equal(from.data, "z\n");
    buffer_deinit(&from);
    buffer_deinit(&to);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_moving_and_joining),
        cmocka_unit_test(test_moving_adds),
    };

    return cmocka_run_group_tests_name("lines", tests, NULL, NULL);
}
