#include "shared/settings_check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "shared/base/file.h"
#include "shared/model/health_target.h"

enum { SECRET_MIN = 32, SECRET_MAX = 4096 };

static bool fail(char *error, const char *text)
{
    snprintf(error, SETTINGS_ERROR_SIZE, "%s", text);
    return false;
}

static bool read_secret(struct settings *settings, char *error)
{
    if (settings->jwt_secret[0] != '\0' || settings->jwt_secret_file[0] == '\0')
        return true;
    char *secret = file_read_secret(settings->jwt_secret_file, SECRET_MAX);
    if (secret == NULL) {
        snprintf(error, SETTINGS_ERROR_SIZE, "JWT_SECRET_FILE: cannot be read: %s",
                 strerror(errno));
        return false;
    }
    free(settings->jwt_secret);
    settings->jwt_secret = secret;
    if (strlen(secret) < SECRET_MIN)
        return fail(error, "JWT_SECRET_FILE: the secret must have 32 bytes or more");
    return true;
}

static bool check_keys(struct settings *settings, char *error)
{
    if (settings->jwt_secret[0] != '\0' && strlen(settings->jwt_secret) < SECRET_MIN)
        return fail(error, "JWT_SECRET: must have 32 bytes or more");
    if (!read_secret(settings, error))
        return false;
    if (settings->jwt_secret[0] == '\0' && settings->jwt_public_keys[0] == '\0')
        return fail(error, "JWT_SECRET: is missing; so are JWT_SECRET_FILE and JWT_PUBLIC_KEYS");
    return true;
}

static bool check_namespace(const char *text, char *error)
{
    if (text[0] != '/')
        return fail(error, "WEBSOCKET_NAMESPACE: must begin with /");
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
        if (*at <= ' ' || *at >= 0x7F || strchr(",?#\"\\", *at) != NULL)
            return fail(error, "WEBSOCKET_NAMESPACE: holds a character that a path cannot have");
    }
    return true;
}

/* scheme://host[:port], as browsers send it. */
static bool check_origins(const struct setting_list *origins, char *error)
{
    for (size_t index = 0; index < origins->count; index++) {
        const char *origin = origins->items[index];
        const char *host = strstr(origin, "://");
        if (strcasecmp(origin, "null") == 0 || host == NULL || host == origin || host[3] == '\0' ||
            strpbrk(host + 3, "/?#*@ ") != NULL)
            return fail(error, "CORS_ORIGIN: must list origins such as https://app.example.org");
    }
    return true;
}

static bool is_address(const char *text)
{
    unsigned char bytes[sizeof(struct in6_addr)];
    return inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1;
}

static bool check_addresses(const struct settings *settings, char *error)
{
    for (size_t index = 0; index < settings->trusted_proxies.count; index++) {
        if (!is_address(settings->trusted_proxies.items[index]))
            return fail(error, "TRUSTED_PROXIES: must list IP addresses");
    }
    if (!is_address(settings->push_bind))
        return fail(error, "PUSH_BIND: must be an IP address");
    if (!is_address(settings->push_admin_bind))
        return fail(error, "PUSH_ADMIN_BIND: must be an IP address");
    if (settings->push_admin_port != 0 && settings->push_admin_port == settings->push_port)
        return fail(error, "PUSH_ADMIN_PORT: must differ from PUSH_PORT");
    bool is_loopback =
        strncmp(settings->push_bind, "127.", 4) == 0 || strcmp(settings->push_bind, "::1") == 0;
    if (settings_development(settings) && !is_loopback)
        return fail(error, "PUSH_BIND: must be a loopback address unless AUTH_MODE is token");
    return true;
}

/* A URL may hold a password: its place and name are told, not itself. */
static bool check_health_item(const struct setting_list *list, size_t index, char *error)
{
    struct health_target target, other;
    const char *problem = health_target_parse(list->items[index], &target);
    for (size_t before = 0; problem == NULL && before < index; before++) {
        if (health_target_parse(list->items[before], &other) == NULL &&
            other.name_length == target.name_length &&
            memcmp(other.name, target.name, target.name_length) == 0)
            problem = "has a name that is taken";
    }
    if (problem != NULL)
        snprintf(error, SETTINGS_ERROR_SIZE, "SERVICE_HEALTH_URLS: entry %zu %s", index + 1,
                 problem);
    return problem == NULL;
}

static bool check_health(const struct settings *settings, char *error)
{
    const struct setting_list *list = &settings->service_health_urls;
    if (list->count > HEALTH_TARGETS_MAX) {
        snprintf(error, SETTINGS_ERROR_SIZE, "SERVICE_HEALTH_URLS: must have at most %d entries",
                 HEALTH_TARGETS_MAX);
        return false;
    }
    for (size_t index = 0; index < list->count; index++) {
        if (!check_health_item(list, index, error))
            return false;
    }
    const char *problem = settings->front_health_url[0] == '\0'
                              ? NULL
                              : health_url_problem(settings->front_health_url);
    if (problem != NULL)
        snprintf(error, SETTINGS_ERROR_SIZE, "FRONT_HEALTH_URL: %s", problem);
    return problem == NULL;
}

bool settings_check(struct settings *settings, char error[SETTINGS_ERROR_SIZE])
{
    return check_keys(settings, error) && check_namespace(settings->websocket_namespace, error) &&
           check_origins(&settings->cors_origin, error) && check_addresses(settings, error) &&
           check_health(settings, error);
}
