/* The floor of a fan-out: floor_push --port PORT [--bytes BYTES] [--polling]
 *
 * Does nothing but what no server can leave out: one send of the same prebuilt bytes for each
 * socket. WebSockets are upgraded (RFC 6455) and then only written to; with --polling every GET is
 * held until the next push answers it. Prints "ready", then takes commands, one a line:
 *   push COUNT   COUNT frames one after the other → {"sockets","sends","skipped","cpu_us"}
 * A socket whose buffer is full is skipped and counted. Ends with its standard input. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_SOCKETS = 65536, EVENTS = 512, REQUEST_SIZE = 4096, MAX_BYTES = 65000, HEAD_SIZE = 160 };

static const char KEY_GUID[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/* waiting: upgraded, or a GET that is held */
static struct {
    bool open, waiting;
} sockets[MAX_SOCKETS];

static struct {
    int epoll, listener, bytes;
    bool polling;
    int highest;
    int64_t number;
} floor_;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static int64_t realtime_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t cpu_us(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (int64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
           usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static void watch(int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(floor_.epoll, EPOLL_CTL_ADD, fd, &event) < 0)
        fail("epoll_ctl");
}

static void drop(int fd)
{
    close(fd);
    sockets[fd].open = sockets[fd].waiting = false;
}

static void accept_all(void)
{
    for (int fd; (fd = accept4(floor_.listener, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
        if (fd >= MAX_SOCKETS) {
            close(fd);
            continue;
        }
        sockets[fd].open = true;
        if (fd > floor_.highest)
            floor_.highest = fd;
        watch(fd);
    }
}

/* False: no key, or it does not fit. */
static bool upgrade(int fd, const char *request)
{
    const char *key = strcasestr(request, "\r\nsec-websocket-key:");
    char joined[128], accept_key[64], answer[256];
    unsigned char digest[SHA_DIGEST_LENGTH];
    size_t length;
    int size;

    if (key == NULL)
        return false;
    key += strlen("\r\nsec-websocket-key:");
    key += strspn(key, " ");
    length = strcspn(key, " \r\n");
    size =
        snprintf(joined, sizeof joined, "%.*s%s", (int)(length > 64 ? 64 : length), key, KEY_GUID);
    SHA1((unsigned char *)joined, (size_t)size, digest);
    EVP_EncodeBlock((unsigned char *)accept_key, digest, sizeof digest);
    size = snprintf(answer, sizeof answer,
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                    "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
                    accept_key);
    sockets[fd].waiting = true;
    return send(fd, answer, (size_t)size, MSG_NOSIGNAL) == size;
}

/* Requests come whole: their sender is the load generator. */
static void receive(int fd)
{
    char request[REQUEST_SIZE + 1];
    ssize_t got = recv(fd, request, REQUEST_SIZE, 0);

    if (got <= 0) {
        if (got == 0 || errno != EAGAIN)
            drop(fd);
        return;
    }
    if (sockets[fd].waiting)
        return;
    request[got] = '\0';
    if (strncmp(request, "GET ", 4) != 0)
        drop(fd);
    else if (floor_.polling)
        sockets[fd].waiting = true;
    else if (!upgrade(fd, request))
        drop(fd);
}

/* A text of `bytes`, in a WebSocket frame or as the body of an answer for a poll. */
static size_t build(char *message)
{
    int head = 4, body = floor_.bytes;
    int size =
        snprintf(message + HEAD_SIZE, HEAD_SIZE, "{\"bench\":1,\"n\":%lld,\"t\":%lld,\"p\":\"",
                 (long long)++floor_.number, (long long)realtime_us());

    memset(message + HEAD_SIZE + size, 'x', (size_t)(body - size - 2));
    memcpy(message + HEAD_SIZE + body - 2, "\"}", 2);
    if (floor_.polling) {
        head = snprintf(message, HEAD_SIZE,
                        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n",
                        body);
    } else {
        message[0] = (char)0x81;
        message[1] = 126;
        message[2] = (char)(body >> 8);
        message[3] = (char)body;
    }
    memmove(message + head, message + HEAD_SIZE, (size_t)body);
    return (size_t)(head + body);
}

static void push(long count)
{
    static char message[MAX_BYTES + 2 * HEAD_SIZE];
    long sends = 0, skipped = 0, waiting = 0;

    for (long i = 0; i < count; i++) {
        size_t size = build(message);
        waiting = 0;
        for (int fd = 0; fd <= floor_.highest; fd++) {
            if (!sockets[fd].waiting)
                continue;
            waiting++;
            sockets[fd].waiting = !floor_.polling;
            if (send(fd, message, size, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)size)
                sends++;
            else
                skipped++;
        }
    }
    printf("{\"sockets\":%ld,\"sends\":%ld,\"skipped\":%ld,\"cpu_us\":%lld}\n", waiting, sends,
           skipped, (long long)cpu_us());
    fflush(stdout);
}

/* False at the end of the input. Commands come one at a time. */
static bool command(void)
{
    char line[64];
    ssize_t got = read(STDIN_FILENO, line, sizeof line - 1);
    long count;

    if (got <= 0)
        return false;
    line[got] = '\0';
    if (sscanf(line, "push %ld", &count) == 1)
        push(count);
    return true;
}

static void listen_at(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int yes = 1;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    floor_.listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (floor_.listener < 0 ||
        setsockopt(floor_.listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) < 0 ||
        bind(floor_.listener, (struct sockaddr *)&address, sizeof address) < 0 ||
        listen(floor_.listener, SOMAXCONN) < 0)
        fail("listen");
}

static void run(void)
{
    struct epoll_event events[EVENTS];

    for (;;) {
        int count = epoll_wait(floor_.epoll, events, EVENTS, -1);
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            if (fd == STDIN_FILENO && !command())
                return;
            if (fd == floor_.listener)
                accept_all();
            else if (fd != STDIN_FILENO && sockets[fd].open)
                receive(fd);
        }
    }
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"port", required_argument, NULL, 'p'},
                                            {"bytes", required_argument, NULL, 'b'},
                                            {"polling", no_argument, NULL, 'l'},
                                            {NULL, 0, NULL, 0}};
    int port = 0;

    floor_.bytes = 230;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option == 'p')
            port = (int)strtol(optarg, NULL, 10);
        else if (option == 'b')
            floor_.bytes = (int)strtol(optarg, NULL, 10);
        else if (option == 'l')
            floor_.polling = true;
        else
            return 2;
    }
    /* the frame's head has the 16-bit length (RFC 6455, 5.2) */
    if (port <= 0 || floor_.bytes < HEAD_SIZE || floor_.bytes > MAX_BYTES) {
        fprintf(stderr, "floor_push: --port PORT [--bytes %d..%d] [--polling]\n", HEAD_SIZE,
                MAX_BYTES);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    floor_.epoll = epoll_create1(0);
    listen_at(port);
    watch(floor_.listener);
    watch(STDIN_FILENO);
    puts("ready");
    fflush(stdout);
    run();
    return 0;
}
