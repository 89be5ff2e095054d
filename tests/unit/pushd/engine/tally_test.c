#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pushd/engine/tally.h"

static void test_counting(void **state)
{
    struct tally tally = {NULL};
    struct tally_entry *one = tally_add(&tally, "one"), *again = tally_add(&tally, "one");
    struct tally_entry *other = tally_add(&tally, ""), *none = NULL;

    (void)state;
    assert_int_equal(tally_count(&tally, "one"), 2);
    assert_int_equal(tally_count(&tally, ""), 1);
    assert_int_equal(tally_count(&tally, "two"), 0);
    tally_remove(&tally, &one);
    assert_null(one);
    tally_remove(&tally, &one); /* once more is nothing */
    tally_remove(&tally, &none);
    assert_int_equal(tally_count(&tally, "one"), 1);
    tally_remove(&tally, &again);
    assert_int_equal(tally_count(&tally, "one"), 0);
    tally_remove(&tally, &other);
    assert_null(tally.entries); /* nothing is kept of who has left */
}

static void test_what_is_left(void **state)
{
    struct tally tally = {NULL};

    (void)state;
    tally_add(&tally, "one");
    tally_add(&tally, "two");
    tally_deinit(&tally);
    assert_null(tally.entries);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counting),
        cmocka_unit_test(test_what_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
