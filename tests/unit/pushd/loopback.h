/* TCP clients that live in the loop of the server they talk to. */
#pragma once
#include <stdbool.h>

struct loop;
struct loopback;

/* An engine, a server: runs the loop until this is true; false at a generous deadline. */
bool loopback_run(struct loop *loop, bool (*done)(void *context), void *context);

struct loopback *loopback_open(struct loop *loop, int port);
void loopback_send(struct loopback *client, const char *text);
/* One masked WebSocket message of up to 125 bytes; opcode 1: text. */
void loopback_send_frame(struct loopback *client, unsigned opcode, const char *text);
/* Runs the loop until `text` has come; false at the deadline, or when the server closed before. */
bool loopback_until(struct loopback *client, const char *text);
bool loopback_until_closed(struct loopback *client);
const char *loopback_received(const struct loopback *client); /* up to the first NUL */
bool loopback_has(const struct loopback *client, const char *text);
void loopback_forget(struct loopback *client); /* what came so far */
void loopback_pause(struct loopback *client);  /* reads no more */
void loopback_free(struct loopback **client);
