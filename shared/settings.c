#include "shared/settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/file.h"
#include "shared/base/memory.h"
#include "shared/settings_check.h"
#include "shared/settings_value.h"

enum { FILE_MAX = 1 << 20 };

static const struct setting_row rows[] = {
#define SETTING(type, field, name, fallback, minimum, maximum, summary)                            \
    {SETTING_TYPE_##type,                                                                          \
     offsetof(struct settings, field),                                                             \
     name,                                                                                         \
     fallback,                                                                                     \
     minimum,                                                                                      \
     maximum,                                                                                      \
     summary},
#include "shared/catalogue/settings.def"
};
enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

static const char *const prefixes[] = {"WEBSOCKET_", "CHANNEL_ROLES_", "JWT_",  "AUTH_",
                                       "DLQ_",       "STREAM_",        "FRONT_"};
enum { PREFIX_COUNT = sizeof prefixes / sizeof prefixes[0] };

/* The texts before they are parsed, one a row; NULL: not given. */
struct texts {
    const char *value[ROW_COUNT];
};

static int find_row(const char *name, size_t length)
{
    for (int row = 0; row < ROW_COUNT; row++) {
        if (strlen(rows[row].name) == length && memcmp(rows[row].name, name, length) == 0)
            return row;
    }
    return -1;
}

static bool has_own_prefix(const char *name, size_t length)
{
    for (int index = 0; index < PREFIX_COUNT; index++) {
        size_t prefix = strlen(prefixes[index]);
        if (length >= prefix && memcmp(name, prefixes[index], prefix) == 0)
            return true;
    }
    return false;
}

static bool is_name(const char *name, size_t length)
{
    for (size_t at = 0; at < length; at++) {
        char character = name[at];
        if (!(character >= 'A' && character <= 'Z') && !(character >= '0' && character <= '9') &&
            character != '_')
            return false;
    }
    return length > 0;
}

static bool refuse_name(const char *name, size_t length, char *error)
{
    snprintf(error, SETTINGS_ERROR_SIZE, "%.*s: unknown setting", (int)(length > 64 ? 64 : length),
             name);
    return false;
}

static bool take_environment(struct texts *texts, char *const *environment, char *error)
{
    for (; environment != NULL && *environment != NULL; environment++) {
        const char *equals = strchr(*environment, '=');
        if (equals == NULL)
            continue;
        size_t length = (size_t)(equals - *environment);
        int row = find_row(*environment, length);
        if (row >= 0)
            texts->value[row] = equals + 1;
        else if (has_own_prefix(*environment, length))
            return refuse_name(is_name(*environment, length) ? *environment : "(environment)",
                               is_name(*environment, length) ? length : 13, error);
    }
    return true;
}

static char *trim_line(char *line)
{
    line += strspn(line, " \t");
    size_t length = strlen(line);
    while (length > 0 && strchr(" \t\r", line[length - 1]) != NULL)
        line[--length] = '\0';
    return line;
}

/* The whole line may be a secret, so that only a well-formed name is repeated in the error. */
static bool take_line(struct texts *texts, char *line, int number, char *error)
{
    line = trim_line(line);
    if (line[0] == '\0' || line[0] == '#')
        return true;
    char *equals = strchr(line, '=');
    size_t length = equals == NULL ? 0 : (size_t)(equals - line);
    while (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\t'))
        length--;
    if (!is_name(line, length)) {
        snprintf(error, SETTINGS_ERROR_SIZE, "line %d of the file is not NAME=value", number);
        return false;
    }
    int row = find_row(line, length);
    if (row < 0)
        return refuse_name(line, length, error);
    texts->value[row] = equals + 1 + strspn(equals + 1, " \t");
    return true;
}

static bool take_file(struct texts *texts, char *text, char *error)
{
    char *line = text;
    for (int number = 1; line != NULL; number++) {
        char *end = strchr(line, '\n');
        if (end != NULL)
            *end++ = '\0';
        if (!take_line(texts, line, number, error))
            return false;
        line = end;
    }
    return true;
}

/* A secret in the file, in either form, replaces one in the environment, in either form. */
static void merge(struct texts *texts, const struct texts *file)
{
    int secret = find_row("JWT_SECRET", 10), secret_file = find_row("JWT_SECRET_FILE", 15);
    if (file->value[secret] != NULL || file->value[secret_file] != NULL)
        texts->value[secret] = texts->value[secret_file] = NULL;
    for (int row = 0; row < ROW_COUNT; row++) {
        if (file->value[row] != NULL)
            texts->value[row] = file->value[row];
    }
}

static bool parse(struct settings *settings, const struct texts *texts, char *error)
{
    for (int row = 0; row < ROW_COUNT; row++) {
        const char *text = texts->value[row] != NULL ? texts->value[row] : rows[row].fallback;
        if (!setting_value_parse(settings, &rows[row], text, error))
            return false;
    }
    return settings_check(settings, error);
}

bool settings_load(struct settings *settings, const char *config_path, char *const *environment,
                   char error[SETTINGS_ERROR_SIZE])
{
    struct texts texts = {0}, file = {0};
    char *text = NULL;
    *settings = (struct settings){0};
    error[0] = '\0';
    if (config_path != NULL) {
        text = file_read_text(config_path, FILE_MAX);
        if (text == NULL) {
            snprintf(error, SETTINGS_ERROR_SIZE, "the settings file cannot be read: %s",
                     strerror(errno));
            return false;
        }
    }
    bool good = take_environment(&texts, environment, error) &&
                (text == NULL || take_file(&file, text, error));
    if (good) {
        merge(&texts, &file);
        good = parse(settings, &texts, error);
    }
    free(text);
    if (!good)
        settings_deinit(settings);
    return good;
}

void settings_deinit(struct settings *settings)
{
    for (int row = 0; row < ROW_COUNT; row++)
        setting_value_deinit(settings, &rows[row]);
    *settings = (struct settings){0};
}

bool settings_log_json(const struct settings *settings)
{
    return settings->log_format != NULL && strcmp(settings->log_format, "json") == 0;
}

bool settings_development(const struct settings *settings)
{
    return settings->auth_mode != NULL && strcmp(settings->auth_mode, "development") == 0;
}
