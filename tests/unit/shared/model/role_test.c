#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "shared/base/buffer.h"
#include "shared/model/role.h"

static void test_every_row(void **state)
{
    (void)state;
    for (int role = 0; role < ROLE_COUNT; role++) {
        const char *name = role_name((enum role)role);
        enum role found = ROLE_COUNT;
        assert_true(role_parse(name, strlen(name), &found));
        assert_int_equal(found, role);
    }
    assert_true(ROLE_COUNT < 32);
}

static void test_refused(void **state)
{
    (void)state;
    static const char *const samples[] = {"", "student", "STUDENTS", "STUDEN", "*", "ADMIN"};
    enum role role;
    for (size_t index = 0; index < sizeof samples / sizeof samples[0]; index++)
        assert_false(role_parse(samples[index], strlen(samples[index]), &role));
}

static void test_array(void **state)
{
    (void)state;
    struct buffer array;
    buffer_init(&array);
    roles_append_array(&array, 0);
    assert_string_equal(array.data, "{}");
    buffer_clear(&array);
    roles_append_array(&array, ROLE_BIT(ROLE_STUDENT) | ROLE_BIT(ROLE_SERVICE) | 1u << 31);
    assert_string_equal(array.data, "{\"SERVICE\",\"STUDENT\"}");
    buffer_clear(&array);
    roles_append_json(&array, ROLE_BIT(ROLE_STUDENT) | ROLE_BIT(ROLE_SERVICE));
    assert_string_equal(array.data, "[\"SERVICE\",\"STUDENT\"]");
    buffer_deinit(&array);
}

static void test_array_is_read(void **state)
{
    static const struct {
        const char *text;
        unsigned roles;
    } cases[] = {
        {NULL, 0},
        {"", 0},
        {"{}", 0},
        {"{STUDENT}", ROLE_BIT(ROLE_STUDENT)},
        {"{STUDENT,SERVICE}", ROLE_BIT(ROLE_STUDENT) | ROLE_BIT(ROLE_SERVICE)},
        {"{\"STUDENT\",NULL,\"NO ROLE\",SERVICE}", ROLE_BIT(ROLE_STUDENT) | ROLE_BIT(ROLE_SERVICE)},
        {"{STUDEN", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(roles_parse_array(cases[i].text), cases[i].roles);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_row),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_array),
        cmocka_unit_test(test_array_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
