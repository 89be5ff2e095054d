/* Answers: the status line, the fields that every answer has, and sending. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "pushd/net/http_connection.h"
#include "shared/json.h"
#include "shared/model/error.h"

enum { HEAD_ROOM = 480 }; /* most heads fit */

static const struct status {
    int status;
    const char *code, *title;
} statuses[] = {
    {200, "ok", "OK"},
    {204, "no_content", "No Content"},
    {400, "bad_request", "Bad Request"},
    {401, "unauthorized", "Unauthorized"},
    {403, "forbidden", "Forbidden"},
    {404, "not_found", "Not Found"},
    {405, "method_not_allowed", "Method Not Allowed"},
    {408, "request_timeout", "Request Timeout"},
    {413, "too_large", "Content Too Large"},
    {414, "target_too_long", "URI Too Long"},
    {417, "bad_request", "Expectation Failed"},
    {426, "upgrade_required", "Upgrade Required"},
    {429, "rate_limited", "Too Many Requests"},
    {431, "headers_too_large", "Request Header Fields Too Large"},
    {500, "internal", "Internal Server Error"},
    {501, "not_implemented", "Not Implemented"},
    {503, "unavailable", "Service Unavailable"},
    {505, "version_not_supported", "HTTP Version Not Supported"},
};

static const struct status *find_status(int status)
{
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        if (statuses[i].status == status)
            return &statuses[i];
    return find_status(500);
}

static void append_date(struct buffer *output)
{
    static time_t formatted;
    static char text[40];
    time_t now = time(NULL);

    if (now != formatted) {
        struct tm parts;

        gmtime_r(&now, &parts);
        strftime(text, sizeof text, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
        formatted = now;
    }
    buffer_append_text(output, text);
}

static void finish(struct http_connection *connection)
{
    buffer_deinit(&connection->output);
    if (connection->keep_alive) {
        http_connection_set_state(connection, HTTP_IDLE);
        return;
    }
    /* What the client still sends is read and dropped: closing at once would make the kernel reset
     * the connection, and the answer might be lost on its way. */
    shutdown(connection->fd, SHUT_WR);
    buffer_deinit(&connection->input);
    http_connection_set_state(connection, HTTP_LINGERING);
}

bool http_output_flush(struct http_connection *connection)
{
    while (connection->output.length > 0) {
        ssize_t sent =
            send(connection->fd, connection->output.data, connection->output.length, MSG_NOSIGNAL);

        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0 && errno == EAGAIN)
            break;
        if (sent < 0)
            return false;
        buffer_consume(&connection->output, (size_t)sent);
    }
    if (connection->output.length == 0)
        finish(connection);
    else if (connection->state != HTTP_WRITING)
        http_connection_set_state(connection, HTTP_WRITING);
    return true;
}

static void append_status(struct buffer *output, int status)
{
    buffer_append_text(output, "HTTP/1.1 ");
    buffer_append_number(output, (size_t)status);
    buffer_append_text(output, " ");
    buffer_append_text(output, find_status(status)->title);
    buffer_append_text(output, "\r\n");
    append_date(output);
}

static void append_headers(struct buffer *output, bool keep_alive, const char *headers)
{
    buffer_append_text(output, "X-Content-Type-Options: nosniff\r\nConnection: ");
    buffer_append_text(output, keep_alive ? "keep-alive\r\n" : "close\r\n");
    buffer_append_text(output, headers);
    buffer_append_text(output, "\r\n");
}

void http_answer(struct http_connection *connection, int status, const char *content_type,
                 const char *headers, const char *body, size_t length)
{
    struct buffer *output = &connection->output;

    if (connection->failed)
        return;
    assert(connection->state == HTTP_HEAD || connection->state == HTTP_BODY ||
           connection->state == HTTP_HELD);
    connection->context = NULL;
    buffer_reserve(output, HEAD_ROOM + length);
    append_status(output, status);
    if (status != 204) {
        buffer_append_text(output, "Content-Type: ");
        buffer_append_text(output, content_type);
        buffer_append_text(output, "\r\nContent-Length: ");
        buffer_append_number(output, length);
        buffer_append_text(output, "\r\n");
    }
    append_headers(output, connection->keep_alive, headers);
    if (!connection->head_only && status != 204)
        buffer_append(output, body, length);
    if (http_output_flush(connection))
        return;
    if (connection->busy)
        connection->failed = true;
    else
        http_connection_close(&connection);
}

int http_answer_stream(struct http_connection *connection, const char *content_type,
                       const char *headers, struct buffer *output)
{
    size_t rest_length;
    char *rest;
    int fd;

    append_status(output, 200);
    buffer_append_format(output, "Content-Type: %s\r\n", content_type);
    append_headers(output, false, headers);
    fd = http_connection_take(connection, &rest, &rest_length);
    free(rest); /* nobody asks on this connection any more */
    return fd;
}

static void answer_problem(struct http_connection *connection, int status, const char *code,
                           const char *title, const char *detail, const char *headers)
{
    struct buffer body;

    buffer_init(&body);
    buffer_append_format(&body, "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,", title,
                         status);
    buffer_append_text(&body, "\"detail\":");
    json_append_string(&body, detail, strlen(detail));
    buffer_append_format(&body, ",\"code\":\"%s\",\"message\":", code);
    json_append_string(&body, detail, strlen(detail));
    buffer_append_character(&body, '}');
    http_answer(connection, status, "application/problem+json", headers, body.data, body.length);
    buffer_deinit(&body);
}

static void count_refusal(struct http_server *server, int status)
{
    static const int refusals[] = {
#define HTTP_REFUSAL(id, name, status, when) [HTTP_REFUSAL_##id] = status,
#include "pushd/net/http_refusals.def"
    };

    for (size_t i = 0; i < HTTP_REFUSAL_COUNT; i++)
        if (refusals[i] == status)
            server->refused[i]++;
}

void http_answer_status(struct http_connection *connection, int status)
{
    const struct status *found = find_status(status);

    count_refusal(connection->server, status);
    if (status == 408)
        connection->keep_alive = false;
    answer_problem(connection, found->status, found->code, found->title, found->title,
                   status == 503 ? "Retry-After: 1\r\n" : "");
}

void http_answer_error(struct http_connection *connection, const struct error *error,
                       const char *headers)
{
    const char *title = error_title(error->code);

    answer_problem(connection, error_http_status(error->code), error_code_text(error->code), title,
                   error->detail[0] ? error->detail : title, headers);
}
