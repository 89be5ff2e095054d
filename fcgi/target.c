#include "fcgi/target.h"

#include <stdlib.h>
#include <string.h>

#include "fcgi/problem.h"
#include "shared/base/buffer.h"
#include "shared/base/memory.h"
#include "shared/base/utf8.h"

static int hexadecimal(char character)
{
    if (character >= '0' && character <= '9')
        return character - '0';
    char lower = (char)(character | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* Decodes in place; false: not an escape, a NUL, or not UTF-8. */
static bool decode(char *text, bool plus_is_blank)
{
    char *write = text;
    for (const char *read = text; *read; read++) {
        if (*read == '%') {
            int high = hexadecimal(read[1]), low = high < 0 ? -1 : hexadecimal(read[2]);
            if (low < 0 || (high == 0 && low == 0))
                return false;
            *write++ = (char)(high * 16 + low);
            read += 2;
        } else {
            *write++ = *read == '+' && plus_is_blank ? ' ' : *read;
        }
    }
    *write = '\0';
    size_t characters;
    return utf8_count(text, (size_t)(write - text), &characters);
}

static bool parse_path(struct target *target, char *path, struct problem *problem)
{
    size_t prefix = strlen(TARGET_PREFIX);
    if (strncmp(path, TARGET_PREFIX, prefix) != 0 || (path[prefix] && path[prefix] != '/'))
        return true;
    target->below_prefix = true;
    char *rest = path[prefix] ? path + prefix + 1 : NULL;
    while (rest) {
        char *segment = strsep(&rest, "/");
        if (target->segment_count == TARGET_MAX_SEGMENTS) {
            target->segment_count++;
            return true;
        }
        if (!decode(segment, false))
            return problem_set(problem, ERROR_BAD_REQUEST, NULL,
                               "the path has a broken percent escape, a NUL or invalid UTF-8");
        target->segments[target->segment_count++] = segment;
    }
    return true;
}

static bool parse_query(struct target *target, char *query, struct problem *problem)
{
    char *rest = query;
    for (char *pair = strsep(&rest, "&"); pair; pair = strsep(&rest, "&")) {
        if (!*pair)
            continue;
        if (target->field_count == TARGET_MAX_FIELDS)
            return problem_set(problem, ERROR_BAD_REQUEST, NULL,
                               "the query has more than %d fields", TARGET_MAX_FIELDS);
        char *value = pair;
        char *name = strsep(&value, "=");
        if (!decode(name, true) || strlen(name) > TARGET_MAX_NAME)
            return problem_set(problem, ERROR_BAD_REQUEST, NULL,
                               "a name in the query is too long, or has a broken percent escape, "
                               "a NUL or invalid UTF-8");
        if (value && !decode(value, true))
            return problem_set(problem, ERROR_INVALID_VALUE, name,
                               "%s: broken percent escape, NUL or invalid UTF-8", name);
        target->fields[target->field_count++] =
            (struct target_field){.name = name, .value = value ? value : ""};
    }
    return true;
}

bool target_parse(struct target *target, const char *uri, struct problem *problem)
{
    *target = (struct target){.memory = memory_copy_text(uri)};
    char *query = target->memory;
    char *path = strsep(&query, "?");
    return parse_path(target, path, problem) && (!query || parse_query(target, query, problem));
}

void target_deinit(struct target *target)
{
    free(target->memory);
    *target = (struct target){0};
}

void target_append_encoded(struct buffer *buffer, const char *text)
{
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        if ((byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') ||
            strchr("-._~", byte))
            buffer_append_character(buffer, *text);
        else
            buffer_append_format(buffer, "%%%02X", byte);
    }
}
