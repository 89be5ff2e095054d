/* WebSockets that outlive what they belonged to. A client in the middle of an Engine.IO upgrade has
 * stopped polling; one that loses the WebSocket now takes that for a failed upgrade, polls no more
 * and notices the end of its session only by its ping timeout. So it is let finish: the connection
 * is closed with the next message, which says that the client has moved, or after two seconds.
 * Source: engine.io-client 4 to 6, Socket._probe. */
#pragma once
#include <stddef.h>

#include "pushd/net/timers.h"

struct ws_connection;

struct ws_partings {
    struct deadline_list late;
    size_t count;
};

void ws_partings_init(struct ws_partings *partings, struct loop *loop);
void ws_partings_deinit(struct ws_partings *partings); /* closes those that are left */
/* Like ws_close, later. */
void ws_part(struct ws_partings *partings, struct ws_connection **connection, int code);
