/* The wires, and what they have to do with one another: socketio_* and plain_* are what is said,
 * websocket_* and polling_* how it is carried. */
#ifndef BENCH_LOAD_WIRES_H
#define BENCH_LOAD_WIRES_H

#include "tests/bench/load/crowd.h"

const struct wire_calls *wires_of(enum wire wire);

void websocket_connected(struct crowd *crowd, struct client *client);
size_t websocket_take(struct crowd *crowd, struct client *client, char *bytes, size_t length);
void websocket_say(struct crowd *crowd, struct client *client, const char *text, size_t length);

void polling_connected(struct crowd *crowd, struct client *client);
size_t polling_take(struct crowd *crowd, struct client *client, char *bytes, size_t length);
void polling_say(struct crowd *crowd, struct client *client, const char *text, size_t length);

/* Socket.IO v5 over Engine.IO v4: packets as text. */
void socketio_hear(struct crowd *crowd, struct client *client, const char *text, size_t length);

/* Text without an envelope. The connection is made: opens, or says --tokens and --subscribe. */
void plain_began(struct crowd *crowd, struct client *client);
void plain_hear(struct crowd *crowd, struct client *client, const char *text, size_t length);

#endif
