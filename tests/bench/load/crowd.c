#include "tests/bench/load/crowd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/load/instant.h"
#include "tests/bench/load/wires.h"

enum {
    BUFFER_SIZE = 1 << 18,
    EVENTS = 1024,
    ANSWER_MS = 30000,
    FIRST_DELAY_MS = 50,
    LONGEST_DELAY_MS = 800, /* longer ones would hide how soon the server is back */
    TICK_MS = 5,
    AWAY_MS = 50,
    OTHER = UINT32_MAX,
};

static void fail(const char *what)
{
    fprintf(stderr, "bench_load: %s: %s\n", what, strerror(errno));
    exit(1);
}

void crowd_init(struct crowd *crowd, const struct options *options)
{
    *crowd = (struct crowd){
        .options = options,
        .wire = wires_of(options->wire),
        .first = CLIENT_NOBODY,
        .last = CLIENT_NOBODY,
        .buffer = malloc(BUFFER_SIZE),
        .epoll = epoll_create1(EPOLL_CLOEXEC),
    };
    if (!crowd->buffer || crowd->epoll < 0)
        fail("at start");
    tally_init(&crowd->tally, options->marker, options->consecutive);
}

static void hang_up(struct client *client)
{
    if (client->fd >= 0)
        close(client->fd);
    client->fd = -1;
}

static void forget(struct client *client)
{
    free(client->remainder);
    free(client->sid);
    free(client->outbox);
    client->remainder = client->sid = client->outbox = NULL;
    client->remainder_length = 0;
}

void crowd_deinit(struct crowd *crowd)
{
    for (uint32_t i = 0; i < crowd->count; i++) {
        hang_up(&crowd->clients[i]);
        forget(&crowd->clients[i]);
        free(crowd->clients[i].past);
    }
    free(crowd->clients);
    free(crowd->buffer);
    close(crowd->epoll);
}

static bool is_under_way(enum client_state state)
{
    return state >= CLIENT_CONNECTING && state < CLIENT_OPEN;
}

void crowd_move(struct crowd *crowd, struct client *client, enum client_state state)
{
    enum client_state from = client->state;

    crowd->under_way += is_under_way(state) - is_under_way(from);
    crowd->waiting += (state == CLIENT_WAITING) - (from == CLIENT_WAITING);
    crowd->open += (state == CLIENT_OPEN) - (from == CLIENT_OPEN);
    client->state = (uint8_t)state;
}

static void queue(struct crowd *crowd, struct client *client)
{
    client->next = CLIENT_NOBODY;
    if (crowd->first == CLIENT_NOBODY)
        crowd->first = client->index;
    else
        crowd->clients[crowd->last].next = client->index;
    crowd->last = client->index;
    crowd_move(crowd, client, CLIENT_QUEUED);
}

void crowd_open(struct crowd *crowd, uint32_t count)
{
    uint32_t before = crowd->count;

    crowd->batch = (struct batch){.wanted = count, .began_us = instant_monotonic_us()};
    crowd->count += count;
    crowd->clients = realloc(crowd->clients, crowd->count * sizeof *crowd->clients);
    if (!crowd->clients)
        fail("clients");
    for (uint32_t i = before; i < crowd->count; i++) {
        struct client *client = &crowd->clients[i];

        *client = (struct client){
            .index = i, .fd = -1, .delay_ms = FIRST_DELAY_MS, .sequence.last = TALLY_NONE};
        if (crowd->options->resume && !(client->past = calloc(1, sizeof *client->past)))
            fail("clients");
        queue(crowd, client);
    }
}

void crowd_reset(struct crowd *crowd)
{
    tally_reset(&crowd->tally);
    crowd->attempts = crowd->closed = crowd->reconnected = crowd->recovered = 0;
    crowd->lost_us = crowd->back_us = 0;
    crowd->cpu_us = instant_cpu_us();
    for (uint32_t i = 0; i < crowd->count; i++)
        crowd->clients[i].sequence = (struct sequence){.last = TALLY_NONE};
}

void crowd_opened(struct crowd *crowd, struct client *client)
{
    crowd_move(crowd, client, CLIENT_OPEN);
    client->delay_ms = FIRST_DELAY_MS;
    if (client->opened) {
        crowd->reconnected++;
        crowd->back_us = crowd->now_us;
        return;
    }
    client->opened = true;
    crowd->batch.opened++;
    crowd->batch.ended_us = instant_monotonic_us();
}

void crowd_refused(struct client *client, uint32_t *counter)
{
    if (!client->gone && !client->opened)
        ++*counter;
    client->gone = true;
}

/* The connection is over: for good, or until the back-off is. Where nobody listens, one client
 * tries for all of them, for the server notices none of that and needs the processor to start. */
static void lose(struct crowd *crowd, struct client *client)
{
    hang_up(client);
    forget(client);
    client->gone = client->posting = false;
    if (client->state == CLIENT_OPEN) {
        crowd->closed++;
        if (!crowd->lost_us)
            crowd->lost_us = crowd->now_us;
    }
    if (!client->opened) {
        crowd->batch.failed++;
        crowd->batch.ended_us = instant_monotonic_us();
    }
    if (!client->opened || !crowd->options->resume) {
        crowd_move(crowd, client, CLIENT_CLOSED);
        return;
    }
    if (client->state == CLIENT_OPEN) {
        queue(crowd, client);
        return;
    }
    if (client->dialing) {
        crowd->away = true;
        client->dialing = false;
        queue(crowd, client);
        return;
    }
    client->due_ms = instant_monotonic_us() / 1000 + client->delay_ms;
    if (client->delay_ms < LONGEST_DELAY_MS)
        client->delay_ms = (uint16_t)(client->delay_ms * 2);
    crowd_move(crowd, client, CLIENT_WAITING);
}

static void end(struct crowd *crowd, struct client *client, uint32_t *counter)
{
    crowd_refused(client, counter);
    lose(crowd, client);
}

/* False: refused at once. */
static bool dial(struct crowd *crowd, struct client *client)
{
    const struct options *options = crowd->options;
    const struct sockaddr *to = (const struct sockaddr *)&options->address;
    struct sockaddr_in from = {.sin_family = AF_INET};
    struct epoll_event event = {EPOLLOUT, {.u32 = client->index}};

    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + client->index % options->sources);
    client->dialing = true;
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (client->fd < 0)
        fail("socket (see ulimit -n)");
    setsockopt(client->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &(int){1}, sizeof(int));
    if (options->sources > 1 && bind(client->fd, (struct sockaddr *)&from, sizeof from) < 0)
        return false;
    if (connect(client->fd, to, sizeof options->address) < 0 && errno != EINPROGRESS)
        return false;
    return epoll_ctl(crowd->epoll, EPOLL_CTL_ADD, client->fd, &event) == 0;
}

void crowd_redial(struct crowd *crowd, struct client *client)
{
    hang_up(client);
    if (!dial(crowd, client))
        crowd_refused(client, &crowd->batch.refusals.connect);
}

static void connect_client(struct crowd *crowd, struct client *client)
{
    crowd->attempts++;
    crowd_move(crowd, client, CLIENT_CONNECTING);
    client->due_ms = instant_monotonic_us() / 1000 + ANSWER_MS;
    if (!dial(crowd, client))
        end(crowd, client, &crowd->batch.refusals.connect);
}

/* What is sent is small and rare: it always fits. */
void crowd_send(struct client *client, const void *bytes, size_t length)
{
    if (send(client->fd, bytes, length, MSG_NOSIGNAL) != (ssize_t)length)
        client->gone = true;
}

/* Keeps what is torn until the rest has come. */
static void keep(struct client *client, const char *bytes, size_t length)
{
    char *remainder = length ? realloc(client->remainder, length) : NULL;

    if (!length)
        free(client->remainder);
    else if (!remainder)
        fail("memory");
    else
        memcpy(remainder, bytes, length);
    client->remainder = remainder;
    client->remainder_length = (uint32_t)length;
}

static void receive(struct crowd *crowd, struct client *client)
{
    size_t length = client->remainder_length, used;
    ssize_t got;

    if (length)
        memcpy(crowd->buffer, client->remainder, length);
    got = recv(client->fd, crowd->buffer + length, BUFFER_SIZE - length, 0);
    if (got <= 0) {
        if (got == 0 || errno != EAGAIN)
            crowd_refused(client, &crowd->batch.refusals.closed);
        return;
    }
    crowd->now_us = instant_real_us();
    length += (size_t)got;
    used = crowd->wire->take(crowd, client, crowd->buffer, length);
    if (length > used || client->remainder)
        keep(client, crowd->buffer + used, length - used);
}

static void connected(struct crowd *crowd, struct client *client)
{
    struct epoll_event event = {EPOLLIN, {.u32 = client->index}};
    int error = 0;
    socklen_t size = sizeof error;

    getsockopt(client->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error) {
        crowd_refused(client, &crowd->batch.refusals.connect);
        return;
    }
    epoll_ctl(crowd->epoll, EPOLL_CTL_MOD, client->fd, &event);
    client->dialing = crowd->away = false;
    if (client->state == CLIENT_CONNECTING)
        crowd_move(crowd, client, CLIENT_UPGRADING);
    crowd->wire->connected(crowd, client);
}

static void ready(struct crowd *crowd, struct client *client)
{
    if (client->fd < 0)
        return;
    if (client->dialing)
        connected(crowd, client);
    else
        receive(crowd, client);
    if (client->gone) {
        crowd->now_us = instant_real_us();
        lose(crowd, client);
    }
}

/* Looks for those whose time is over; only while there can be any. */
static void tick(struct crowd *crowd)
{
    int64_t now = instant_monotonic_us() / 1000;

    if (crowd->under_way + crowd->waiting == 0 || now - crowd->ticked_ms < TICK_MS)
        return;
    crowd->ticked_ms = now;
    for (uint32_t i = 0; i < crowd->count; i++) {
        struct client *client = &crowd->clients[i];

        if (client->state == CLIENT_QUEUED || client->state >= CLIENT_OPEN || client->due_ms > now)
            continue;
        if (client->state == CLIENT_WAITING)
            queue(crowd, client);
        else
            end(crowd, client, &crowd->batch.refusals.timeout);
    }
}

static bool is_busy(const struct crowd *crowd)
{
    return crowd->first != CLIENT_NOBODY || crowd->under_way + crowd->waiting > 0;
}

static void connect_queued(struct crowd *crowd)
{
    int64_t now_ms = instant_monotonic_us() / 1000;

    while (crowd->first != CLIENT_NOBODY && crowd->under_way < crowd->options->opening &&
           (!crowd->away || now_ms >= crowd->away_ms)) {
        struct client *client = &crowd->clients[crowd->first];

        crowd->first = client->next;
        crowd->away_ms = now_ms + AWAY_MS;
        connect_client(crowd, client);
    }
}

/* Lets messages gather: a wake-up for each would be more than half of the work here, and takes the
 * processor from the server where they share it. */
static void nap(const struct crowd *crowd)
{
    const struct timespec time = {0, (long)crowd->options->nap_us * 1000};

    if (crowd->options->nap_us && !is_busy(crowd))
        nanosleep(&time, NULL);
}

void crowd_watch(struct crowd *crowd, int other)
{
    struct epoll_event event = {EPOLLIN, {.u32 = OTHER}};

    if (epoll_ctl(crowd->epoll, EPOLL_CTL_ADD, other, &event) < 0)
        fail("commands come from a pipe, a socket or a terminal");
}

void crowd_unwatch(struct crowd *crowd, int other)
{
    epoll_ctl(crowd->epoll, EPOLL_CTL_DEL, other, NULL);
}

void crowd_turn(struct crowd *crowd, int timeout_ms)
{
    struct epoll_event events[EVENTS];
    int count;

    tick(crowd);
    connect_queued(crowd);
    if (is_busy(crowd) && (timeout_ms < 0 || timeout_ms > (int)TICK_MS))
        timeout_ms = TICK_MS;
    count = epoll_wait(crowd->epoll, events, EVENTS, timeout_ms);
    crowd->other_ready = false;
    for (int i = 0; i < count; i++)
        if (events[i].data.u32 == OTHER)
            crowd->other_ready = true;
        else
            ready(crowd, &crowd->clients[events[i].data.u32]);
    if (count > crowd->other_ready)
        nap(crowd);
}
