/* From bytes to a request: the head, the body, the route. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "pushd/net/http_connection.h"
#include "shared/base/memory.h"

static const char *const known_methods[] = {"GET",    "HEAD",    "POST", "PUT",
                                            "DELETE", "OPTIONS", "PATCH"};

static struct http_pending *pending_of(const struct http_request *request)
{
    return request->connection->pending;
}

static char *text_create(struct http_pending *pending, size_t length)
{
    struct http_text *text = memory_allocate(sizeof *text + length + 1);

    text->next = pending->texts;
    pending->texts = text;
    return text->bytes;
}

void http_pending_free(struct http_connection *connection)
{
    struct http_pending *pending = connection->pending;

    if (!pending)
        return;
    connection->pending = NULL;
    connection->server->bodies -= pending->body.length;
    while (pending->texts) {
        struct http_text *text = pending->texts;

        pending->texts = text->next;
        free(text);
    }
    buffer_deinit(&pending->body);
    free(pending->head_bytes);
    free(pending->path);
    free(pending->method);
    free(connection->server->spare);
    connection->server->spare = pending;
}

/* Most requests are over before the next one comes: its memory is at hand, and warm. */
static struct http_pending *pending_create(struct http_server *server)
{
    struct http_pending *pending = server->spare;

    if (!pending)
        return memory_allocate(sizeof *pending);
    server->spare = NULL;
    memset(pending, 0, sizeof *pending);
    return pending;
}

static const char *join_fields(struct http_pending *pending, const char *name, size_t length)
{
    char *joined = text_create(pending, length);
    char *end = joined;

    for (size_t i = 0; i < pending->head.field_count; i++) {
        const struct http1_field *field = &pending->head.fields[i];

        if (!http1_name_is(field->name, name))
            continue;
        if (end > joined) {
            memcpy(end, ", ", 2);
            end += 2;
        }
        memcpy(end, field->value.bytes, field->value.length);
        end += field->value.length;
    }
    *end = '\0';
    return joined;
}

const char *http_header(const struct http_request *request, const char *name)
{
    struct http_pending *pending = pending_of(request);
    const char *only = NULL;
    size_t count = 0, length = 0;

    for (size_t i = 0; i < pending->head.field_count; i++) {
        if (!http1_name_is(pending->head.fields[i].name, name))
            continue;
        only = pending->head.fields[i].value.bytes;
        length += pending->head.fields[i].value.length + 2;
        count++;
    }
    return count > 1 ? join_fields(pending, name, length) : only;
}

const char *http_query(const struct http_request *request, const char *name)
{
    struct http1_slice value;
    char *decoded;

    if (!http1_query_find(request->query, name, &value))
        return NULL;
    decoded = text_create(pending_of(request), value.length);
    return http1_decode(value, true, decoded) ? decoded : NULL;
}

static const char *decode(const struct http_request *request, const char *bytes, size_t length)
{
    char *decoded = text_create(pending_of(request), length);

    return http1_decode((struct http1_slice){bytes, length}, true, decoded) ? decoded : "";
}

bool http_query_next(const struct http_request *request, const char **rest,
                     struct http_parameter *parameter)
{
    const char *part, *equals;
    size_t length, name_length;

    *rest += strspn(*rest, "&");
    part = *rest;
    length = strcspn(part, "&");
    if (length == 0)
        return false;
    equals = memchr(part, '=', length);
    name_length = equals ? (size_t)(equals - part) : length;
    parameter->name = decode(request, part, name_length);
    parameter->value = equals ? decode(request, equals + 1, length - name_length - 1) : "";
    *rest += length;
    return true;
}

bool http_wants_upgrade(const struct http_request *request)
{
    return pending_of(request)->head.upgrade_websocket;
}

const char *http_peer_address(const struct http_request *request)
{
    char *text = pending_of(request)->peer_address;
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } address;
    socklen_t length = sizeof address;

    if (getpeername(request->connection->fd, &address.any, &length) != 0)
        return text;
    if (address.any.sa_family == AF_INET)
        inet_ntop(AF_INET, &address.v4.sin_addr, text, HTTP_ADDRESS_SIZE);
    else if (address.any.sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&address.v6.sin6_addr))
        inet_ntop(AF_INET, &address.v6.sin6_addr.s6_addr[12], text, HTTP_ADDRESS_SIZE);
    else if (address.any.sa_family == AF_INET6)
        inet_ntop(AF_INET6, &address.v6.sin6_addr, text, HTTP_ADDRESS_SIZE);
    return text;
}

static const struct http_route *find_route(const struct http_server *server, const char *path)
{
    for (size_t i = 0; i < server->route_count; i++) {
        size_t length = strlen(server->routes[i].path);

        if (strncmp(path, server->routes[i].path, length) == 0 &&
            (path[length] == '\0' || strcmp(path + length, "/") == 0))
            return &server->routes[i];
    }
    return NULL;
}

static bool method_is_known(const char *method)
{
    for (size_t i = 0; i < sizeof known_methods / sizeof *known_methods; i++)
        if (strcmp(method, known_methods[i]) == 0)
            return true;
    return false;
}

/* Ends header values and the query with a NUL, in our own copy. */
static void terminate_values(struct http_pending *pending)
{
    struct http1_slice target = pending->head.target;

    pending->head_bytes[target.bytes + target.length - pending->head_bytes] = '\0';
    for (size_t i = 0; i < pending->head.field_count; i++) {
        struct http1_slice value = pending->head.fields[i].value;

        pending->head_bytes[value.bytes + value.length - pending->head_bytes] = '\0';
    }
}

static bool split_target(struct http_pending *pending)
{
    struct http1_slice target = pending->head.target;
    const char *question = memchr(target.bytes, '?', target.length);
    struct http1_slice path = target, query = {"", 0};

    if (question) {
        path.length = (size_t)(question - target.bytes);
        query.bytes = question + 1;
        query.length = target.length - path.length - 1;
    }
    pending->path = memory_allocate(path.length + 1);
    pending->request.path = pending->path;
    pending->request.query = query.bytes;
    return http1_decode(path, false, pending->path) && http1_query_valid(query);
}

/* The status that refuses the request before its body, or 0. */
static int begin_request(struct http_connection *connection)
{
    struct http_pending *pending = connection->pending;

    if (http1_parse(pending->head_bytes, connection->scanned, &pending->head) != HTTP1_COMPLETE)
        return pending->head.refused_status;
    connection->keep_alive = pending->head.keep_alive && connection->server->listener_count > 0;
    terminate_values(pending);
    pending->method = memory_copy(pending->head.method.bytes, pending->head.method.length);
    pending->request.method = pending->method;
    connection->head_only = strcmp(pending->method, "HEAD") == 0;
    if (!method_is_known(pending->method))
        return 501;
    if (!split_target(pending))
        return 400;
    connection->route = find_route(connection->server, pending->path);
    if (!connection->route)
        return 404;
    return pending->head.content_length > connection->route->max_body ? 413 : 0;
}

static bool needs_body(const struct http_pending *pending)
{
    return pending->head.chunked || pending->head.content_length > 0;
}

/* Refuses, keeping the connection where nothing of the request is left to be read. */
static bool refuse(struct http_connection *connection, int status)
{
    bool whole = connection->pending && connection->pending->head.length > 0 &&
                 !needs_body(connection->pending);

    if (status != 404 && status != 501)
        whole = false;
    connection->keep_alive = connection->keep_alive && whole;
    http_answer_status(connection, status);
    if (!connection->failed)
        http_pending_free(connection);
    return connection->state == HTTP_IDLE;
}

static bool dispatch(struct http_connection *connection)
{
    struct http_pending *pending = connection->pending;
    struct http_request *request = &pending->request;

    request->connection = connection;
    request->body = pending->body.length ? pending->body.data : "";
    request->body_length = pending->body.length;
    connection->route->requested(connection->route->context, request);
    if (connection->failed)
        return false;
    http_pending_free(connection);
    if (connection->state == HTTP_HEAD || connection->state == HTTP_BODY) {
        http_connection_set_state(connection, HTTP_HELD);
        connection->failed = connection->input.length > 0; /* the client sent more */
        return false;
    }
    return connection->state == HTTP_IDLE;
}

static bool add_to_body(struct http_connection *connection, struct http1_slice data)
{
    struct http_pending *pending = connection->pending;
    int status = 0;

    if (pending->body.length + data.length > connection->route->max_body)
        status = 413;
    else if (connection->server->bodies + data.length > HTTP_BODIES_MAX)
        status = 503;
    if (status) {
        refuse(connection, status);
        return false;
    }
    buffer_append(&pending->body, data.bytes, data.length);
    connection->server->bodies += data.length;
    return true;
}

static bool read_sized_body(struct http_connection *connection)
{
    struct http_pending *pending = connection->pending;
    size_t wanted = (size_t)pending->head.content_length - pending->body.length;
    size_t length = connection->input.length < wanted ? connection->input.length : wanted;

    if (!add_to_body(connection, (struct http1_slice){connection->input.data, length}))
        return false;
    buffer_consume(&connection->input, length);
    return length == wanted ? dispatch(connection) : false;
}

static bool read_chunked_body(struct http_connection *connection)
{
    size_t consumed = 0;
    enum http1_result result = HTTP1_INCOMPLETE;

    while (result == HTTP1_INCOMPLETE && consumed < connection->input.length) {
        struct http1_slice data;
        size_t used;

        result =
            http1_chunked_read(&connection->pending->chunked, connection->input.data + consumed,
                               connection->input.length - consumed, &used, &data);
        consumed += used;
        if (result == HTTP1_REFUSED)
            return refuse(connection, 400);
        if (!add_to_body(connection, data))
            return false;
    }
    buffer_consume(&connection->input, consumed);
    return result == HTTP1_COMPLETE ? dispatch(connection) : false;
}

static bool read_body(struct http_connection *connection)
{
    return connection->pending->head.chunked ? read_chunked_body(connection)
                                             : read_sized_body(connection);
}

static bool read_head(struct http_connection *connection)
{
    struct http_pending *pending;
    int status;

    if (connection->state == HTTP_IDLE) {
        connection->scanned = 0;
        connection->keep_alive = connection->head_only = false;
        http_connection_set_state(connection, HTTP_HEAD);
    }
    switch (http1_scan(connection->input.data, connection->input.length, &connection->scanned,
                       &status)) {
    case HTTP1_INCOMPLETE:
        return false;
    case HTTP1_REFUSED:
        return refuse(connection, status);
    case HTTP1_COMPLETE:
        break;
    }
    pending = connection->pending = pending_create(connection->server);
    pending->head_bytes = memory_copy(connection->input.data, connection->scanned);
    http1_chunked_init(&pending->chunked);
    status = begin_request(connection);
    buffer_consume(&connection->input, connection->scanned);
    if (status)
        return refuse(connection, status);
    if (!needs_body(pending))
        return dispatch(connection);
    http_connection_set_state(connection, HTTP_BODY);
    if (pending->head.expect_continue && connection->input.length == 0)
        send(connection->fd, "HTTP/1.1 100 Continue\r\n\r\n", 25, MSG_NOSIGNAL);
    return read_body(connection);
}

bool http_request_read(struct http_connection *connection)
{
    return connection->state == HTTP_BODY ? read_body(connection) : read_head(connection);
}
