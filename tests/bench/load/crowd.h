/* The crowd: connects clients, a limited number of handshakes at a time, reads what they receive
 * and, with --resume, brings back those that were lost. One thread, one epoll. A client is named by
 * its address only for the length of a call: crowd_open may move them all. */
#ifndef BENCH_LOAD_CROWD_H
#define BENCH_LOAD_CROWD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/bench/load/client.h"
#include "tests/bench/load/options.h"
#include "tests/bench/load/tally.h"

enum { CROWD_STATUSES = 600, CROWD_TEXT_SIZE = 8192 };

struct crowd;

/* How bytes become messages. */
struct wire_calls {
    void (*connected)(struct crowd *crowd, struct client *client);
    /* How many of the bytes are used up; the others come again, in front of what follows. */
    size_t (*take)(struct crowd *crowd, struct client *client, char *bytes, size_t length);
    /* Sends a message. */
    void (*say)(struct crowd *crowd, struct client *client, const char *text, size_t length);
    /* A message that came. */
    void (*hear)(struct crowd *crowd, struct client *client, const char *text, size_t length);
};

/* Why handshakes failed, since the last crowd_open. */
struct refusals {
    uint32_t by_status[CROWD_STATUSES]; /* of HTTP */
    uint32_t connect;                   /* TCP was refused */
    uint32_t closed;                    /* lost before the end of the handshake */
    uint32_t timeout;
    uint32_t packet;          /* CONNECT_ERROR or DISCONNECT */
    uint32_t acknowledgement; /* --subscribe was not a success */
    uint32_t malformed;
};

struct batch {
    uint32_t wanted, opened, failed;
    int64_t began_us, ended_us; /* CLOCK_MONOTONIC */
    struct refusals refusals;
};

struct crowd {
    const struct options *options;
    const struct wire_calls *wire;
    struct client *clients;
    uint32_t count;
    uint32_t first, last; /* the queue */
    uint32_t under_way, open, waiting;
    struct batch batch;
    struct tally tally;
    uint64_t attempts, closed, reconnected, recovered;
    int64_t lost_us, back_us; /* CLOCK_REALTIME of the first loss and the last return */
    int64_t now_us;           /* CLOCK_REALTIME of the last read */
    int64_t cpu_us;           /* of this process at the last reset */
    int64_t ticked_ms;
    int64_t away_ms; /* the next try while `away` */
    char *buffer;
    int epoll;
    bool other_ready;
    bool away; /* nobody listens at the address */
};

/* Options are kept, not copied. */
void crowd_init(struct crowd *crowd, const struct options *options);
void crowd_deinit(struct crowd *crowd);

/* Lets `count` further clients connect: crowd->batch tells how it goes. */
void crowd_open(struct crowd *crowd, uint32_t count);

/* Zeroes what is counted, but for batch. */
void crowd_reset(struct crowd *crowd);

/* From now on a turn also ends when this descriptor can be read: other_ready tells so. */
void crowd_watch(struct crowd *crowd, int other);

/* Waits for at most timeout_ms (-1: without end) and deals with what happened. */
void crowd_turn(struct crowd *crowd, int timeout_ms);

/* No longer watches it: it has ended. */
void crowd_unwatch(struct crowd *crowd, int other);

/* For the wires. crowd_send: what does not fit into the socket at once ends the client. */
void crowd_move(struct crowd *crowd, struct client *client, enum client_state state);
void crowd_send(struct client *client, const void *bytes, size_t length);
void crowd_refused(struct client *client, uint32_t *counter);
void crowd_opened(struct crowd *crowd, struct client *client);
/* Another connection for the same client, in the place of one that the server ended in order. */
void crowd_redial(struct crowd *crowd, struct client *client);

#endif
