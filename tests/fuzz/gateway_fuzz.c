/* The whole of pushd from its sockets up, but for libwebsockets (fake_ws.h) and the database
 * (fake_link.h). An input is steps, each a byte 1, a letter and bytes:
 *
 *   h  a new connection that says this    t  a WebSocket says a text     s  rows of the stream
 *   m  the connection says more           f  the same, in several frames d  what the database says
 *   e  the connection is closed           b  bytes                       l  it goes, and comes back
 *   n  of the WebSockets the next one     p  a pong                      u  it rings
 *   w  it takes no more, W again          c  it is closed, x lost        D  drain
 *   q  the database takes its time, Q no more
 *   T  time goes by (a byte: seconds)     r  it is refused (a byte: too large, or broken)
 *
 * "$TOKEN" in what clients say is a good token, "$LESS" another of the same user that may do less,
 * "$STUDENT" one of another that may do little. What is promised
 * to clients and to the database is checked where it goes out; at the end nothing is left. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pushd/engine/engine.h"
#include "pushd/gateway/gateway.h"
#include "pushd/net/http_connection.h"
#include "pushd/net/loop.h"
#include "shared/auth/token_issue.h"
#include "shared/base/buffer.h"
#include "shared/base/clock.h"
#include "shared/base/log.h"
#include "shared/settings.h"
#include "tests/fuzz/fake_clock.h"
#include "tests/fuzz/fake_link.h"
#include "tests/fuzz/fake_ws.h"
#include "tests/fuzz/fuzz.h"

enum { US_PER_S = 1000000, SECONDS_MASK = 63 };
enum {
    STEP = 1,
    STEPS_MAX = 40,
    TURNS = 4,
    CLIENTS_MAX = 16,
    TTL_S = 500000,
    SESSIONS_MAX = 6,
    TURN_US = 1500
};

static struct settings settings;
static char *tokens[3];
static struct loop *loop;
static struct gateway *gateway;
static int clients[CLIENTS_MAX];
static size_t client_count;

static char *make_token(const char *user, const char *roles)
{
    char claims[200];
    const char *const all[] = {claims};

    snprintf(claims, sizeof claims, "{\"sub\":\"%s\",\"jti\":\"t\",\"roles\":[%s],\"exp\":%lld}",
             user, roles, (long long)(clock_wall_ms() / 1000 + TTL_S));
    return token_issue(settings.jwt_secret, all, 1);
}

static void set_up(void)
{
    static char *environment[] = {"JWT_SECRET=a secret that no input of a fuzzer knows",
                                  "CORS_ORIGIN=https://a.example",
                                  "DATABASE_URL=postgresql:///x",
                                  "AUTH_MODE=development",
                                  "STREAM_RING_ROWS=40",
                                  "WEBSOCKET_MAX_PAYLOAD=2048",
                                  "WEBSOCKET_MAX_COMMANDS=2",
                                  "WEBSOCKET_MAX_CONNECTIONS=6",
                                  "WEBSOCKET_MAX_PER_ADDRESS=5",
                                  "WEBSOCKET_MAX_PER_USER=3",
                                  "WEBSOCKET_MAX_PACKETS=6",
                                  "WEBSOCKET_MAX_QUEUE_FRAMES=16",
                                  NULL};
    char error[SETTINGS_ERROR_SIZE];
    bool loaded = settings_load(&settings, NULL, environment, error);

    assert(loaded);
    settings.push_port = 0;
    log_open("/dev/null", LOG_DEBUG_LEVEL);
    tokens[0] = make_token("user-1", "\"GENERAL_ADMIN\"");
    tokens[1] = make_token("user-2", "\"STUDENT\"");
    tokens[2] = make_token("user-1", "\"PROGRAM_ADMIN\"");
}

static void stop(void *context)
{
    loop_stop(context);
}

/* The loop, as often as a thing may take to go through all parts; it never waits, but some
 * milliseconds go by. */
static void turn(void)
{
    struct timer *timer = timer_make(loop, stop, loop);

    for (int i = 0; i < TURNS; i++) {
        fake_clock_advance(TURN_US);
        timer_start(timer, 0);
        loop_run(loop);
        fake_link_answer();
        assert(gateway->http->bodies <= HTTP_BODIES_MAX);
        assert(engine_counts(gateway->engine)->sessions <= SESSIONS_MAX);
    }
    timer_free(&timer);
}

static void begin(void)
{
    char error[200];

    fake_clock_begin();
    fake_link_reset();
    fake_ws_reset();
    client_count = 0;
    loop = loop_create();
    gateway = gateway_create(&settings, loop, error, sizeof error);
    assert(gateway);
    gateway->daemon = 7;
    turn();
}

static void end(void)
{
    for (size_t i = 0; i < client_count; i++)
        if (clients[i] >= 0)
            close(clients[i]);
    turn();
    gateway_free(&gateway);
    loop_free(&loop);
    fake_ws_reset();
    fake_clock_end();
}

/* A head that a client can read, or the middle of a body. */
static void read_answer(int fd)
{
    static char bytes[1 << 16];
    ssize_t count = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);

    if (count >= 9 && memcmp(bytes, "HTTP/", 5) == 0)
        assert(memcmp(bytes, "HTTP/1.1 ", 9) == 0 && memmem(bytes, (size_t)count, "\r\n", 2));
}

static void say(int fd, const struct buffer *bytes)
{
    if (bytes->length > 0)
        send(fd, bytes->data, bytes->length, MSG_NOSIGNAL | MSG_DONTWAIT);
    turn();
    read_answer(fd);
}

static void connect_client(const struct buffer *bytes)
{
    int pair[2];
    int made = client_count < CLIENTS_MAX
                   ? socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair)
                   : -1;

    if (made != 0)
        return;
    clients[client_count++] = pair[0];
    http_connection_open(gateway->http, pair[1]);
    say(pair[0], bytes);
}

static void close_client(void)
{
    if (client_count == 0 || clients[client_count - 1] < 0)
        return;
    close(clients[client_count - 1]);
    clients[client_count - 1] = -1;
}

static void nothing(void *context)
{
    (void)context;
}

static void drain(void)
{
    engine_drain(gateway->engine, CLOSE_RESTART, nothing, NULL);
}

/* What a client says, with its tokens. */
static void append_said(struct buffer *bytes, const uint8_t *data, size_t size)
{
    static const char *const names[] = {"$TOKEN", "$STUDENT", "$LESS"};
    enum { NAMES = sizeof names / sizeof *names };

    for (size_t at = 0; at < size;) {
        size_t name = 0;

        while (name < NAMES && (size - at < strlen(names[name]) ||
                                memcmp(data + at, names[name], strlen(names[name])) != 0))
            name++;
        if (name < NAMES) {
            buffer_append_text(bytes, tokens[name]);
            at += strlen(names[name]);
        } else
            buffer_append_character(bytes, (char)data[at++]);
    }
}

static void step_of_websocket(char what, const struct buffer *said)
{
    const char *text = said->length > 0 ? said->data : "";

    if (said->length > (size_t)settings.max_payload)
        fake_ws_refuse(1009); /* libwebsockets' own count */
    else if (what == 't' || what == 'f')
        fake_ws_message(FRAME_TEXT, text, said->length, what == 'f');
    else if (what == 'b')
        fake_ws_message(FRAME_BINARY, text, said->length, false);
    else if (what == 'p')
        fake_ws_pong();
    else if (what == 'r')
        fake_ws_refuse(said->length > 0 && *text == 'b' ? 1002 : 1009);
    else if (what == 'n')
        fake_ws_choose_next();
    else if (what == 'w' || what == 'W')
        fake_ws_set_writable(what == 'W');
    else if (what == 'c' || what == 'x')
        fake_ws_close(what == 'c');
}

static void step(char what, const struct buffer *said)
{
    if (what == 'h')
        connect_client(said);
    else if (what == 'm' && client_count > 0 && clients[client_count - 1] >= 0)
        say(clients[client_count - 1], said);
    else if (what == 'e')
        close_client();
    else if (what == 's')
        fake_link_rows(said->data, said->length);
    else if (what == 'd')
        fake_link_say(said->data, said->length);
    else if (what == 'l')
        fake_link_lose();
    else if (what == 'u')
        fake_link_ring();
    else if (what == 'q' || what == 'Q')
        fake_link_pause(what == 'q');
    else if (what == 'D')
        drain();
    else if (what == 'T')
        fake_clock_advance(said->length > 0 ? (said->data[0] & SECONDS_MASK) * US_PER_S : US_PER_S);
    else
        step_of_websocket(what, said);
    turn();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *at = data, *stop_at = data + size;

    if (!tokens[0])
        set_up();
    begin();
    for (int i = 0; i < STEPS_MAX && at < stop_at; i++) {
        const uint8_t *next = memchr(at, STEP, (size_t)(stop_at - at));
        struct buffer said;

        next = next ? next : stop_at;
        buffer_init(&said);
        if (next > at) {
            append_said(&said, at + 1, (size_t)(next - at - 1));
            step((char)*at, &said);
        }
        buffer_deinit(&said);
        at = next < stop_at ? next + 1 : stop_at;
    }
    end();
    return 0;
}
