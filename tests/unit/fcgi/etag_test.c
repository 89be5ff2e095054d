#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "fcgi/etag.h"

static void test_tag_follows_the_bytes(void **state)
{
    (void)state;
    char first[ETAG_SIZE], again[ETAG_SIZE], other[ETAG_SIZE], empty[ETAG_SIZE];
    etag_make("[1,2]", 5, first);
    etag_make("[1,2]", 5, again);
    etag_make("[2,1]", 5, other);
    etag_make("", 0, empty);
    assert_int_equal(strlen(first), ETAG_SIZE - 1);
    assert_string_equal(first, again);
    assert_string_not_equal(first, other);
    assert_string_not_equal(first, empty);
}

static void test_if_none_match(void **state)
{
    (void)state;
    static const char etag[] = "\"0123456789abcdef\"";
    static const struct {
        const char *header;
        bool matches;
    } samples[] = {
        {"\"0123456789abcdef\"", true},
        {"W/\"0123456789abcdef\"", true},
        {"\"0123456789abcdef-gzip\"", true},
        {"W/\"0123456789abcdef-br\"", true},
        {"*", true},
        {" * ", false},
        {"\"x\", \"0123456789abcdef\"", true},
        {"\"x\",,W/\"y\" ,\t\"0123456789abcdef\"", true},
        {"", false},
        {"\"x\"", false},
        {"\"0123456789abcde\"", false},
        {"\"0123456789abcdefa\"", false},
        {"0123456789abcdef", false},
        {"\"0123456789abcdef", false},
        {"x, \"0123456789abcdef\"", false},
        {"w/\"0123456789abcdef\"", false},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        if (etag_matches(samples[i].header, etag) != samples[i].matches)
            fail_msg("%s", samples[i].header);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tag_follows_the_bytes),
        cmocka_unit_test(test_if_none_match),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
