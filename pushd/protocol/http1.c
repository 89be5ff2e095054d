#include "pushd/protocol/http1.h"

#include <string.h>
#include <strings.h>

/* Fields of which a second line would let two readers see two requests. */
static const char *const single_fields[] = {
    "host",   "content-length", "transfer-encoding", "authorization",     "origin",
    "expect", "cookie",         "content-type",      "sec-websocket-key", "sec-websocket-version",
};

static bool is_token(char character)
{
    return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'z') ||
           (character >= 'A' && character <= 'Z') ||
           (character != '\0' && strchr("!#$%&'*+-.^_`|~", character));
}

static bool is_control(char character)
{
    return (unsigned char)character < 0x20 || character == 0x7f;
}

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

bool http1_name_is(struct http1_slice name, const char *text)
{
    return name.length == strlen(text) && strncasecmp(name.bytes, text, name.length) == 0;
}

static struct http1_slice trimmed(struct http1_slice slice)
{
    while (slice.length > 0 && (slice.bytes[0] == ' ' || slice.bytes[0] == '\t')) {
        slice.bytes++;
        slice.length--;
    }
    while (slice.length > 0 &&
           (slice.bytes[slice.length - 1] == ' ' || slice.bytes[slice.length - 1] == '\t'))
        slice.length--;
    return slice;
}

bool http1_list_has(struct http1_slice list, const char *token)
{
    while (list.length > 0) {
        const char *comma = memchr(list.bytes, ',', list.length);
        size_t length = comma ? (size_t)(comma - list.bytes) : list.length;

        if (http1_name_is(trimmed((struct http1_slice){list.bytes, length}), token))
            return true;
        list.bytes += length + (comma ? 1 : 0);
        list.length -= length + (comma ? 1 : 0);
    }
    return false;
}

static enum http1_result refuse(int *refused_status, int status)
{
    *refused_status = status;
    return HTTP1_REFUSED;
}

/* The empty line that some clients send after a body, before the next request. */
static size_t leading_empty_line(const char *bytes, size_t length)
{
    return length >= 2 && bytes[0] == '\r' && bytes[1] == '\n' ? 2 : 0;
}

/* The byte at `at` may follow what came before it: no bare CR or LF, no control character. */
static bool may_follow(const char *bytes, size_t at)
{
    bool after_return = at > 0 && bytes[at - 1] == '\r';

    if (bytes[at] == '\n' || after_return)
        return bytes[at] == '\n' && after_return;
    return !is_control(bytes[at]) || bytes[at] == '\r' || bytes[at] == '\t';
}

enum http1_result http1_scan(const char *bytes, size_t length, size_t *scanned, int *refused_status)
{
    for (; *scanned < length; (*scanned)++) {
        size_t at = *scanned;

        if (at >= HTTP1_HEAD_MAX)
            return refuse(refused_status, 431);
        if (!may_follow(bytes, at))
            return refuse(refused_status, 400);
        if (bytes[at] == '\n' && at >= 3 && bytes[at - 2] == '\n') {
            *scanned = at + 1;
            return HTTP1_COMPLETE;
        }
    }
    return HTTP1_INCOMPLETE;
}

/* Takes the line at *bytes, without its CRLF. The head is complete, so there is one. */
static struct http1_slice take_line(const char **bytes, const char *end)
{
    const char *line_end = memchr(*bytes, '\r', (size_t)(end - *bytes));
    struct http1_slice line = {*bytes, 0};

    line.length = (size_t)((line_end ? line_end : end) - *bytes);
    *bytes = line_end && line_end + 2 <= end ? line_end + 2 : end;
    return line;
}

static bool target_is_valid(struct http1_slice target)
{
    if (target.length == 0 || target.bytes[0] != '/')
        return false;
    for (size_t i = 0; i < target.length; i++)
        if (is_control(target.bytes[i]) || target.bytes[i] == ' ' || target.bytes[i] == '#' ||
            (unsigned char)target.bytes[i] >= 0x80)
            return false;
    return true;
}

static enum http1_result parse_version(struct http1_head *head, struct http1_slice version)
{
    if (version.length != 8 || memcmp(version.bytes, "HTTP/", 5) != 0 ||
        !is_digit(version.bytes[5]) || version.bytes[6] != '.' || !is_digit(version.bytes[7]))
        return refuse(&head->refused_status, 400);
    if (version.bytes[5] != '1' || version.bytes[7] > '1')
        return refuse(&head->refused_status, 505);
    head->minor_version = (unsigned)(version.bytes[7] - '0');
    return HTTP1_COMPLETE;
}

static enum http1_result parse_request_line(struct http1_head *head, struct http1_slice line)
{
    const char *end = line.bytes + line.length;
    const char *first = memchr(line.bytes, ' ', line.length);
    const char *second = first ? memchr(first + 1, ' ', (size_t)(end - first - 1)) : NULL;

    if (!second || first == line.bytes)
        return refuse(&head->refused_status, line.length > HTTP1_TARGET_MAX ? 414 : 400);
    head->method = (struct http1_slice){line.bytes, (size_t)(first - line.bytes)};
    head->target = (struct http1_slice){first + 1, (size_t)(second - first - 1)};
    for (size_t i = 0; i < head->method.length; i++)
        if (!is_token(head->method.bytes[i]))
            return refuse(&head->refused_status, 400);
    if (head->target.length > HTTP1_TARGET_MAX)
        return refuse(&head->refused_status, 414);
    if (!target_is_valid(head->target))
        return refuse(&head->refused_status, 400);
    return parse_version(head, (struct http1_slice){second + 1, (size_t)(end - second - 1)});
}

static bool parse_field(struct http1_field *field, struct http1_slice line)
{
    const char *colon = memchr(line.bytes, ':', line.length);

    if (!colon || colon == line.bytes)
        return false;
    field->name = (struct http1_slice){line.bytes, (size_t)(colon - line.bytes)};
    field->value = trimmed((struct http1_slice){colon + 1, line.length - field->name.length - 1});
    for (size_t i = 0; i < field->name.length; i++)
        if (!is_token(field->name.bytes[i]))
            return false;
    for (size_t i = 0; i < field->value.length; i++)
        if (is_control(field->value.bytes[i]) && field->value.bytes[i] != '\t')
            return false;
    return true;
}

static bool is_repeated_single(const struct http1_head *head, struct http1_slice name)
{
    bool single = false;

    for (size_t i = 0; i < sizeof single_fields / sizeof *single_fields; i++)
        single = single || http1_name_is(name, single_fields[i]);
    for (size_t i = 0; single && i + 1 < head->field_count; i++)
        if (head->fields[i].name.length == name.length &&
            strncasecmp(head->fields[i].name.bytes, name.bytes, name.length) == 0)
            return true;
    return false;
}

static bool host_is_valid(struct http1_slice host)
{
    for (size_t i = 0; i < host.length; i++)
        if (!is_token(host.bytes[i]) && !strchr("[]:", host.bytes[i]))
            return false;
    return host.length > 0;
}

static bool parse_content_length(struct http1_head *head, struct http1_slice value)
{
    if (value.length == 0 || value.length > 15)
        return false;
    head->content_length = 0;
    for (size_t i = 0; i < value.length; i++) {
        if (!is_digit(value.bytes[i]))
            return false;
        head->content_length = head->content_length * 10 + (uint64_t)(value.bytes[i] - '0');
    }
    return true;
}

/* What a field means for the message itself; the status that refuses it, or 0. */
static int apply_field(struct http1_head *head, const struct http1_field *field)
{
    if (http1_name_is(field->name, "host"))
        return host_is_valid(field->value) ? 0 : 400;
    if (http1_name_is(field->name, "content-length"))
        return parse_content_length(head, field->value) ? 0 : 400;
    if (http1_name_is(field->name, "transfer-encoding")) {
        head->chunked = true;
        return http1_name_is(field->value, "chunked") ? 0 : 501;
    }
    if (http1_name_is(field->name, "expect")) {
        head->expect_continue = http1_name_is(field->value, "100-continue");
        return head->expect_continue ? 0 : 417;
    }
    return 0;
}

static bool has_field(const struct http1_head *head, const char *name, const char *token)
{
    for (size_t i = 0; i < head->field_count; i++)
        if (http1_name_is(head->fields[i].name, name) &&
            (!token || http1_list_has(head->fields[i].value, token)))
            return true;
    return false;
}

static enum http1_result parse_fields(struct http1_head *head, const char *bytes, const char *end)
{
    for (;;) {
        struct http1_slice line = take_line(&bytes, end);
        struct http1_field *field = &head->fields[head->field_count];
        int status;

        if (line.length == 0)
            return HTTP1_COMPLETE;
        if (head->field_count == HTTP1_FIELDS_MAX)
            return refuse(&head->refused_status, 431);
        if (!parse_field(field, line))
            return refuse(&head->refused_status, 400);
        head->field_count++;
        if (is_repeated_single(head, field->name))
            return refuse(&head->refused_status, 400);
        status = apply_field(head, field);
        if (status)
            return refuse(&head->refused_status, status);
    }
}

enum http1_result http1_parse(const char *bytes, size_t length, struct http1_head *head)
{
    const char *from = bytes + leading_empty_line(bytes, length);
    enum http1_result result;

    memset(head, 0, offsetof(struct http1_head, fields));
    head->length = length;
    result = parse_request_line(head, take_line(&from, bytes + length));
    if (result != HTTP1_COMPLETE)
        return result;
    result = parse_fields(head, from, bytes + length);
    if (result != HTTP1_COMPLETE)
        return result;
    if (head->chunked && (head->minor_version == 0 || has_field(head, "content-length", NULL)))
        return refuse(&head->refused_status, 400);
    if (head->minor_version == 1 && !has_field(head, "host", NULL))
        return refuse(&head->refused_status, 400);
    head->keep_alive = !has_field(head, "connection", "close") &&
                       (head->minor_version == 1 || has_field(head, "connection", "keep-alive"));
    head->upgrade_websocket = head->minor_version == 1 && has_field(head, "upgrade", "websocket") &&
                              has_field(head, "connection", "upgrade");
    head->expect_continue = head->expect_continue && head->minor_version == 1;
    return HTTP1_COMPLETE;
}
