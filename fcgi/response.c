#include "fcgi/response.h"

#include "fcgi/problem.h"

enum { HEADERS_USUAL = 500 };

static const struct {
    int status;
    const char *reason;
} reasons[] = {
#define STATUS(code, reason) {code, reason},
#include "fcgi/statuses.def"
};

static const char *reason_of(int status)
{
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return status < 500 ? "Other" : "Internal Server Error";
}

void response_init(struct response *response)
{
    *response = (struct response){.status = 204};
    buffer_init(&response->headers);
    buffer_init(&response->body);
    buffer_reserve(&response->headers, HEADERS_USUAL);
}

void response_deinit(struct response *response)
{
    buffer_deinit(&response->headers);
    buffer_deinit(&response->body);
}

void response_header(struct response *response, const char *name, const char *value)
{
    for (const char *character = value; *character; character++)
        if ((unsigned char)*character < 0x20 || *character == 0x7f)
            return;
    buffer_append_text(&response->headers, name);
    buffer_append(&response->headers, ": ", 2);
    buffer_append_text(&response->headers, value);
    buffer_append(&response->headers, "\r\n", 2);
}

void response_json(struct response *response, int status, const char *json, size_t length)
{
    response->status = status;
    response->content_type = "application/json; charset=utf-8";
    buffer_clear(&response->body);
    buffer_append(&response->body, json, length);
}

void response_problem(struct response *response, const struct problem *problem)
{
    response->status = error_http_status(problem->error.code);
    response->content_type = "application/problem+json";
    buffer_clear(&response->body);
    problem_append_json(&response->body, problem);
    if (response->status == 503 || response->status == 429)
        response_header(response, "Retry-After", "2");
}

void response_not_modified(struct response *response)
{
    response->status = 304;
    response->content_type = NULL;
    buffer_clear(&response->body);
}

void response_append(struct buffer *output, const struct response *response, bool head)
{
    buffer_reserve(output, response->headers.length + response->body.length + HEADERS_USUAL);
    buffer_append_format(output, "Status: %d %s\r\n", response->status,
                         reason_of(response->status));
    if (response->headers.length > 0)
        buffer_append(output, response->headers.data, response->headers.length);
    if (response->content_type)
        buffer_append_format(output, "Content-Type: %s\r\nContent-Length: %zu\r\n",
                             response->content_type, response->body.length);
    buffer_append_text(output, "\r\n");
    if (!head && response->content_type)
        buffer_append(output, response->body.data, response->body.length);
}
