#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "shared/auth/digest.h"

/* FIPS 180-2, appendix B.1, and the empty text. */
static void test_known_digests(void **state)
{
    char digest[DIGEST_SIZE];

    (void)state;
    digest_make("abc", 3, digest);
    assert_string_equal(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    digest_make(NULL, 0, digest);
    assert_string_equal(digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_known_digests)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
