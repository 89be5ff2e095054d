#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "shared/base/memory.h"

static void test_blocks_are_zeroed(void **state)
{
    (void)state;
    unsigned char *block = memory_allocate(64);
    for (int at = 0; at < 64; at++)
        assert_int_equal(block[at], 0);
    block = memory_resize(block, 128);
    free(block);
    void *nothing = memory_allocate(0);
    assert_non_null(nothing);
    free(nothing);
}

static void test_copies(void **state)
{
    (void)state;
    char *copy = memory_copy("abcdef", 3), *empty = memory_copy(NULL, 0);
    assert_string_equal(copy, "abc");
    assert_string_equal(empty, "");
    assert_null(memory_copy_text(NULL));
    free(copy);
    free(empty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks_are_zeroed),
        cmocka_unit_test(test_copies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
