/* storm PORT SERVICE : a crowd of Socket.IO clients in one process, to see what happens when all of
 * them are dropped at once. Clients as socket.io-client is: WebSocket only, `{pid, offset}` on
 * CONNECT, back-off from 1 s to 5 s; but without its randomness, so that all come back together.
 *
 * Standard input: one token a line and an empty line, then commands. `expect N` prints a line when
 * every client has had N events since it subscribed; `end` prints the last line. Standard output: a
 * line of JSON when all are subscribed, and one a command. Times are milliseconds, since the first
 * client was dropped where one was. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum {
    AT_ONCE = 200, /* connections under way before all are there for the first time */
    FIRST_DELAY_MS = 1000,
    LONGEST_DELAY_MS = 5000,
    ANSWER_MS = 20000, /* an attempt without an answer is given up */
    TICK_MS = 5,
    SOURCES = 8, /* loopback addresses that connections come from: ports run out otherwise */
    EVENTS = 512,
    READ_SIZE = 1 << 18,
    TEXT_SIZE = 4096,
    NAME_SIZE = 96,
};

enum state { WAITING, CONNECTING, UPGRADING, OPENING, JOINING, SUBSCRIBING, JOINED };

struct client {
    char *token;
    char *pending; /* bytes of an incomplete frame */
    size_t pending_length;
    int64_t due_ms; /* WAITING: the next try; otherwise when this one is given up */
    int64_t last_id;
    uint64_t digest; /* of the ids in their order */
    unsigned count;
    unsigned delay_ms;
    int fd;
    enum state state;
    bool subscribed, gone;
    char sid[NAME_SIZE], pid[NAME_SIZE], offset[NAME_SIZE];
};

static struct crowd {
    struct client *clients;
    size_t count, under_way, joined, subscribed;
    unsigned attempts, dropped, recovered, fresh, other_sid, refused, failed, duplicated,
        disordered;
    int64_t began_ms, dropped_ms, back_ms;
    unsigned expected; /* events each; 0: nobody asked */
    int epoll, port;
    const char *service;
} crowd;

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void fail(const char *what)
{
    fprintf(stderr, "storm: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void move(struct client *client, enum state state)
{
    if (client->state != WAITING && state == WAITING)
        crowd.under_way--;
    if (client->state == WAITING && state != WAITING)
        crowd.under_way++;
    client->state = state;
}

/* The connection is over; the next try comes after the back-off. */
static void lose(struct client *client)
{
    int64_t now = now_ms();

    if (client->state == JOINED) {
        crowd.dropped++;
        crowd.joined--;
        if (!crowd.dropped_ms)
            crowd.dropped_ms = now;
    } else {
        crowd.failed++;
    }
    close(client->fd);
    client->fd = -1;
    free(client->pending);
    client->pending = NULL;
    client->pending_length = 0;
    client->due_ms = now + client->delay_ms;
    client->delay_ms =
        client->delay_ms * 2 < LONGEST_DELAY_MS ? client->delay_ms * 2 : LONGEST_DELAY_MS;
    client->gone = false;
    move(client, WAITING);
}

/* What is sent is small and rare: it always fits. */
static void write_all(struct client *client, const void *bytes, size_t length)
{
    if (send(client->fd, bytes, length, MSG_NOSIGNAL) != (ssize_t)length)
        client->gone = true;
}

/* One masked text frame; the mask is zero, which masks nothing and is allowed. */
__attribute__((format(printf, 2, 3))) static void say(struct client *client, const char *format,
                                                      ...)
{
    unsigned char frame[8 + TEXT_SIZE] = {0x81};
    char text[TEXT_SIZE];
    va_list arguments;
    size_t length, head;

    va_start(arguments, format);
    length = (size_t)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length >= sizeof text)
        fail("a token is too long");
    head = length < 126 ? 6 : 8;
    frame[1] = (unsigned char)(0x80 | (length < 126 ? length : 126));
    if (head == 8) {
        frame[2] = (unsigned char)(length >> 8);
        frame[3] = (unsigned char)length;
    }
    memcpy(frame + head, text, length);
    write_all(client, frame, head + length);
}

static void connect_client(struct client *client)
{
    static unsigned next;
    struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET};
    struct epoll_event event = {EPOLLIN | EPOLLOUT, {.ptr = client}};

    crowd.attempts++;
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + next++ % SOURCES);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons((uint16_t)crowd.port);
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (client->fd < 0)
        fail("socket");
    setsockopt(client->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &(int){1}, sizeof(int));
    client->due_ms = now_ms() + ANSWER_MS;
    move(client, CONNECTING);
    if (bind(client->fd, (struct sockaddr *)&from, sizeof from) < 0 ||
        (connect(client->fd, (struct sockaddr *)&to, sizeof to) < 0 && errno != EINPROGRESS) ||
        epoll_ctl(crowd.epoll, EPOLL_CTL_ADD, client->fd, &event) < 0)
        lose(client);
}

static void upgrade(struct client *client)
{
    static const char request[] = "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
                                  "Host: localhost\r\nUpgrade: websocket\r\n"
                                  "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    struct epoll_event event = {EPOLLIN, {.ptr = client}};

    epoll_ctl(crowd.epoll, EPOLL_CTL_MOD, client->fd, &event);
    write_all(client, request, sizeof request - 1);
    client->state = UPGRADING;
}

/* The text of a member of flat JSON that holds no escapes; "" when it is not there. */
static void member(const char *json, const char *name, char value[NAME_SIZE])
{
    char quoted[NAME_SIZE];
    const char *at;
    size_t length;

    snprintf(quoted, sizeof quoted, "\"%s\":\"", name);
    at = strstr(json, quoted);
    at = at ? at + strlen(quoted) : "";
    length = strcspn(at, "\"");
    if (length >= NAME_SIZE)
        fail("a name is too long");
    memcpy(value, at, length);
    value[length] = '\0';
}

static void joined(struct client *client)
{
    client->state = JOINED;
    client->delay_ms = FIRST_DELAY_MS;
    crowd.joined++;
    if (crowd.dropped_ms)
        crowd.back_ms = now_ms();
}

static void connected(struct client *client, const char *json)
{
    char sid[NAME_SIZE], pid[NAME_SIZE];
    bool recovered;

    member(json, "sid", sid);
    member(json, "pid", pid);
    recovered = client->pid[0] && strcmp(pid, client->pid) == 0;
    if (client->subscribed) {
        crowd.recovered += recovered;
        crowd.fresh += !recovered;
        crowd.other_sid += strcmp(sid, client->sid) != 0;
    }
    memcpy(client->sid, sid, sizeof sid);
    memcpy(client->pid, pid, sizeof pid);
    if (recovered && client->subscribed) {
        joined(client);
        return;
    }
    client->state = SUBSCRIBING;
    say(client,
        "420[\"subscribe\",{\"channels\":[\"events\"],\"eventFilters\":{\"services\":\"%s\"}}]",
        crowd.service);
}

static void subscribed(struct client *client, const char *json)
{
    if (!strstr(json, "\"success\":true")) {
        crowd.refused++;
        client->gone = true;
        return;
    }
    crowd.subscribed += !client->subscribed;
    client->subscribed = true;
    joined(client);
}

/* ["name",…,"epoch.id"]: every push ends with its cursor */
static void pushed(struct client *client, char *json, size_t length)
{
    char *end = json + length, *begin, *dot;
    int64_t id;

    if (length < 4 || end[-1] != ']' || end[-2] != '"')
        return;
    end[-2] = '\0';
    begin = strrchr(json, '"') + 1;
    dot = strchr(begin, '.');
    if (!dot || strlen(begin) >= sizeof client->offset)
        return;
    memcpy(client->offset, begin, strlen(begin) + 1);
    if (strncmp(json, "[\"event:created\"", 16) != 0)
        return;
    id = strtoll(dot + 1, NULL, 10);
    if (id <= client->last_id) {
        crowd.duplicated += id == client->last_id;
        crowd.disordered += id < client->last_id;
    }
    client->last_id = id;
    client->count++;
    client->digest = (client->digest ^ (uint64_t)id) * UINT64_C(1099511628211);
}

static void message(struct client *client, char *text, size_t length)
{
    if (text[0] == '0') {
        char members[2 * NAME_SIZE + 32] = "";

        if (client->pid[0])
            snprintf(members, sizeof members, ",\"pid\":\"%s\",\"offset\":\"%s\"", client->pid,
                     client->offset);
        client->state = JOINING;
        say(client, "40{\"token\":\"%s\"%s}", client->token, members);
    } else if (text[0] == '2') {
        say(client, "3");
    } else if (strncmp(text, "40", 2) == 0) {
        connected(client, text + 2);
    } else if (strncmp(text, "430", 3) == 0) {
        subscribed(client, text + 3);
    } else if (strncmp(text, "42", 2) == 0) {
        pushed(client, text + 2, length - 2);
    } else {
        crowd.refused += strncmp(text, "44", 2) == 0;
        client->gone = true;
    }
}

/* Bytes of the first frame, or 0 while it is incomplete; *head is where its payload begins. */
static size_t frame_size(const unsigned char *bytes, size_t length, size_t *head)
{
    size_t payload;

    if (length < 2)
        return 0;
    payload = bytes[1] & 0x7f;
    *head = payload < 126 ? 2 : payload == 126 ? 4 : 10;
    if (length < *head)
        return 0;
    if (payload >= 126) {
        payload = 0;
        for (size_t i = 2; i < *head; i++)
            payload = payload << 8 | bytes[i];
    }
    return length - *head < payload ? 0 : *head + payload;
}

/* How many of these bytes were used up. */
static size_t take(struct client *client, char *bytes, size_t length)
{
    size_t used = 0;

    if (client->state == UPGRADING) {
        char *end = memmem(bytes, length, "\r\n\r\n", 4);

        if (!end)
            return 0;
        if (strncmp(bytes, "HTTP/1.1 101", 12) != 0) {
            client->gone = true;
            return length;
        }
        client->state = OPENING;
        used = (size_t)(end - bytes) + 4;
    }
    while (!client->gone) {
        size_t head, size = frame_size((unsigned char *)bytes + used, length - used, &head);
        unsigned opcode = (unsigned char)bytes[used] & 0x0f;
        char *payload = bytes + used + head;
        char after;

        if (!size)
            break;
        used += size;
        after = bytes[used]; /* there is room for one more byte */
        bytes[used] = '\0';
        if (opcode == 1 && size > head)
            message(client, payload, size - head);
        else if (opcode == 9)
            write_all(client, "\x8a\x80\0\0\0", 6);
        else
            client->gone = true;
        bytes[used] = after;
    }
    return used;
}

static void receive(struct client *client)
{
    static char buffer[READ_SIZE + 1];
    size_t kept = client->pending_length, used;
    ssize_t got;

    if (kept)
        memcpy(buffer, client->pending, kept);
    got = recv(client->fd, buffer + kept, READ_SIZE - kept, 0);
    if (got <= 0) {
        client->gone = got == 0 || errno != EAGAIN;
        return;
    }
    kept += (size_t)got;
    used = take(client, buffer, kept);
    free(client->pending);
    client->pending = NULL;
    client->pending_length = client->gone ? 0 : kept - used;
    if (client->pending_length) {
        client->pending = malloc(client->pending_length);
        if (!client->pending)
            fail("memory");
        memcpy(client->pending, buffer + used, client->pending_length);
    }
}

static void ready(struct client *client, uint32_t events)
{
    if (client->state == CONNECTING && events & EPOLLOUT) {
        int error = 0;
        socklen_t size = sizeof error;

        getsockopt(client->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error)
            client->gone = true;
        else
            upgrade(client);
    } else if (client->state != WAITING && events & (EPOLLIN | EPOLLERR | EPOLLHUP)) {
        receive(client);
    }
    if (client->gone)
        lose(client);
}

static void tick(void)
{
    static int64_t last;
    int64_t now = now_ms();
    bool first_time = crowd.subscribed < crowd.count;

    if (now - last < TICK_MS)
        return;
    last = now;
    for (size_t i = 0; i < crowd.count; i++) {
        struct client *client = &crowd.clients[i];

        if (client->state == JOINED || client->due_ms > now)
            continue;
        if (client->state != WAITING)
            lose(client);
        else if (!first_time || crowd.under_way - crowd.joined < AT_ONCE)
            connect_client(client);
    }
}

static unsigned fewest(void)
{
    unsigned count = UINT32_MAX;

    for (size_t i = 0; i < crowd.count; i++)
        count = crowd.clients[i].count < count ? crowd.clients[i].count : count;
    return count;
}

static void report(const char *name)
{
    unsigned most = 0;
    size_t alike = 0;

    for (size_t i = 0; i < crowd.count; i++) {
        most = crowd.clients[i].count > most ? crowd.clients[i].count : most;
        alike += crowd.clients[i].digest == crowd.clients[0].digest;
    }
    printf("{\"report\":\"%s\",\"clients\":%zu,\"joined\":%zu,\"attempts\":%u,\"dropped\":%u,"
           "\"recovered\":%u,\"fresh\":%u,\"otherSid\":%u,\"refused\":%u,\"failed\":%u,"
           "\"duplicated\":%u,\"disordered\":%u,\"fewest\":%u,\"most\":%u,\"alike\":%zu,"
           "\"backMs\":%" PRId64 ",\"ms\":%" PRId64 "}\n",
           name, crowd.count, crowd.joined, crowd.attempts, crowd.dropped, crowd.recovered,
           crowd.fresh, crowd.other_sid, crowd.refused, crowd.failed, crowd.duplicated,
           crowd.disordered, fewest(), most, alike,
           crowd.back_ms ? crowd.back_ms - crowd.dropped_ms : 0,
           now_ms() - (crowd.dropped_ms ? crowd.dropped_ms : crowd.began_ms));
    fflush(stdout);
}

/* The next line without its end; NULL when there is none: *none is true when one may come. */
static char *next_line(bool *none)
{
    static char text[TEXT_SIZE];
    static size_t length;
    static char line[TEXT_SIZE];
    char *end = memchr(text, '\n', length);

    *none = false;
    if (!end) {
        ssize_t got =
            length < sizeof text ? read(STDIN_FILENO, text + length, sizeof text - length) : 0;

        *none = got > 0 || (got < 0 && errno == EAGAIN);
        length += got > 0 ? (size_t)got : 0;
        return NULL;
    }
    *end = '\0';
    memcpy(line, text, (size_t)(end - text) + 1);
    length -= (size_t)(end - text) + 1;
    memmove(text, end + 1, length);
    return line;
}

static void read_tokens(void)
{
    size_t room = 0;
    bool none;
    char *line;

    while ((line = next_line(&none)) || none) {
        if (!line)
            continue;
        if (!*line)
            break;
        if (crowd.count == room) {
            room = room ? 2 * room : 1024;
            crowd.clients = realloc(crowd.clients, room * sizeof *crowd.clients);
            if (!crowd.clients)
                fail("memory");
        }
        crowd.clients[crowd.count++] = (struct client){
            .token = strdup(line), .fd = -1, .delay_ms = FIRST_DELAY_MS, .state = WAITING};
    }
    fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
}

/* False: it is over. */
static bool obey(void)
{
    bool none;
    char *line = next_line(&none);

    if (!line)
        return none;
    if (strncmp(line, "expect ", 7) == 0)
        crowd.expected = (unsigned)strtoul(line + 7, NULL, 10);
    return strcmp(line, "end") != 0;
}

static void turn(void)
{
    struct epoll_event events[EVENTS];
    int count = epoll_wait(crowd.epoll, events, EVENTS, TICK_MS);

    for (int i = 0; i < count; i++)
        ready(events[i].data.ptr, events[i].events);
    tick();
}

int main(int argc, char **argv)
{
    struct rlimit limit;
    bool all_there = false;

    if (argc != 3) {
        fprintf(stderr, "usage: storm PORT SERVICE\n");
        return 2;
    }
    crowd.port = (int)strtol(argv[1], NULL, 10);
    crowd.service = argv[2];
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    crowd.epoll = epoll_create1(EPOLL_CLOEXEC);
    crowd.began_ms = now_ms();
    read_tokens();
    while (obey()) {
        turn();
        if (!all_there && crowd.subscribed == crowd.count) {
            all_there = true;
            report("ready");
        }
        if (crowd.expected && crowd.joined == crowd.count && fewest() >= crowd.expected) {
            report("expected");
            crowd.expected = 0;
        }
    }
    report("end");
    return 0;
}
