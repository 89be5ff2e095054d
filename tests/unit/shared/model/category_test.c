#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "shared/model/category.h"

static void test_every_row(void **state)
{
    static const char *const names[] = {
#define CATEGORY(id, name, what) name,
#include "shared/catalogue/categories.def"
    };

    (void)state;
    for (int category = 0; category < CATEGORY_COUNT; category++) {
        enum category found = CATEGORY_COUNT;

        assert_true(category_parse(names[category], strlen(names[category]), &found));
        assert_int_equal(found, category);
    }
    assert_true(CATEGORY_COUNT < 32);
}

static void test_lists(void **state)
{
    static const struct {
        const char *list;
        unsigned categories;
    } cases[] = {
        {NULL, 0},
        {"", 0},
        {"user", CATEGORY_BIT(CATEGORY_USER)},
        {"error,limit", CATEGORY_BIT(CATEGORY_ERROR) | CATEGORY_BIT(CATEGORY_LIMIT)},
        {"users,,USER,use", 0},
        {",system,", CATEGORY_BIT(CATEGORY_SYSTEM)},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(categories_parse(cases[i].list), cases[i].categories);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_row),
        cmocka_unit_test(test_lists),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
