/* A filter holds, for each row of catalogue/filters.def that belongs to its channel, a sorted set
 * of values.
 * Sorted, so that {"services":["b","a"]} and {"services":["a","b","a"]} have one canonical text:
 *   {"services":["a","b"]}
 * Event types are kept in their normal form, as stream rows carry them. */
#include "shared/model/filter.h"

#include <stdlib.h>
#include <string.h>

#include "shared/base/buffer.h"
#include "shared/base/memory.h"
#include "shared/base/utf8.h"
#include "shared/json.h"
#include "shared/model/event_type.h"

enum match { EVENT_TYPE, EXACT, LEVEL, MIN_LEVEL, SUBSTRING, DLQ_STATUS };

static const struct filter_row {
    enum channel channel;
    const char *name;
    int column;
    enum match match;
} rows[] = {
#define FILTER(channel, name, column, match, values) {CHANNEL_##channel, name, column, match},
#include "shared/catalogue/filters.def"
};
enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

/* Most severe first: a threshold lets through what is not behind it. */
static const char *const levels[] = {"error", "warn", "info", "debug", NULL};
static const char *const statuses[] = {"pending", "retrying", "failed", "resolved", NULL};

struct value_set {
    size_t count;
    char **values;
};

struct filter {
    enum channel channel;
    struct value_set sets[ROW_COUNT]; /* empty: not asked */
    struct buffer canonical;
};

static int find_word(const char *const words[], const char *text)
{
    for (int index = 0; words[index] != NULL; index++) {
        if (strcmp(words[index], text) == 0)
            return index;
    }
    return -1;
}

static int find_row(enum channel channel, const char *name)
{
    for (int row = 0; row < ROW_COUNT; row++) {
        if (rows[row].channel == channel && strcmp(rows[row].name, name) == 0)
            return row;
    }
    return -1;
}

bool filter_has_name(enum channel channel, const char *name)
{
    return find_row(channel, name) >= 0;
}

struct filter *filter_create(enum channel channel)
{
    struct filter *filter = memory_allocate(sizeof *filter);
    filter->channel = channel;
    buffer_append_text(&filter->canonical, "");
    return filter;
}

void filter_free(struct filter **filter)
{
    if (filter == NULL || *filter == NULL)
        return;
    for (int row = 0; row < ROW_COUNT; row++) {
        struct value_set *set = &(*filter)->sets[row];
        for (size_t index = 0; index < set->count; index++)
            free(set->values[index]);
        free(set->values);
    }
    buffer_deinit(&(*filter)->canonical);
    free(*filter);
    *filter = NULL;
}

static bool check_value(const struct filter_row *row, const char *path, const char *value,
                        struct error *error)
{
    size_t characters;
    if (!utf8_count(value, strlen(value), &characters) || characters == 0 ||
        characters > FILTER_MAX_VALUE_LENGTH) {
        error_set(error, ERROR_INVALID_VALUE, "%s: a value must have 1 to %d characters", path,
                  FILTER_MAX_VALUE_LENGTH);
        return false;
    }
    if ((row->match == LEVEL || row->match == MIN_LEVEL) && find_word(levels, value) < 0) {
        error_set(error, ERROR_INVALID_VALUE, "%s: must be error, warn, info or debug", path);
        return false;
    }
    if (row->match == DLQ_STATUS && find_word(statuses, value) < 0) {
        error_set(error, ERROR_INVALID_VALUE, "%s: must be pending, retrying, failed or resolved",
                  path);
        return false;
    }
    return true;
}

/* Takes the value; one that is there already is dropped. */
static void insert(struct value_set *set, char *value)
{
    size_t place = 0;
    while (place < set->count && strcmp(set->values[place], value) < 0)
        place++;
    if (place < set->count && strcmp(set->values[place], value) == 0) {
        free(value);
        return;
    }
    set->values = memory_resize(set->values, (set->count + 1) * sizeof *set->values);
    memmove(set->values + place + 1, set->values + place,
            (set->count - place) * sizeof *set->values);
    set->values[place] = value;
    set->count++;
}

static bool add_value(struct filter *filter, int row, const char *path, const char *value,
                      struct error *error)
{
    struct value_set *set = &filter->sets[row];
    if (!check_value(&rows[row], path, value, error))
        return false;
    if (set->count == FILTER_MAX_VALUES) {
        error_set(error, ERROR_INVALID_VALUE, "%s: more than %d values", path, FILTER_MAX_VALUES);
        return false;
    }
    if (rows[row].match == EVENT_TYPE) {
        char normal[EVENT_TYPE_MAX + 1];
        event_type_normalize(value, strlen(value), normal);
        insert(set, memory_copy_text(normal));
    } else {
        insert(set, memory_copy_text(value));
    }
    return true;
}

static void canonicalize(struct filter *filter)
{
    struct buffer *text = &filter->canonical;

    buffer_clear(text);
    for (int row = 0; row < ROW_COUNT; row++) {
        const struct value_set *set = &filter->sets[row];
        if (set->count == 0)
            continue;
        buffer_append_format(text, "%s\"%s\":", text->length ? "," : "{", rows[row].name);
        for (size_t index = 0; index < set->count; index++) {
            buffer_append_character(text, index == 0 ? '[' : ',');
            json_append_string(text, set->values[index], strlen(set->values[index]));
        }
        buffer_append_character(text, ']');
    }
    if (text->length > 0)
        buffer_append_character(text, '}');
}

bool filter_add(struct filter *filter, const char *name, const char *value, struct error *error)
{
    int row = find_row(filter->channel, name);
    if (row < 0) {
        error_set(error, ERROR_UNKNOWN_FIELD, "%.100s: unknown filter", name);
        return false;
    }
    bool good = true;
    for (const char *at = value; good; at++) {
        size_t length = strcspn(at, ",");
        char *part = memory_copy(at, length);
        good = add_value(filter, row, name, part, error);
        free(part);
        at += length;
        if (*at == '\0')
            break;
    }
    canonicalize(filter);
    return good;
}

/* A string, or an array of them. */
static bool add_member(struct filter *filter, const struct json *member, struct error *error)
{
    const char *object = channel_filter_name(filter->channel), *name = json_name(member);
    int row = find_row(filter->channel, name);
    if (row < 0) {
        error_set(error, ERROR_UNKNOWN_FIELD, "%s.%.100s: unknown filter", object, name);
        return false;
    }
    struct error path; /* only to print into */
    error_set(&path, ERROR_NONE, "%s.%s", object, name);
    bool is_array = json_kind(member) == JSON_ARRAY;
    const struct json *value = is_array ? json_first(member) : member;
    while (value != NULL) {
        const char *text = json_string(value);
        if (text == NULL) {
            error_set(error, ERROR_INVALID_VALUE, "%s: must be a string or an array of strings",
                      path.detail);
            return false;
        }
        if (!add_value(filter, row, path.detail, text, error))
            return false;
        value = is_array ? json_next(value) : NULL;
    }
    return true;
}

struct filter *filter_parse(enum channel channel, const struct json *object, struct error *error)
{
    const char *name = channel_filter_name(channel);
    if (name == NULL || object == NULL || json_kind(object) != JSON_OBJECT) {
        error_set(error, ERROR_INVALID_VALUE, "%s: must be an object",
                  name == NULL ? "filter" : name);
        return NULL;
    }
    struct filter *filter = filter_create(channel);
    for (const struct json *member = json_first(object); member != NULL;
         member = json_next(member)) {
        if (!add_member(filter, member, error)) {
            filter_free(&filter);
            return NULL;
        }
    }
    canonicalize(filter);
    return filter;
}

static bool value_matches(enum match match, const char *value, const char *key)
{
    switch (match) {
    case SUBSTRING:
        return strstr(key, value) != NULL;
    case MIN_LEVEL: {
        int severity = find_word(levels, key);
        return severity >= 0 && severity <= find_word(levels, value);
    }
    default:
        return strcmp(key, value) == 0;
    }
}

static bool set_matches(const struct filter_row *row, const struct value_set *set,
                        const struct filter_keys *keys)
{
    const char *key = keys->key[row->column - 1];
    if (key == NULL)
        return false;
    for (size_t index = 0; index < set->count; index++) {
        if (value_matches(row->match, set->values[index], key))
            return true;
    }
    return false;
}

bool filter_matches(const struct filter *filter, const struct filter_keys *keys)
{
    for (int row = 0; row < ROW_COUNT; row++) {
        const struct value_set *set = &filter->sets[row];
        if (set->count > 0 && !set_matches(&rows[row], set, keys))
            return false;
    }
    return true;
}

const char *filter_canonical(const struct filter *filter)
{
    return filter->canonical.data;
}

size_t filter_values(const struct filter *filter, const char *name, const char *const **values)
{
    int row = find_row(filter->channel, name);
    const struct value_set *set = row < 0 ? NULL : &filter->sets[row];
    *values = set == NULL ? NULL : (const char *const *)set->values;
    return set == NULL ? 0 : set->count;
}
