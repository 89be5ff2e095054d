/* What engines are tried in: a loop and a server at a free port of the loopback. */
#pragma once
#include <stddef.h>

#include "pushd/engine/engine.h"
#include "pushd/engine/frame.h"

struct host {
    struct loop *loop;
    struct http_server *server;
    struct engine *engine;
};

/* What options leave out: the path /socket.io, minutes between pings, room for every message. */
void host_begin(struct host *host, struct engine_options options);
void host_end(struct host *host);
/* A session_handler's message that nobody looks at. */
void host_ignore(struct session *session, enum frame_kind kind, const char *bytes, size_t length);
