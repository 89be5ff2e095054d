#include "tests/fuzz/values.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fcgi/value.h"
#include "pushd/protocol/json_text.h"
#include "shared/base/utf8.h"
#include "shared/db/connection.h"
#include "shared/model/uuid.h"

static bool is_json(const char *value)
{
    return json_text_valid(value, strlen(value));
}

static bool is_number(const char *value)
{
    char *end;

    strtoll(value, &end, 10);
    return *value != '\0' && *end == '\0';
}

static bool is_boolean(const char *value)
{
    return strcmp(value, "true") == 0 || strcmp(value, "false") == 0;
}

/* Elements in quotes, and no quote within them. */
static bool is_array(const char *value)
{
    bool quoted = false;

    if (*value++ != '{')
        return false;
    for (; *value && (quoted || *value != '}'); value++) {
        if (*value == '"')
            quoted = !quoted;
        else if (*value == '\\' && !*++value)
            return false;
    }
    return !quoted && strcmp(value, "}") == 0;
}

static const struct {
    const char *type;
    bool (*check)(const char *value);
} types[] = {{"jsonb", is_json},      {"text[]", is_array},
             {"uuid", uuid_is_valid}, {"timestamptz", value_is_timestamp},
             {"int", is_number},      {"bigint", is_number},
             {"boolean", is_boolean}};

static void check_type(const char *cast, const char *value)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        size_t length = strlen(types[i].type);

        if (strncmp(cast, types[i].type, length) == 0 && strchr(",) ", cast[length]))
            assert(types[i].check(value));
    }
}

void values_check(enum statement statement, const char *const values[])
{
    size_t characters;

    for (int i = 0; i < database_parameter_count(statement); i++) {
        char parameter[16];
        const char *cast;

        if (!values[i])
            continue;
        assert(utf8_count(values[i], strlen(values[i]), &characters));
        snprintf(parameter, sizeof parameter, "$%d::", i + 1);
        cast = strstr(database_statement_text(statement), parameter);
        if (cast)
            check_type(cast + strlen(parameter), values[i]);
    }
}
