#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "shared/auth/base64url.h"

static void test_decodes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *bytes;
        size_t length;
    } samples[] = {
        {"", "", 0},
        {"Zg", "f", 1},
        {"Zm8", "fo", 2},
        {"Zm9v", "foo", 3},
        {"Zm9vYmFy", "foobar", 6},
        {"-_-_", "\xFB\xFF\xBF", 3},
        {"AAAA", "\0\0", 3},
    };
    for (size_t index = 0; index < sizeof samples / sizeof samples[0]; index++) {
        unsigned char bytes[32];
        size_t length = 99;
        assert_true(
            base64url_decode(samples[index].text, strlen(samples[index].text), bytes, &length));
        assert_int_equal(length, samples[index].length);
        assert_memory_equal(bytes, samples[index].bytes, length);
    }
}

static void test_refused(void **state)
{
    (void)state;
    static const char *const samples[] = {
        "A", "AAAAA", "Zg==", "Zh", "Zm9", "Zm+v", "Zm/v", "Zm 9v", "Zm9v\n", "\xC3\xA9",
    };
    for (size_t index = 0; index < sizeof samples / sizeof samples[0]; index++) {
        unsigned char bytes[32];
        size_t length;
        assert_false(base64url_decode(samples[index], strlen(samples[index]), bytes, &length));
    }
    unsigned char bytes[32];
    size_t length;
    assert_false(base64url_decode("A\0AA", 4, bytes, &length));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decodes),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
