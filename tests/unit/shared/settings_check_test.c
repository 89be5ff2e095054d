#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "shared/settings.h"
#include "tests/unit/shared/scratch.h"

#define SECRET "0123456789abcdef0123456789abcdef"
#define OTHER "fedcba9876543210fedcba9876543210"

static char secret_file[600];

static int set_up(void **state)
{
    (void)state;
    const char *path = scratch_file("secret", OTHER "\r\n", strlen(OTHER) + 2);
    snprintf(secret_file, sizeof secret_file, "JWT_SECRET_FILE=%s", path);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_remove();
    return 0;
}

static void expect(const char *file, const char *const environment[], const char *secret)
{
    struct settings settings;
    char error[SETTINGS_ERROR_SIZE];
    const char *path = file == NULL ? NULL : scratch_file("conf", file, strlen(file));
    if (!settings_load(&settings, path, (char *const *)environment, error))
        fail_msg("%s", error);
    assert_string_equal(settings.jwt_secret, secret);
    settings_deinit(&settings);
}

static void test_where_the_secret_comes_from(void **state)
{
    (void)state;
    expect(NULL, (const char *[]){secret_file, NULL}, OTHER);
    expect(NULL, (const char *[]){secret_file, "JWT_SECRET=" SECRET, NULL}, SECRET);
    expect(secret_file, (const char *[]){"JWT_SECRET=" SECRET, NULL}, OTHER);
    expect("JWT_SECRET=" SECRET, (const char *[]){secret_file, NULL}, SECRET);
    expect(NULL, (const char *[]){"JWT_PUBLIC_KEYS=/keys", NULL}, "");
}

static void test_no_key_at_all(void **state)
{
    (void)state;
    struct settings settings;
    char error[SETTINGS_ERROR_SIZE];
    const char *environment[] = {"JWT_SECRET=", NULL};
    assert_false(settings_load(&settings, NULL, (char *const *)environment, error));
    assert_memory_equal(error, "JWT_SECRET:", 11);
    assert_false(settings_load(&settings, NULL, NULL, error));
}

static void test_bad_secret_files(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t length;
    } samples[] = {{"", 0}, {"\n", 1}, {"short\n", 6}, {SECRET "\0" SECRET, 65}};
    for (size_t index = 0; index < sizeof samples / sizeof samples[0]; index++) {
        struct settings settings;
        char error[SETTINGS_ERROR_SIZE], line[600];
        snprintf(line, sizeof line, "JWT_SECRET_FILE=%s",
                 scratch_file("bad", samples[index].text, samples[index].length));
        const char *environment[] = {line, NULL};
        assert_false(settings_load(&settings, NULL, (char *const *)environment, error));
        assert_memory_equal(error, "JWT_SECRET_FILE:", 16);
    }
}

static void test_development_listens_on_loopback_only(void **state)
{
    (void)state;
    static const struct {
        const char *bind;
        const char *mode;
        bool good;
    } samples[] = {
        {"PUSH_BIND=127.0.0.1", "AUTH_MODE=development", true},
        {"PUSH_BIND=::1", "AUTH_MODE=development", true},
        {"PUSH_BIND=0.0.0.0", "AUTH_MODE=development", false},
        {"PUSH_BIND=::", "AUTH_MODE=development", false},
        {"PUSH_BIND=0.0.0.0", "AUTH_MODE=token", true},
    };
    for (size_t index = 0; index < sizeof samples / sizeof samples[0]; index++) {
        struct settings settings;
        char error[SETTINGS_ERROR_SIZE];
        const char *environment[] = {"JWT_SECRET=" SECRET, samples[index].bind, samples[index].mode,
                                     NULL};
        bool good = settings_load(&settings, NULL, (char *const *)environment, error);
        assert_int_equal(good, samples[index].good);
        if (good)
            settings_deinit(&settings);
        else
            assert_memory_equal(error, "PUSH_BIND:", 10);
    }
}

static void test_how_many_are_probed(void **state)
{
    (void)state;
    struct settings settings;
    char error[SETTINGS_ERROR_SIZE], line[4000] = "SERVICE_HEALTH_URLS=";
    const char *environment[] = {"JWT_SECRET=" SECRET, line, NULL};
    for (size_t count = 1; count <= 101; count++) {
        size_t length = strlen(line);
        snprintf(line + length, sizeof line - length, "n%zu=http://h/,", count);
        bool good = settings_load(&settings, NULL, (char *const *)environment, error);
        assert_int_equal(good, count <= 100);
        if (!good)
            assert_memory_equal(error, "SERVICE_HEALTH_URLS:", 20);
        else
            assert_int_equal(settings.service_health_urls.count, count);
        settings_deinit(&settings);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_where_the_secret_comes_from),
        cmocka_unit_test(test_no_key_at_all),
        cmocka_unit_test(test_bad_secret_files),
        cmocka_unit_test(test_development_listens_on_loopback_only),
        cmocka_unit_test(test_how_many_are_probed),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
