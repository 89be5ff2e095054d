#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "fcgi/problem.h"
#include "fcgi/target.h"
#include "shared/base/buffer.h"

/* The decoded target in one line: segments with |, then fields as name=value. */
static void show(const struct target *target, char *text, size_t size)
{
    size_t length = (size_t)snprintf(text, size, "%s", target->below_prefix ? "" : "elsewhere");
    for (size_t i = 0; i < target->segment_count && i < TARGET_MAX_SEGMENTS; i++)
        length += (size_t)snprintf(text + length, size - length, "|%s", target->segments[i]);
    for (size_t i = 0; i < target->field_count; i++)
        length += (size_t)snprintf(text + length, size - length, " %s=%s", target->fields[i].name,
                                   target->fields[i].value);
}

static void test_decoded_once(void **state)
{
    (void)state;
    static const struct {
        const char *uri;
        const char *shown;
    } samples[] = {
        {"/api/v1/notifications", "|notifications"},
        {"/api/v1", ""},
        {"/api/v1/", "|"},
        {"/api/v1/events/", "|events|"},
        {"/api/v1//events", "||events"},
        {"/api/v1/events/a%2Fb", "|events|a/b"},
        {"/api/v1/events/a%252Fb/fail", "|events|a%2Fb|fail"},
        {"/api/v1/events/a+b%20c", "|events|a+b c"},
        {"/api/v1/events/%C3%A9", "|events|\xc3\xa9"},
        {"/api/v1/events/%3Fx?y=1", "|events|?x y=1"},
        {"/api/v1/x?a=1&b=&c&&d=e=f", "|x a=1 b= c= d=e=f"},
        {"/api/v1/x?a=b+c%2Bd%26e", "|x a=b c+d&e"},
        {"/api/v1/x?%61=%3D", "|x a=="},
        {"/api/v1/x?", "|x"},
        {"/api/v1x", "elsewhere"},
        {"/socket.io/?a=1", "elsewhere a=1"},
        {"", "elsewhere"},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct target target;
        struct problem problem = {0};
        char text[300];
        assert_true(target_parse(&target, samples[i].uri, &problem));
        show(&target, text, sizeof text);
        assert_string_equal(text, samples[i].shown);
        target_deinit(&target);
    }
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *uri;
        const char *field;
    } samples[] = {
        {"/api/v1/events/%00", ""},
        {"/api/v1/events/a%00b", ""},
        {"/api/v1/events/%", ""},
        {"/api/v1/events/%4", ""},
        {"/api/v1/events/%zz", ""},
        {"/api/v1/events/%FF", ""},
        {"/api/v1/events/%C0%AF", ""},
        {"/api/v1/events/%ED%A0%80", ""},
        {"/api/v1/events/%C3", ""},
        {"/api/v1/x?a=%00", "a"},
        {"/api/v1/x?service=%C3", "service"},
        {"/api/v1/x?a=1&b=%4", "b"},
        {"/api/v1/x?%00=1", ""},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct target target;
        struct problem problem = {0};
        assert_false(target_parse(&target, samples[i].uri, &problem));
        assert_int_equal(error_http_status(problem.error.code), 400);
        assert_string_equal(problem.field, samples[i].field);
        target_deinit(&target);
    }
}

static void test_limits(void **state)
{
    (void)state;
    struct problem problem = {0};
    struct target target;
    assert_true(target_parse(&target, "/api/v1/1/2/3/4/5/6/7/8/9/10", &problem));
    assert_int_equal(target.segment_count, TARGET_MAX_SEGMENTS + 1);
    target_deinit(&target);

    struct buffer uri;
    buffer_init(&uri);
    buffer_append_text(&uri, "/api/v1/x?");
    for (int i = 0; i < TARGET_MAX_FIELDS; i++)
        buffer_append_text(&uri, "a=1&");
    assert_true(target_parse(&target, uri.data, &problem));
    target_deinit(&target);
    buffer_append_text(&uri, "a=1");
    assert_false(target_parse(&target, uri.data, &problem));
    target_deinit(&target);

    buffer_clear(&uri);
    buffer_append_text(&uri, "/api/v1/x?");
    for (int i = 0; i <= TARGET_MAX_NAME; i++)
        buffer_append_character(&uri, 'n');
    assert_false(target_parse(&target, uri.data, &problem));
    target_deinit(&target);
    buffer_deinit(&uri);
}

static void test_encoded(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer);
    target_append_encoded(&buffer, "aZ09-._~ /+&=>\"\xc3\xa9");
    assert_string_equal(buffer.data, "aZ09-._~%20%2F%2B%26%3D%3E%22%C3%A9");
    buffer_deinit(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decoded_once),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_encoded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
