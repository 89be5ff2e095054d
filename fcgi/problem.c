#include "fcgi/problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "shared/base/buffer.h"
#include "shared/base/utf8.h"
#include "shared/db/database.h"
#include "shared/json.h"

/* What was cut at the end of its array must not end inside a character. */
static void trim_partial_character(char *text)
{
    size_t length = strlen(text), characters;
    while (length > 0 && !utf8_count(text, length, &characters))
        text[--length] = '\0';
}

bool problem_set(struct problem *problem, enum error_code code, const char *field,
                 const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    problem->error.code = code;
    vsnprintf(problem->error.detail, sizeof problem->error.detail, format, arguments);
    va_end(arguments);
    snprintf(problem->field, sizeof problem->field, "%s", field ? field : "");
    trim_partial_character(problem->error.detail);
    trim_partial_character(problem->field);
    return false;
}

/* aggregate_id → aggregateId; names that are no SQL argument pass unchanged. */
static void name_as_rest(const char *name, char rest[PROBLEM_FIELD_SIZE])
{
    size_t length = 0;
    if (strcmp(name, "max_records") == 0)
        name = "limit";
    for (; *name && length + 1 < PROBLEM_FIELD_SIZE; name++) {
        bool joint = *name == '_' && name[1] >= 'a' && name[1] <= 'z';
        if (joint)
            name++;
        rest[length++] = joint ? (char)(*name - 'a' + 'A') : *name;
    }
    rest[length] = '\0';
}

bool problem_from_answer(struct problem *problem, const struct database_answer *answer)
{
    char field[PROBLEM_FIELD_SIZE];
    name_as_rest(answer->field, field);
    size_t length = strlen(answer->field);
    const char *detail = answer->error.detail;
    if (length > 0 && strncmp(detail, answer->field, length) == 0 && detail[length] == ':')
        return problem_set(problem, answer->error.code, field, "%s%s", field, detail + length);
    return problem_set(problem, answer->error.code, field, "%s", detail);
}

static void append_member(struct buffer *buffer, const char *name, const char *text)
{
    buffer_append_format(buffer, "\"%s\":", name);
    json_append_string(buffer, text, strlen(text));
}

void problem_append_json(struct buffer *buffer, const struct problem *problem)
{
    enum error_code code = problem->error.code;
    const char *title = error_title(code);
    const char *detail = problem->error.detail[0] ? problem->error.detail : title;
    buffer_append_format(buffer, "{\"type\":\"urn:bookly:error:%s\",", error_code_text(code));
    append_member(buffer, "title", title);
    buffer_append_format(buffer, ",\"status\":%d,", error_http_status(code));
    append_member(buffer, "detail", detail);
    buffer_append_format(buffer, ",\"code\":\"%s\",", error_code_text(code));
    append_member(buffer, "message", detail);
    if (problem->field[0]) {
        buffer_append_character(buffer, ',');
        append_member(buffer, "field", problem->field);
    }
    buffer_append_character(buffer, '}');
}
