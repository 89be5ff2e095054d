#include "tests/unit/pushd/loopback.h"

#include <assert.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pushd/net/loop.h"
#include "shared/base/buffer.h"
#include "shared/base/memory.h"

enum { DEADLINE_US = 20000000, LOOK_AGAIN_US = 2000 };

struct loopback {
    struct loop *loop;
    struct watcher *watcher;
    struct buffer received;
    const char *awaited;
    int fd;
    bool closed;
};

struct wait {
    struct loop *loop;
    bool (*done)(void *context);
    void *context;
    struct timer *again;
    int64_t deadline_us;
    bool reached;
};

static void look(void *context)
{
    struct wait *wait = context;

    wait->reached = wait->done(wait->context);
    if (wait->reached || loop_now_us(wait->loop) > wait->deadline_us)
        loop_stop(wait->loop);
    else
        timer_start(wait->again, LOOK_AGAIN_US);
}

bool loopback_run(struct loop *loop, bool (*done)(void *context), void *context)
{
    struct wait wait = {loop, done, context, NULL, loop_now_us(loop) + DEADLINE_US, false};

    wait.again = timer_make(loop, look, &wait);
    timer_start(wait.again, 0);
    loop_run(loop);
    timer_free(&wait.again);
    return wait.reached;
}

static void ready(void *context, unsigned events)
{
    struct loopback *client = context;
    char bytes[65536];
    ssize_t count = recv(client->fd, bytes, sizeof bytes, MSG_DONTWAIT);

    (void)events;
    if (count > 0) {
        buffer_append(&client->received, bytes, (size_t)count);
        return;
    }
    client->closed = true;
    watcher_set(client->watcher, 0);
}

struct loopback *loopback_open(struct loop *loop, int port)
{
    struct loopback *client = memory_allocate(sizeof *client);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int connected;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    client->loop = loop;
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    buffer_init(&client->received);
    /* the kernel completes it, before anybody accepts */
    connected = connect(client->fd, (const struct sockaddr *)&address, sizeof address);
    assert(connected == 0);
    (void)connected;
    client->watcher = watcher_create(loop, client->fd, LOOP_READ, ready, client);
    return client;
}

void loopback_send(struct loopback *client, const char *text)
{
    ssize_t sent = send(client->fd, text, strlen(text), MSG_NOSIGNAL);

    assert(sent == (ssize_t)strlen(text));
    (void)sent;
}

void loopback_send_frame(struct loopback *client, unsigned opcode, const char *text)
{
    unsigned char frame[6 + 125] = {0x80};
    size_t length = strlen(text);
    ssize_t sent;

    assert(length <= 125);
    frame[0] |= (unsigned char)opcode;
    frame[1] = (unsigned char)(0x80 | length); /* masked, with a mask of zeros */
    memcpy(frame + 6, text, length);
    sent = send(client->fd, frame, 6 + length, MSG_NOSIGNAL);
    assert(sent == (ssize_t)(6 + length));
    (void)sent;
}

const char *loopback_received(const struct loopback *client)
{
    return client->received.data ? client->received.data : "";
}

bool loopback_has(const struct loopback *client, const char *text)
{
    return client->received.length > 0 &&
           memmem(client->received.data, client->received.length, text, strlen(text)) != NULL;
}

void loopback_forget(struct loopback *client)
{
    buffer_clear(&client->received);
}

static bool has_come(void *context)
{
    const struct loopback *client = context;

    return loopback_has(client, client->awaited) || client->closed;
}

bool loopback_until(struct loopback *client, const char *text)
{
    client->awaited = text;
    return loopback_run(client->loop, has_come, client) && loopback_has(client, text);
}

static bool is_closed(void *context)
{
    const struct loopback *client = context;

    return client->closed;
}

bool loopback_until_closed(struct loopback *client)
{
    return loopback_run(client->loop, is_closed, client);
}

void loopback_pause(struct loopback *client)
{
    watcher_set(client->watcher, 0);
}

void loopback_free(struct loopback **client)
{
    if (!*client)
        return;
    watcher_free(&(*client)->watcher);
    close((*client)->fd);
    buffer_deinit(&(*client)->received);
    free(*client);
    *client = NULL;
}
