#include "fcgi/body.h"

#include <string.h>
#include <strings.h>

#include "fcgi/request.h"
#include "shared/json.h"

static const char *skip_blanks(const char *text)
{
    return text + strspn(text, " \t");
}

/* One `; name=value` of a media type; false when it is a charset that is not UTF-8. */
static bool accept_parameter(const char *parameter, size_t length)
{
    static const char name[] = "charset=";
    if (length < sizeof name - 1 || strncasecmp(parameter, name, sizeof name - 1) != 0)
        return true;
    const char *value = parameter + sizeof name - 1;
    size_t size = length - (sizeof name - 1);
    if (size >= 2 && value[0] == '"' && value[size - 1] == '"') {
        value++;
        size -= 2;
    }
    return size == 5 && strncasecmp(value, "utf-8", 5) == 0;
}

enum body_media body_media(const char *content_type)
{
    static const struct {
        const char *name;
        enum body_media media;
    } known[] = {{"application/json", BODY_JSON}, {"application/x-ndjson", BODY_LINES}};
    const char *type = skip_blanks(content_type ? content_type : "");
    enum body_media media = BODY_OTHER;
    size_t length = strcspn(type, "; \t");
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strlen(known[i].name) == length && strncasecmp(type, known[i].name, length) == 0)
            media = known[i].media;
    for (type = skip_blanks(type + length); *type; type = skip_blanks(type + length)) {
        if (*type != ';')
            return BODY_OTHER;
        type = skip_blanks(type + 1);
        length = strcspn(type, "; \t");
        if (!accept_parameter(type, length))
            return BODY_OTHER;
    }
    return media;
}

static bool refuse_json(struct problem *problem, const struct json_error *error)
{
    if (error->field[0])
        return problem_set(problem, ERROR_INVALID_JSON, error->field, "%s: %s (at byte %zu)",
                           error->field, error->message, error->offset);
    return problem_set(problem, ERROR_INVALID_JSON, NULL, "%s (at byte %zu)", error->message,
                       error->offset);
}

static bool check_media(const struct request *request, struct problem *problem)
{
    return body_media(request->content_type) == BODY_JSON ||
           problem_set(problem, ERROR_UNSUPPORTED_MEDIA_TYPE, "Content-Type",
                       "Content-Type: must be application/json, in UTF-8");
}

char body_first_character(const char *text, size_t length)
{
    size_t blank = 0;
    while (blank < length && strchr(" \t\r\n", text[blank]))
        blank++;
    return blank < length ? text[blank] : '\0';
}

bool body_check(const struct request *request, enum body_shape shape, struct problem *problem)
{
    const struct buffer *body = &request->body;
    struct json_error error = {0};
    if (body->length == 0)
        return problem_set(problem, ERROR_INVALID_JSON, NULL, "a JSON body is needed");
    if (!check_media(request, problem))
        return false;
    if (!json_check(body->data, body->length, &error))
        return refuse_json(problem, &error);
    char first = body_first_character(body->data, body->length);
    if (first == '{' || (first == '[' && shape == BODY_OBJECT_OR_ARRAY))
        return true;
    return problem_set(problem, ERROR_INVALID_VALUE, NULL, "the body must be a JSON object%s",
                       shape == BODY_OBJECT ? "" : " or an array of objects");
}

static bool is_listed(const char *name, const char *const names[])
{
    for (; *names; names++)
        if (strcmp(name, *names) == 0)
            return true;
    return false;
}

struct json *body_parse(const struct request *request, const char *const names[],
                        struct problem *problem)
{
    struct json_error error = {0};
    if (!body_check(request, BODY_OBJECT, problem))
        return NULL;
    struct json *document = json_parse(request->body.data, request->body.length, &error);
    if (!document) {
        refuse_json(problem, &error);
        return NULL;
    }
    const struct json *member = json_first(document);
    while (member && is_listed(json_name(member), names))
        member = json_next(member);
    if (!member)
        return document;
    problem_set(problem, ERROR_UNKNOWN_FIELD, json_name(member), "%s: unknown field",
                strlen(json_name(member)) <= TARGET_MAX_NAME ? json_name(member) : "a long name");
    json_free(&document);
    return NULL;
}

bool body_check_empty(const struct request *request, struct problem *problem)
{
    static const char *const none[] = {NULL};
    if (request->body.length == 0)
        return true;
    struct json *document = body_parse(request, none, problem);
    bool empty = document != NULL;
    json_free(&document);
    return empty;
}

/* The next line that is not blank: its number, from 1, counting from *number; 0 at the end. */
static size_t next_line(const char **text, const char *end, size_t *number, const char **line,
                        size_t *length)
{
    while (*text < end) {
        const char *start = *text, *stop = memchr(start, '\n', (size_t)(end - start));
        *text = stop ? stop + 1 : end;
        *line = start;
        *length = (size_t)((stop ? stop : end) - start);
        ++*number;
        if (body_first_character(*line, *length))
            return *number;
    }
    return 0;
}

bool body_lines_to_array(const char *text, size_t length, struct buffer *array,
                         struct problem *problem)
{
    const char *end = text + length, *line;
    size_t number = 0, size;
    const char *separator = "[";
    while (next_line(&text, end, &number, &line, &size)) {
        struct json_error error = {0};
        if (!json_check(line, size, &error))
            return problem_set(problem, ERROR_INVALID_JSON, error.field, "line %zu: %s%s%s", number,
                               error.field, error.field[0] ? ": " : "", error.message);
        buffer_append_text(array, separator);
        buffer_append(array, line, size);
        separator = ",\n";
    }
    if (*separator == '[')
        return problem_set(problem, ERROR_INVALID_JSON, NULL, "there is no line in the body");
    buffer_append_character(array, ']');
    return true;
}

size_t body_line_of(const char *text, size_t length, size_t index)
{
    const char *end = text + length, *line;
    size_t number = 0, size;
    for (size_t i = 0; i <= index; i++)
        if (!next_line(&text, end, &number, &line, &size))
            return 0;
    return number;
}
