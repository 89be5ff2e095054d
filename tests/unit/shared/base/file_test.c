#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/file.h"
#include "tests/unit/shared/scratch.h"

static void test_reads_whole_files(void **state)
{
    (void)state;
    const char *path = scratch_file("text", "one\ntwo\n", 8);
    char *text = file_read_text(path, 8);
    assert_string_equal(text, "one\ntwo\n");
    free(text);
    char *secret = file_read_secret(path, 8);
    assert_string_equal(secret, "one\ntwo");
    free(secret);
}

static void test_refuses(void **state)
{
    (void)state;
    assert_null(file_read_text(scratch_file("text", "123456789", 9), 8));
    assert_int_equal(errno, EFBIG);
    assert_null(file_read_text(scratch_file("text", "a\0b", 3), 8));
    assert_int_equal(errno, EINVAL);
    assert_null(file_read_text(scratch_file("absent", NULL, 0), 8));
    assert_int_equal(errno, ENOENT);
    assert_null(file_read_secret(scratch_folder(), 8));
    assert_int_equal(errno, EISDIR);
}

static int tear_down(void **state)
{
    (void)state;
    scratch_remove();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_whole_files),
        cmocka_unit_test(test_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, tear_down);
}
