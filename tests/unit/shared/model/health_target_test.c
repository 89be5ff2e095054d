#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "shared/model/health_target.h"

static void test_good_entries(void **state)
{
    static const struct {
        const char *entry, *name, *url;
    } cases[] = {
        {"mail=http://mail", "mail", "http://mail"},
        {"mail=HTTPS://mail:8443/health?deep=1&x==", "mail", "HTTPS://mail:8443/health?deep=1&x=="},
        {"correo saliente=http://10.0.0.1:1/", "correo saliente", "http://10.0.0.1:1/"},
        {"año=http://[::1]:65535/%2C", "año", "http://[::1]:65535/%2C"},
        {"a=http://user:pass@word@host/", "a", "http://user:pass@word@host/"},
        {"a=http://my_host?x", "a", "http://my_host?x"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct health_target target;

        assert_null(health_target_parse(cases[i].entry, &target));
        assert_int_equal(target.name_length, strlen(cases[i].name));
        assert_memory_equal(target.name, cases[i].name, target.name_length);
        assert_string_equal(target.url, cases[i].url);
    }
}

static void test_bad_entries(void **state)
{
    static const struct {
        const char *entry, *problem;
    } cases[] = {
        {"", "name=http"},
        {"http://mail/", "name=http"},
        {"=http://mail/", "name of 1"},
        {" =http://mail/", "name of 1"},
        {"mail =http://mail/", "name of 1"},
        {"ma\nil=http://mail/", "name of 1"},
        {"ma\xC2\x85il=http://mail/", "name of 1"},
        {"ma\xFFil=http://mail/", "name of 1"},
        {"mail=", "begins with"},
        {"mail= http://mail/", "begins with"},
        {"mail=ftp://mail/", "begins with"},
        {"mail=file:///etc/passwd", "begins with"},
        {"mail=//mail/", "begins with"},
        {"mail=http://", "host"},
        {"mail=http:///path", "host"},
        {"mail=http://user@/", "host"},
        {"mail=http://user@:80/", "host"},
        {"mail=http://:80/", "host"},
        {"mail=http://mail:/", "host"},
        {"mail=http://mail:0/", "host"},
        {"mail=http://mail:65536/", "host"},
        {"mail=http://mail:8O/", "host"},
        {"mail=http://mail:123456/", "host"},
        {"mail=http://[::1/", "host"},
        {"mail=http://[]/", "host"},
        {"mail=http://[::1]x/", "host"},
        {"mail=http://ma,il/", "host"},
        {"mail=http://ma il/", "character"},
        {"mail=http://mail/\x7F", "character"},
        {"mail=http://mail/#top", "character"},
        {"mail=http://mail/a\\b", "character"},
        {"mail=http://ma\xC3\xB1/", "character"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct health_target target;
        const char *problem = health_target_parse(cases[i].entry, &target);

        if (!problem || !strstr(problem, cases[i].problem))
            fail_msg("%s: %s", cases[i].entry, problem ? problem : "taken");
    }
}

static void fill(char *text, size_t size, const char *begin, char with)
{
    int length = snprintf(text, size, "%s", begin);

    memset(text + length, with, size - 1 - (size_t)length);
    text[size - 1] = '\0';
}

static void test_lengths(void **state)
{
    char url[HEALTH_URL_MAX + 2], entry[HEALTH_NAME_MAX + 40];
    struct health_target target;

    (void)state;
    fill(url, sizeof url, "http://mail/", 'x');
    assert_non_null(health_url_problem(url));
    url[HEALTH_URL_MAX] = '\0';
    assert_null(health_url_problem(url));
    fill(entry, HEALTH_NAME_MAX + 1, "", 'n');
    strncat(entry, "=http://mail/", sizeof entry - strlen(entry) - 1);
    assert_null(health_target_parse(entry, &target));
    fill(entry, HEALTH_NAME_MAX + 2, "", 'n');
    strncat(entry, "=http://mail/", sizeof entry - strlen(entry) - 1);
    assert_non_null(health_target_parse(entry, &target));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_entries),
        cmocka_unit_test(test_bad_entries),
        cmocka_unit_test(test_lengths),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
