/* One connection of the HTTP server, for http*.c alone. Between requests it holds no buffer: what a
 * request needs lives in its struct http_pending, made when the head is complete and freed when the
 * route has seen it. States and the moves between them: http_states.def. */
#pragma once
#include "pushd/net/http.h"
#include "pushd/net/timers.h"
#include "pushd/protocol/http1.h"
#include "shared/base/buffer.h"

enum { HTTP_ADDRESS_SIZE = 46, HTTP_BODIES_MAX = 64 << 20, HTTP_ROUTES_MAX = 16 };

/* Decoded parameters and joined headers, freed with the request. */
struct http_text {
    struct http_text *next;
    char bytes[];
};

struct http_pending {
    struct http_request request;
    struct http1_head head;
    struct http1_chunked chunked;
    struct buffer body;
    char *head_bytes; /* head points into it; values are NUL-terminated */
    char *path;
    char *method;
    struct http_text *texts;
    char peer_address[HTTP_ADDRESS_SIZE];
};

struct http_connection {
    struct http_server *server;
    struct watcher *watcher;
    const struct http_route *route; /* of the request being read, dispatched or held */
    struct http_pending *pending;
    void *context;
    struct buffer input, output;
    size_t scanned, lingered;
    struct deadline deadline;
    struct http_connection *prev, *next;
    int fd;
    enum http_state state;
    bool keep_alive, head_only, busy, failed;
};

enum { HTTP_LISTENERS_MAX = 2 }; /* an address, and [::1] beside 127.0.0.1 */

struct http_listener {
    struct http_server *server;
    struct watcher *watcher;
    int fd;
};

struct http_server {
    struct loop *loop;
    struct http_listener listeners[HTTP_LISTENERS_MAX];
    size_t listener_count; /* 0: accepts no more */
    int reserve_fd, port;
    struct http_route routes[HTTP_ROUTES_MAX];
    size_t route_count;
    struct http_connection *connections;
    struct deadline_list limits[HTTP_STATE_COUNT];
    size_t counts[HTTP_STATE_COUNT]; /* connections in a state; of HTTP_CLOSED: since the start */
    size_t bodies;                   /* bytes of bodies being read */
    size_t max_waiting;
    uint64_t refused[HTTP_REFUSAL_COUNT];
    struct http_pending *spare; /* of the last request, to be used again; NULL: none */
};

/* http_connection.c */
void http_connection_open(struct http_server *server, int fd);
void http_connection_set_state(struct http_connection *connection, enum http_state state);
void http_connection_close(struct http_connection **connection);
void http_connection_expired(struct deadline *deadline, void *context);

/* http_request.c: what arrived. True: go on with the input that is left. */
bool http_request_read(struct http_connection *connection);
void http_pending_free(struct http_connection *connection);

/* http_answer.c */
void http_answer_status(struct http_connection *connection, int status); /* and close */
bool http_output_flush(struct http_connection *connection); /* false: the connection failed */
