#include "shared/settings_value.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/memory.h"
#include "shared/base/utf8.h"
#include "shared/model/role.h"

static void *field(struct settings *settings, const struct setting_row *row)
{
    return (char *)settings + row->offset;
}

static bool parse_integer(int64_t *value, const struct setting_row *row, const char *text,
                          char *error)
{
    size_t digits = strspn(text + (text[0] == '-'), "0123456789");
    errno = 0;
    long long number = strtoll(text, NULL, 10);
    if (digits == 0 || text[digits + (text[0] == '-')] != '\0' || errno != 0 ||
        number < row->minimum || number > row->maximum) {
        snprintf(error, SETTINGS_ERROR_SIZE,
                 "%s: must be a whole number from %" PRId64 " to %" PRId64, row->name, row->minimum,
                 row->maximum);
        return false;
    }
    *value = number;
    return true;
}

static bool parse_boolean(bool *value, const struct setting_row *row, const char *text, char *error)
{
    bool yes = strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
    if (!yes && strcmp(text, "false") != 0 && strcmp(text, "0") != 0) {
        snprintf(error, SETTINGS_ERROR_SIZE, "%s: must be true or false", row->name);
        return false;
    }
    *value = yes;
    return true;
}

/* The words are those in the brackets at the end of the summary. */
static bool parse_choice(char **value, const struct setting_row *row, const char *text, char *error)
{
    const char *words = strrchr(row->summary, '[') + 1;
    size_t length = strlen(text);
    for (const char *word = words; *word != '\0';) {
        size_t span = strcspn(word, " ]");
        if (span == length && memcmp(word, text, span) == 0) {
            free(*value);
            *value = memory_copy(text, length);
            return true;
        }
        word += span + 1;
    }
    snprintf(error, SETTINGS_ERROR_SIZE, "%s: must be one of: %.*s", row->name,
             (int)strcspn(words, "]"), words);
    return false;
}

static const char *trim(const char *text, size_t *length)
{
    while (*length > 0 && (*text == ' ' || *text == '\t')) {
        text++;
        (*length)--;
    }
    while (*length > 0 && (text[*length - 1] == ' ' || text[*length - 1] == '\t'))
        (*length)--;
    return text;
}

static bool parse_roles(unsigned *value, const struct setting_row *row, const char *text,
                        char *error)
{
    unsigned roles = 0;
    if (strcmp(text, "*") == 0) {
        *value = ROLES_ANY;
        return true;
    }
    for (const char *at = text;; at++) {
        size_t span = strcspn(at, ","), length = span;
        const char *name = trim(at, &length);
        enum role role;
        if (!role_parse(name, length, &role)) {
            snprintf(error, SETTINGS_ERROR_SIZE,
                     "%s: must be * or known roles, separated by commas", row->name);
            return false;
        }
        roles |= ROLE_BIT(role);
        at += span;
        if (*at == '\0')
            break;
    }
    *value = roles;
    return true;
}

static void list_deinit(struct setting_list *list)
{
    for (size_t index = 0; index < list->count; index++)
        free(list->items[index]);
    free(list->items);
    *list = (struct setting_list){0};
}

static void parse_list(struct setting_list *list, const char *text)
{
    list_deinit(list);
    for (const char *at = text;; at++) {
        size_t span = strcspn(at, ","), length = span;
        const char *item = trim(at, &length);
        if (length > 0) {
            list->items = memory_resize(list->items, (list->count + 1) * sizeof *list->items);
            list->items[list->count++] = memory_copy(item, length);
        }
        at += span;
        if (*at == '\0')
            break;
    }
}

static bool check_text(const struct setting_row *row, const char *text, char *error)
{
    size_t length = strlen(text), characters;
    if (length < (size_t)row->minimum || length > (size_t)row->maximum) {
        snprintf(error, SETTINGS_ERROR_SIZE, "%s: must have %" PRId64 " to %" PRId64 " bytes",
                 row->name, row->minimum, row->maximum);
        return false;
    }
    if (!utf8_count(text, length, &characters)) {
        snprintf(error, SETTINGS_ERROR_SIZE, "%s: is not UTF-8 text", row->name);
        return false;
    }
    return true;
}

bool setting_value_parse(struct settings *settings, const struct setting_row *row, const char *text,
                         char error[SETTINGS_ERROR_SIZE])
{
    void *value = field(settings, row);
    if (row->type == SETTING_TYPE_INTEGER)
        return parse_integer(value, row, text, error);
    if (row->type == SETTING_TYPE_BOOLEAN)
        return parse_boolean(value, row, text, error);
    if (!check_text(row, text, error))
        return false;
    switch (row->type) {
    case SETTING_TYPE_CHOICE:
        return parse_choice(value, row, text, error);
    case SETTING_TYPE_ROLES:
        return parse_roles(value, row, text, error);
    case SETTING_TYPE_LIST:
        parse_list(value, text);
        return true;
    default:
        free(*(char **)value);
        *(char **)value = memory_copy_text(text);
        return true;
    }
}

void setting_value_deinit(struct settings *settings, const struct setting_row *row)
{
    void *value = field(settings, row);
    if (row->type == SETTING_TYPE_LIST) {
        list_deinit(value);
    } else if (row->type == SETTING_TYPE_TEXT || row->type == SETTING_TYPE_CHOICE) {
        free(*(char **)value);
        *(char **)value = NULL;
    }
}
