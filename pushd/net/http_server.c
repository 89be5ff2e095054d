/* The listener, the routes, and the limits of time that all connections share. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pushd/net/descriptors.h"
#include "pushd/net/http_connection.h"
#include "pushd/net/loop.h"
#include "shared/base/log.h"
#include "shared/base/memory.h"

enum {
    BACKLOG = 4096,
    ACCEPTS_PER_TURN = 64,        /* so that a storm of connections leaves time for the others */
    SEND_BUFFER_SIZE = 96 * 1024, /* the kernel would hide a stalled reader for megabytes */
    USER_TIMEOUT_MS = 30000       /* sent bytes that nobody acknowledges */
};

static const unsigned limits_ms[] = {
#define HTTP_STATE(id, name, limit_ms, next) [HTTP_##id] = limit_ms,
#include "pushd/net/http_states.def"
};

static void set_option(int fd, int level, int option, int value)
{
    setsockopt(fd, level, option, &value, sizeof value);
}

static size_t waiting(const struct http_server *server)
{
    size_t count = 0;

    for (size_t state = 0; state < HTTP_CLOSED; state++)
        count += state == HTTP_HELD ? 0 : server->counts[state];
    return count;
}

/* By how long it has been in its state, whichever it is: who has just come is never the first. */
static struct http_connection *longest_waiting(const struct http_server *server)
{
    struct deadline *longest = NULL;
    int64_t longest_us = INT64_MAX;

    for (size_t state = 0; state < HTTP_CLOSED; state++) {
        const struct deadline_list *list = &server->limits[state];

        if (list->first && list->first->at_us - list->interval_us < longest_us) {
            longest = list->first;
            longest_us = longest->at_us - list->interval_us;
        }
    }
    return longest ? (struct http_connection *)((char *)longest -
                                                offsetof(struct http_connection, deadline))
                   : NULL;
}

/* False: there is nobody to give way. */
static bool make_room(struct http_server *server, enum http_refusal refusal)
{
    struct http_connection *longest = longest_waiting(server);

    if (!longest)
        return false;
    server->refused[refusal]++;
    http_connection_close(&longest);
    return true;
}

static void accepted(struct http_server *server, int fd)
{
    if (waiting(server) >= server->max_waiting)
        make_room(server, HTTP_REFUSAL_WAITING);
    if (fd >= descriptors_for_clients() && !make_room(server, HTTP_REFUSAL_DESCRIPTORS)) {
        server->refused[HTTP_REFUSAL_DESCRIPTORS]++;
        close(fd);
        return;
    }
    set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, USER_TIMEOUT_MS);
    set_option(fd, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER_SIZE);
    http_connection_open(server, fd);
}

/* At the limit of descriptors: the reserve is given up for a moment, so that waiting clients are
 * refused instead of making the loop spin. */
static bool refuse_one(struct http_server *server, int listen_fd)
{
    int fd;

    if (server->reserve_fd < 0)
        return false;
    close(server->reserve_fd);
    fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd >= 0)
        close(fd);
    server->reserve_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return fd >= 0;
}

static void acceptable(void *context, unsigned events)
{
    const struct http_listener *listener = context;
    struct http_server *server = listener->server;

    (void)events;
    for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
        int fd = accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd >= 0)
            accepted(server, fd);
        else if (errno == EMFILE || errno == ENFILE) {
            if (!refuse_one(server, listener->fd))
                return;
        } else if (errno != ECONNABORTED && errno != EINTR)
            return;
    }
}

static int try_listen(const struct addrinfo *address)
{
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (address->ai_family == AF_INET6)
        set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    if (bind(fd, address->ai_addr, address->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    close(fd);
    return -1;
}

static int open_listener(const char *address, int port, char *error, size_t error_size)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV};
    struct addrinfo *found;
    char service[16];
    int fd, failure;

    snprintf(service, sizeof service, "%d", port);
    failure = getaddrinfo(address, service, &hints, &found);
    if (failure) {
        snprintf(error, error_size, "cannot listen on %s port %d: %s", address, port,
                 gai_strerror(failure));
        return -1;
    }
    fd = try_listen(found);
    if (fd < 0)
        snprintf(error, error_size, "cannot listen on %s port %d: %s", address, port,
                 strerror(errno));
    freeaddrinfo(found);
    return fd;
}

static int bound_port(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } address;
    socklen_t length = sizeof address;

    if (getsockname(fd, &address.any, &length) != 0)
        return 0;
    return ntohs(address.any.sa_family == AF_INET6 ? address.v6.sin6_port : address.v4.sin_port);
}

static void add_listener(struct http_server *server, int fd)
{
    struct http_listener *listener = &server->listeners[server->listener_count++];

    listener->server = server;
    listener->fd = fd;
    listener->watcher = watcher_create(server->loop, fd, LOOP_READ, acceptable, listener);
}

void http_server_bound(struct http_server *server, size_t max_waiting)
{
    server->max_waiting = max_waiting;
}

/* `localhost` is either address, as the resolver likes; a machine without IPv6 is no error. */
static void add_other_loopback(struct http_server *server, const char *address)
{
    char ignored[256];
    int fd;

    if (strcmp(address, "127.0.0.1") != 0)
        return;
    fd = open_listener("::1", server->port, ignored, sizeof ignored);
    if (fd >= 0)
        add_listener(server, fd);
}

struct http_server *http_server_create(struct loop *loop, const char *address, int port,
                                       char *error, size_t error_size)
{
    struct http_server *server;
    int fd = open_listener(address, port, error, error_size);

    if (fd < 0)
        return NULL;
    server = memory_allocate(sizeof *server);
    server->loop = loop;
    server->port = bound_port(fd);
    server->reserve_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    server->max_waiting = SIZE_MAX;
    for (size_t i = 0; i < HTTP_STATE_COUNT; i++)
        deadline_list_init(&server->limits[i], loop, limits_ms[i] * INT64_C(1000),
                           http_connection_expired, server);
    add_listener(server, fd);
    add_other_loopback(server, address);
    return server;
}

void http_server_add(struct http_server *server, const struct http_route *route)
{
    struct http_route *copy = &server->routes[server->route_count];

    assert(server->route_count < HTTP_ROUTES_MAX);
    server->route_count++;
    *copy = *route;
    copy->path = memory_copy_text(route->path);
}

int http_server_port(const struct http_server *server)
{
    return server->port;
}

size_t http_server_count(const struct http_server *server, enum http_state state)
{
    return server->counts[state];
}

uint64_t http_server_refused(const struct http_server *server, enum http_refusal refusal)
{
    return server->refused[refusal];
}

void http_server_stop_accepting(struct http_server *server)
{
    while (server->listener_count > 0) {
        struct http_listener *listener = &server->listeners[--server->listener_count];

        watcher_free(&listener->watcher);
        close(listener->fd);
    }
}

void http_server_free(struct http_server **server)
{
    if (!*server)
        return;
    http_server_stop_accepting(*server);
    while ((*server)->connections) {
        struct http_connection *connection = (*server)->connections;

        http_connection_close(&connection);
    }
    for (size_t i = 0; i < HTTP_STATE_COUNT; i++)
        deadline_list_deinit(&(*server)->limits[i]);
    for (size_t i = 0; i < (*server)->route_count; i++)
        free((void *)(uintptr_t)(*server)->routes[i].path);
    if ((*server)->reserve_fd >= 0)
        close((*server)->reserve_fd);
    free((*server)->spare);
    free(*server);
    *server = NULL;
}

void http_connection_set_context(struct http_connection *connection, void *context)
{
    connection->context = context;
}

void *http_connection_context(const struct http_connection *connection)
{
    return connection->context;
}
