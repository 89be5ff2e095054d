#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "shared/model/event_type.h"

static void test_normal_forms(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *normal;
    } samples[] = {
        {"resource.created", "resource.created"},
        {"RESOURCE_CREATED", "resource.created"},
        {"Resource-Created", "resource.created"},
        {"bookly.resource.created", "resource.created"},
        {"BOOKLY_RESOURCE_CREATED", "resource.created"},
        {"bookly.bookly.x", "bookly.x"},
        {"booklyx", "booklyx"},
        {"bookly", "bookly"},
        {"bookly.", ""},
        {"", ""},
        {"\xC3\x89T\xC3\x89", "\xC3\x89t\xC3\x89"}, /* other letters stay */
    };
    for (size_t index = 0; index < sizeof samples / sizeof samples[0]; index++) {
        char normal[EVENT_TYPE_MAX + 1];
        event_type_normalize(samples[index].text, strlen(samples[index].text), normal);
        assert_string_equal(normal, samples[index].normal);
    }
}

static void test_long_text_is_cut_between_characters(void **state)
{
    (void)state;
    char text[EVENT_TYPE_MAX + 100], normal[EVENT_TYPE_MAX + 1];
    memset(text, 'A', sizeof text);
    memcpy(text + EVENT_TYPE_MAX - 1, "\xE2\x82\xAC", 3);
    event_type_normalize(text, sizeof text, normal);
    assert_int_equal(strlen(normal), EVENT_TYPE_MAX - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_normal_forms),
        cmocka_unit_test(test_long_text_is_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
