#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/model/role.h"
#include "shared/settings.h"
#include "tests/unit/shared/scratch.h"

#define SECRET "0123456789abcdef0123456789abcdef"

static bool load(struct settings *settings, const char *file, const char *const environment[],
                 char *error)
{
    const char *path = file == NULL ? NULL : scratch_file("bookly.conf", file, strlen(file));
    return settings_load(settings, path, (char *const *)environment, error);
}

static void test_defaults(void **state)
{
    (void)state;
    struct settings settings;
    char error[SETTINGS_ERROR_SIZE];
    const char *environment[] = {"PATH=/bin", "JWT_SECRET=" SECRET, "ODD", NULL};
    assert_true(load(&settings, NULL, environment, error));
    assert_true(settings.websocket_enabled);
    assert_string_equal(settings.websocket_namespace, "/api/v1/ws");
    assert_int_equal(settings.metrics_interval_ms, 5000);
    assert_int_equal(settings.dlq_interval_ms, 10000);
    assert_int_equal(settings.max_notifications_per_user, 100);
    assert_int_equal(settings.log_buffer_size, 1000);
    assert_int_equal(settings.channel_roles_notifications, ROLES_ANY);
    assert_int_equal(settings.channel_roles_logs, ROLE_BIT(ROLE_GENERAL_ADMIN));
    assert_int_equal(settings.cors_origin.count, 0);
    assert_int_equal(settings.trusted_proxies.count, 2);
    assert_string_equal(settings.trusted_proxies.items[1], "::1");
    assert_string_equal(settings.log_file, "");
    assert_false(settings_development(&settings));
    settings_deinit(&settings);
    settings_deinit(&settings);
}

static void test_the_file_goes_over_the_environment(void **state)
{
    (void)state;
    struct settings settings;
    char error[SETTINGS_ERROR_SIZE];
    const char *environment[] = {"JWT_SECRET=" SECRET, "PUSH_PORT=1000", "LOG_LEVEL=debug",
                                 "WEBSOCKET_ENABLED=0", NULL};
    assert_true(load(&settings,
                     "# comment\n\n  PUSH_PORT = 2000 \r\nPUSH_PORT=2001\n"
                     "CORS_ORIGIN= https://a.example , https://b.example:8443\n"
                     "JWT_ISSUER=a=b#c",
                     environment, error));
    assert_int_equal(settings.push_port, 2001);
    assert_string_equal(settings.log_level, "debug");
    assert_false(settings.websocket_enabled);
    assert_int_equal(settings.cors_origin.count, 2);
    assert_string_equal(settings.cors_origin.items[1], "https://b.example:8443");
    assert_string_equal(settings.jwt_issuer, "a=b#c");
    settings_deinit(&settings);
}

static void test_an_empty_list_is_empty(void **state)
{
    (void)state;
    struct settings settings;
    char error[SETTINGS_ERROR_SIZE];
    const char *environment[] = {"JWT_SECRET=" SECRET, "TRUSTED_PROXIES=", NULL};
    assert_true(load(&settings, NULL, environment, error));
    assert_int_equal(settings.trusted_proxies.count, 0);
    settings_deinit(&settings);
}

static const struct {
    const char *name; /* what the error begins with */
    const char *line;
} refused[] = {
    {"WEBSOCKET_ENABLED:", "WEBSOCKET_ENABLED=yes"},
    {"WEBSOCKET_ENABLED:", "WEBSOCKET_ENABLED="},
    {"WEBSOCKET_METRICS_INTERVAL:", "WEBSOCKET_METRICS_INTERVAL=5s"},
    {"WEBSOCKET_METRICS_INTERVAL:", "WEBSOCKET_METRICS_INTERVAL=99"},
    {"WEBSOCKET_METRICS_INTERVAL:", "WEBSOCKET_METRICS_INTERVAL=3600001"},
    {"WEBSOCKET_METRICS_INTERVAL:", "WEBSOCKET_METRICS_INTERVAL=99999999999999999999999"},
    {"WEBSOCKET_METRICS_INTERVAL:", "WEBSOCKET_METRICS_INTERVAL=+5000"},
    {"WEBSOCKET_METRICS_INTERVAL:", "WEBSOCKET_METRICS_INTERVAL=-"},
    {"MAX_NOTIFICATIONS_PER_USER:", "MAX_NOTIFICATIONS_PER_USER=0"},
    {"WEBSOCKET_NAMESPACE:", "WEBSOCKET_NAMESPACE=ws"},
    {"WEBSOCKET_NAMESPACE:", "WEBSOCKET_NAMESPACE=/a,b"},
    {"WEBSOCKET_NAMESPACE:", "WEBSOCKET_NAMESPACE=/"},
    {"CHANNEL_ROLES_LOGS:", "CHANNEL_ROLES_LOGS=GENERAL_ADMIN,BOSS"},
    {"CHANNEL_ROLES_LOGS:", "CHANNEL_ROLES_LOGS=GENERAL_ADMIN,"},
    {"CHANNEL_ROLES_LOGS:", "CHANNEL_ROLES_LOGS="},
    {"CHANNEL_ROLES_LOG:", "CHANNEL_ROLES_LOG=GENERAL_ADMIN"},
    {"AUTH_MODE:", "AUTH_MODE=none"},
    {"AUTH_MODE:", "AUTH_MODE=token development"},
    {"LOG_LEVEL:", "LOG_LEVEL=verbose"},
    {"SERVICE_HEALTH_URLS: entry 2", "SERVICE_HEALTH_URLS=a=http://a,b=ftp://user:hunter2@b"},
    {"SERVICE_HEALTH_URLS: entry 3", "SERVICE_HEALTH_URLS=a=http://a,b=http://b,a=http://c"},
    {"SERVICE_HEALTH_INTERVAL:", "SERVICE_HEALTH_INTERVAL=0"},
    {"SERVICE_HEALTH_TIMEOUT:", "SERVICE_HEALTH_TIMEOUT=x"},
    {"FRONT_HEALTH_URL:", "FRONT_HEALTH_URL=localhost:3000"},
    {"CORS_ORIGIN:", "CORS_ORIGIN=*"},
    {"CORS_ORIGIN:", "CORS_ORIGIN=https://a.example/"},
    {"CORS_ORIGIN:", "CORS_ORIGIN=null"},
    {"CORS_ORIGIN:", "CORS_ORIGIN=a.example"},
    {"TRUSTED_PROXIES:", "TRUSTED_PROXIES=localhost"},
    {"PUSH_BIND:", "PUSH_BIND=example.org"},
    {"JWT_SECRET:", "JWT_SECRET=short-secret-that-is-31-bytes-l"},
    {"JWT_ISSUER:", "JWT_ISSUER=\xFF"},
    {"JWT_SECRET_FILE:", "JWT_SECRET_FILE=/nowhere/secret"},
    {"JWT_SECRETS:", "JWT_SECRETS=x"},
    {"WEBSOCKET_UNHEARD:", "WEBSOCKET_UNHEARD=1"},
    {"DLQ_X:", "DLQ_X=1"},
    {"STREAM_X:", "STREAM_X=1"},
    {"FRONT_X:", "FRONT_X=1"},
};

/* Once from the environment, once from the file; the value itself is never repeated. */
static void test_refused(void **state)
{
    (void)state;
    for (size_t index = 0; index < sizeof refused / sizeof refused[0]; index++) {
        struct settings settings;
        char error[SETTINGS_ERROR_SIZE];
        const char *line = refused[index].line, *name = refused[index].name;
        bool is_secret_file = strncmp(line, "JWT_SECRET_FILE", 15) == 0;
        const char *both[] = {is_secret_file ? "X=1" : "JWT_SECRET=" SECRET, line, NULL};
        const char *only[] = {line, NULL}, *none[] = {"JWT_SECRET=" SECRET, NULL};
        bool is_secret = strncmp(line, "JWT_SECRET=", 11) == 0;
        if (load(&settings, NULL, is_secret ? only : both, error))
            fail_msg("%s was accepted", line);
        assert_memory_equal(error, name, strlen(name));
        assert_null(strstr(error, "short-secret"));
        assert_null(strstr(error, "hunter2"));
        if (load(&settings, line, none, error))
            fail_msg("%s in the file was accepted", line);
        assert_memory_equal(error, name, strlen(name));
        assert_null(strchr(error, '\n'));
    }
}

static void test_files_that_are_none(void **state)
{
    (void)state;
    static const char *const samples[] = {"no equals sign", "=x", "lower=1", "PORT=3000",
                                          "export PUSH_PORT=1"};
    struct settings settings;
    char error[SETTINGS_ERROR_SIZE];
    const char *environment[] = {"JWT_SECRET=" SECRET, NULL};
    for (size_t index = 0; index < sizeof samples / sizeof samples[0]; index++)
        assert_false(load(&settings, samples[index], environment, error));
    assert_false(settings_load(&settings, "/nowhere/x", (char *const *)environment, error));
    assert_false(load(&settings, SECRET SECRET, environment, error));
    assert_null(strstr(error, SECRET)); /* a line may be a secret by mistake */
}

static void test_a_foreign_name_in_the_environment_is_none_of_ours(void **state)
{
    (void)state;
    struct settings settings;
    char error[SETTINGS_ERROR_SIZE];
    const char *environment[] = {"JWT_SECRET=" SECRET, "PORT=1", "LOG_COLOR=1", "FRONT=apache",
                                 NULL};
    assert_true(load(&settings, NULL, environment, error));
    settings_deinit(&settings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_the_file_goes_over_the_environment),
        cmocka_unit_test(test_an_empty_list_is_empty),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_files_that_are_none),
        cmocka_unit_test(test_a_foreign_name_in_the_environment_is_none_of_ours),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    scratch_remove();
    return failed;
}
