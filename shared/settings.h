/* The settings of both programs: one field a row of catalogue/settings.def, from the
 * environment and, over it, a file of NAME=value lines. Read-only after loading. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct setting_list {
    size_t count;
    char **items;
};

struct settings {
#define SETTING_INTEGER(field) int64_t field;
#define SETTING_BOOLEAN(field) bool field;
#define SETTING_TEXT(field) char *field;
#define SETTING_CHOICE(field) char *field;
#define SETTING_ROLES(field) unsigned field;
#define SETTING_LIST(field) struct setting_list field;
#define SETTING(type, field, name, fallback, minimum, maximum, summary) SETTING_##type(field)
#include "shared/catalogue/settings.def"
};

enum { SETTINGS_ERROR_SIZE = 256 };

/* config_path NULL: no file. A line of the file is NAME=value, a # comment or empty; the value is
 * taken as it stands, without quotes, and the last line of a name counts. Texts are never NULL,
 * only "".
 * False: error holds one line that names the setting: a bad value, an unknown name in the file, an
 * unknown environment name with one of our prefixes (WEBSOCKET_ CHANNEL_ROLES_ JWT_ AUTH_ DLQ_
 * STREAM_ FRONT_), no key at all, an HS256 secret under 32 bytes. Nothing is to be freed then.
 * Never prints a value.
 * jwt_secret holds the secret also when it came from a file. JWT_SECRET wins over
 * JWT_SECRET_FILE where both stand in the same place; either in the file wins over both in the
 * environment. */
bool settings_load(struct settings *settings, const char *config_path, char *const *environment,
                   char error[SETTINGS_ERROR_SIZE]);
void settings_deinit(struct settings *settings);
bool settings_log_json(const struct settings *settings);
bool settings_development(const struct settings *settings);
