/* One setting's text into its field. Private to settings.c. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/settings.h"

struct setting_row {
    enum setting_type {
        SETTING_TYPE_INTEGER,
        SETTING_TYPE_BOOLEAN,
        SETTING_TYPE_TEXT,
        SETTING_TYPE_CHOICE,
        SETTING_TYPE_ROLES,
        SETTING_TYPE_LIST,
    } type;
    size_t offset; /* of the field in struct settings */
    const char *name;
    const char *fallback;
    int64_t minimum;
    int64_t maximum;
    const char *summary;
};

/* False: error says what is wrong, the field is untouched. The field owns copies. */
bool setting_value_parse(struct settings *settings, const struct setting_row *row, const char *text,
                         char error[SETTINGS_ERROR_SIZE]);
void setting_value_deinit(struct settings *settings, const struct setting_row *row);
