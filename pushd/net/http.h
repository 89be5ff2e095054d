/* A small strict HTTP/1.1 server (RFC 9110, 9112) for the few routes of the daemon. Keep-alive,
 * held answers, Content-Length and chunked bodies, one spelling of everything; smuggling refused.
 * Limits: 16 KiB of request line and headers (431), 64 header fields, 4 KiB of target (414), the
 * route's body limit (413), 10 s for the headers and 30 s for a body (408), 75 s idle between
 * requests, 64 MiB of bodies under way at once (503).
 * Bytes after a request with `Connection: upgrade` belong to whoever takes the socket. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer;
struct error;
struct http_connection;
struct http_server;
struct loop;

/* The states of a connection. */
enum http_state {
#define HTTP_STATE(id, name, limit_ms, next) HTTP_##id,
#include "pushd/net/http_states.def"
    HTTP_STATE_COUNT
};

/* What the server refuses by itself. */
enum http_refusal {
#define HTTP_REFUSAL(id, name, status, when) HTTP_REFUSAL_##id,
#include "pushd/net/http_refusals.def"
    HTTP_REFUSAL_COUNT
};

struct http_request {
    struct http_connection *connection;
    const char *method; /* upper case */
    const char *path;   /* decoded, without query */
    const char *query;  /* raw, after `?`; "" when none; every part of it decodes to UTF-8 */
    const char *body;   /* whole; NUL-terminated for convenience */
    size_t body_length;
};

/* One header's value, NUL-terminated, or NULL. Repeated fields: joined by ", " where the grammar
 * allows it; repeated Host, Content-Length, Authorization, Origin… are refused by the parser. */
const char *http_header(const struct http_request *request, const char *name);
/* Decodes the query parameter into memory of the request; NULL when absent; a repeated one gives
 * the first. */
const char *http_query(const struct http_request *request, const char *name);
/* Walks the query, whose parameters are decoded into memory of the request; rest is
 * request->query at first. False: no more. */
struct http_parameter {
    const char *name, *value; /* value: "" when there is none */
};
bool http_query_next(const struct http_request *request, const char **rest,
                     struct http_parameter *parameter);
/* The address the connection comes from, in memory of the request; "" when it is gone. */
const char *http_peer_address(const struct http_request *request);
/* Upgrade: websocket and Connection: upgrade */
bool http_wants_upgrade(const struct http_request *request);

struct http_route {
    const char *path; /* exact, or with a trailing `/` */
    size_t max_body;
    /* Answers now (http_answer), or later on the connection, or takes the socket. The request and
     * what it points to are gone when this returns. */
    void (*requested)(void *context, struct http_request *request);
    /* The client went away, or sent more, while an answer was held: the connection is closed. */
    void (*abandoned)(void *context, struct http_connection *connection);
    void *context;
};

/* NULL with a line that says why. 127.0.0.1 listens on [::1] as well, where the machine has it. */
struct http_server *http_server_create(struct loop *loop, const char *address, int port,
                                       char *error, size_t error_size);
/* Connections that are neither held nor taken: past so many the longest waiting one gives way. At
 * first, and in any case, as many as there are descriptors, less some that the process needs. */
void http_server_bound(struct http_server *server, size_t max_waiting);
void http_server_add(struct http_server *server, const struct http_route *route); /* copied */
size_t http_server_count(const struct http_server *server, enum http_state state);
uint64_t http_server_refused(const struct http_server *server, enum http_refusal refusal);
int http_server_port(const struct http_server *server); /* the one bound, also when 0 was asked */
void http_server_stop_accepting(struct http_server *server);
void http_server_free(struct http_server **server); /* closes what is left, without abandoned() */

/* headers: further field lines, each ending in CRLF, or "". The answer is sent, then the connection
 * goes on or is closed as the request asked. The connection may be gone when this returns. */
void http_answer(struct http_connection *connection, int status, const char *content_type,
                 const char *headers, const char *body, size_t length);
/* The same as application/problem+json with this code of shared/model/error.h. */
void http_answer_error(struct http_connection *connection, const struct error *error,
                       const char *headers);
/* Status 200 for a body that ends with the connection: writes the head into output, which the
 * caller sends, and hands the socket over as _take does. Not for HEAD. */
int http_answer_stream(struct http_connection *connection, const char *content_type,
                       const char *headers, struct buffer *output);
/* Context of a held answer; forgotten once it is answered. */
void http_connection_set_context(struct http_connection *connection, void *context);
void *http_connection_context(const struct http_connection *connection);
/* Hands the socket over, while the request is dispatched or its answer held: the connection object
 * is gone afterwards; rest (caller frees) holds bytes
 * already read beyond the request. */
int http_connection_take(struct http_connection *connection, char **rest, size_t *rest_length);
