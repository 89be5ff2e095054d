#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "shared/base/buffer.h"
#include "shared/db/database.h"

static void test_literals(void **state)
{
    (void)state;
    static const struct {
        const char *values[4];
        size_t count;
        const char *literal;
    } samples[] = {
        {{NULL}, 0, "{}"},
        {{"a"}, 1, "{\"a\"}"},
        {{"a", "b"}, 2, "{\"a\",\"b\"}"},
        {{"", "NULL", "{x}"}, 3, "{\"\",\"NULL\",\"{x}\"}"},
        {{"a\"b", "c\\d", "e,f", "{"}, 4, "{\"a\\\"b\",\"c\\\\d\",\"e,f\",\"{\"}"},
    };
    for (size_t index = 0; index < sizeof samples / sizeof samples[0]; index++) {
        struct buffer array;
        buffer_init(&array);
        database_array(&array, samples[index].values, samples[index].count);
        assert_string_equal(array.data, samples[index].literal);
        buffer_deinit(&array);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_literals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
