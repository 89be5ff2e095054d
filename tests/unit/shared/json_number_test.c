#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "shared/json_number.h"

static void test_range(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
    } samples[] = {
        {"0", true},
        {"-1.5e3", true},
        {"9007199254740993", true},
        {"1e308", true},
        {"1e-324", true},
        {"1e309", false},
        {"-1E400", false},
        {"1e131071", false},
        {"0e-16000", false},
        {"1e99999999999999999999", false},
        {"123456789012345678901234567890123456789012345678901234567890", true},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        if (json_number_in_range(samples[i].text, strlen(samples[i].text)) != samples[i].good)
            fail_msg("%s", samples[i].text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_range)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
