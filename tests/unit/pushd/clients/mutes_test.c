#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "pushd/clients/mutes.h"

static char told[64];

static void changed(void *context, const char *user_id)
{
    assert_ptr_equal(context, told);
    snprintf(told + strlen(told), sizeof told - strlen(told), "%s", user_id);
}

static void test_set(void **state)
{
    struct mutes mutes = {0};

    (void)state;
    assert_int_equal(mutes_of(&mutes, "ann"), 0);
    assert_false(mutes_set(&mutes, "ann", 0));
    assert_true(mutes_set(&mutes, "ann", 5));
    assert_false(mutes_set(&mutes, "ann", 5));
    assert_int_equal(mutes_of(&mutes, "ann"), 5);
    assert_int_equal(mutes_of(&mutes, "ben"), 0);
    assert_true(mutes_set(&mutes, "ann", 0));
    assert_int_equal(mutes_count(&mutes), 0);
    mutes_deinit(&mutes);
}

/* A list of before, while the stream tells of later: what the stream told stays. */
static void test_list_while_the_stream_goes_on(void **state)
{
    struct mutes mutes = {0};

    (void)state;
    told[0] = '\0';
    mutes_set(&mutes, "ann", 1); /* unmuted while nobody listened */
    mutes_set(&mutes, "ben", 2);
    mutes_set(&mutes, "cleo", 3);
    mutes_list_begin(&mutes);
    assert_true(mutes_set(&mutes, "ben", 0));
    assert_false(mutes_set(&mutes, "dan", 0)); /* the list may still have him */
    assert_true(mutes_set(&mutes, "eve", 4));  /* and not have her yet */
    assert_false(mutes_list_add(&mutes, "ben", 2));
    assert_true(mutes_list_add(&mutes, "cleo", 6));
    assert_false(mutes_list_add(&mutes, "dan", 7));
    assert_true(mutes_list_add(&mutes, "fay", 8));
    mutes_list_end(&mutes, changed, told);
    assert_string_equal(told, "ann");
    assert_int_equal(mutes_of(&mutes, "ann"), 0);
    assert_int_equal(mutes_of(&mutes, "ben"), 0);
    assert_int_equal(mutes_of(&mutes, "cleo"), 6);
    assert_int_equal(mutes_of(&mutes, "dan"), 0);
    assert_int_equal(mutes_of(&mutes, "eve"), 4);
    assert_int_equal(mutes_of(&mutes, "fay"), 8);
    assert_int_equal(mutes_count(&mutes), 3);
    mutes_deinit(&mutes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_set),
        cmocka_unit_test(test_list_while_the_stream_goes_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
