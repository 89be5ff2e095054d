/* One client of the crowd, and the states it goes through. */
#ifndef BENCH_LOAD_CLIENT_H
#define BENCH_LOAD_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/bench/load/tally.h"

enum client_state {
    CLIENT_QUEUED,      /* connects as soon as fewer than --opening are under way */
    CLIENT_WAITING,     /* is queued when its back-off is over */
    CLIENT_CONNECTING,  /* TCP */
    CLIENT_UPGRADING,   /* HTTP: its first answer is awaited */
    CLIENT_JOINING,     /* Socket.IO: CONNECT is not answered yet */
    CLIENT_SUBSCRIBING, /* the acknowledgement of --subscribe is awaited */
    CLIENT_OPEN,
    CLIENT_CLOSED, /* for good */
};

enum { CLIENT_NAME_SIZE = 96, CLIENT_NOBODY = UINT32_MAX };

/* What --resume says when it comes back. */
struct client_past {
    char sid[CLIENT_NAME_SIZE], pid[CLIENT_NAME_SIZE], offset[CLIENT_NAME_SIZE];
};

struct client {
    struct sequence sequence;
    char *remainder; /* of what is torn: the beginning, until the rest comes */
    char *sid;       /* polling: the Engine.IO session */
    char *outbox;    /* polling: what is posted before the next poll */
    struct client_past *past;
    int64_t due_ms; /* end of the back-off, or when a handshake is given up */
    uint32_t remainder_length;
    uint32_t index, next; /* next: in the queue */
    int fd;
    uint16_t delay_ms; /* the next back-off */
    uint8_t state;
    bool gone;    /* ends when what was read is dealt with */
    bool opened;  /* was open once */
    bool dialing; /* TCP is not there yet */
    bool posting; /* polling: the next answer is that of a POST */
};

#endif
