/* A connection: its states, its limits of time, reading, and its one end (http_connection_close).
 * `busy` marks that a caller further up the stack still looks at the connection: then a failure is
 * only noted (`failed`) and the caller closes it. */
#include "pushd/net/http_connection.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utlist.h>

#include "pushd/net/loop.h"
#include "shared/base/memory.h"

enum { READ_SIZE = 16384, LINGER_MAX = 64 << 20 };

#define TO(id) (1U << HTTP_##id)
static const unsigned moves[] = {
#define HTTP_STATE(id, name, limit_ms, next) [HTTP_##id] = next,
#include "pushd/net/http_states.def"
};
#undef TO

void http_connection_set_state(struct http_connection *connection, enum http_state state)
{
    struct http_server *server = connection->server;

    assert(moves[connection->state] & (1U << state));
    deadline_stop(&server->limits[connection->state], &connection->deadline);
    server->counts[connection->state]--;
    server->counts[state]++;
    connection->state = state;
    if (server->limits[state].interval_us > 0)
        deadline_start(&server->limits[state], &connection->deadline, loop_now_us(server->loop));
    if (state != HTTP_CLOSED)
        watcher_set(connection->watcher, state == HTTP_WRITING ? LOOP_WRITE : LOOP_READ);
}

static void detach(struct http_connection *connection)
{
    http_connection_set_state(connection, HTTP_CLOSED);
    watcher_free(&connection->watcher);
    http_pending_free(connection);
    buffer_deinit(&connection->input);
    buffer_deinit(&connection->output);
    DL_DELETE(connection->server->connections, connection);
}

void http_connection_close(struct http_connection **connection)
{
    int fd = (*connection)->fd;

    detach(*connection);
    close(fd);
    free(*connection);
    *connection = NULL;
}

int http_connection_take(struct http_connection *connection, char **rest, size_t *rest_length)
{
    int fd = connection->fd;

    assert(connection->fd >= 0 && (connection->busy || connection->state == HTTP_HELD));
    *rest_length = connection->input.length;
    *rest = buffer_take(&connection->input);
    watcher_free(&connection->watcher); /* before the new owner watches the descriptor */
    connection->fd = -1;
    if (connection->busy) {
        connection->failed = true; /* the caller up the stack frees what is left */
    } else {
        detach(connection);
        free(connection);
    }
    return fd;
}

static void drop(struct http_connection *connection)
{
    if (connection->state == HTTP_HELD && connection->fd >= 0)
        connection->route->abandoned(connection->route->context, connection);
    if (connection->fd >= 0) {
        http_connection_close(&connection);
        return;
    }
    detach(connection);
    free(connection);
}

/* Reads some of what there is: what is here is looked at before more is read. False at the end of
 * the stream or on an error. */
static bool receive(struct http_connection *connection)
{
    static char bytes[READ_SIZE];
    ssize_t count = recv(connection->fd, bytes, sizeof bytes, 0);

    if (count < 0)
        return errno == EAGAIN || errno == EINTR;
    if (connection->state == HTTP_LINGERING)
        connection->lingered += (size_t)count;
    else
        buffer_append(&connection->input, bytes, (size_t)count);
    return count > 0;
}

/* Serves requests from the input until it is used up, an answer is held or the output is full. */
static void serve(struct http_connection *connection)
{
    connection->busy = true;
    while (!connection->failed && connection->input.length > 0 && connection->state <= HTTP_BODY &&
           http_request_read(connection))
        ;
    connection->busy = false;
    if (connection->failed)
        drop(connection);
    else if (connection->input.length == 0)
        buffer_deinit(&connection->input);
}

static void readable(struct http_connection *connection)
{
    bool open = receive(connection);

    if (connection->state == HTTP_LINGERING) {
        if (!open || connection->lingered > LINGER_MAX)
            http_connection_close(&connection);
        return;
    }
    if (connection->state == HTTP_HELD) {
        if (!open || connection->input.length > 0)
            drop(connection);
        return;
    }
    if (open)
        serve(connection);
    else
        http_connection_close(&connection);
}

static void writable(struct http_connection *connection)
{
    if (!http_output_flush(connection))
        http_connection_close(&connection);
    else if (connection->state == HTTP_IDLE && connection->input.length > 0)
        serve(connection);
}

static void ready(void *context, unsigned events)
{
    struct http_connection *connection = context;

    if (connection->state == HTTP_WRITING && events & LOOP_WRITE)
        writable(connection);
    else if (events & LOOP_READ)
        readable(connection);
}

void http_connection_expired(struct deadline *deadline, void *context)
{
    struct http_connection *connection =
        (struct http_connection *)((char *)deadline - offsetof(struct http_connection, deadline));

    (void)context;
    if (connection->state == HTTP_HEAD || connection->state == HTTP_BODY) {
        connection->busy = true;
        http_answer_status(connection, 408);
        connection->busy = false;
        if (connection->failed)
            drop(connection);
        return;
    }
    http_connection_close(&connection);
}

void http_connection_open(struct http_server *server, int fd)
{
    struct http_connection *connection = memory_allocate(sizeof *connection);

    connection->server = server;
    connection->fd = fd;
    buffer_init(&connection->input);
    buffer_init(&connection->output);
    connection->watcher = watcher_create(server->loop, fd, LOOP_READ, ready, connection);
    DL_APPEND(server->connections, connection);
    connection->state = HTTP_IDLE;
    server->counts[HTTP_IDLE]++;
    deadline_start(&server->limits[HTTP_IDLE], &connection->deadline, loop_now_us(server->loop));
}
