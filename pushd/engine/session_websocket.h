/* A session's WebSocket transport: Engine.IO packets as messages of a WebSocket connection. */
#pragma once
#include <stddef.h>

struct http_request;
struct transport;

/* Takes the socket of a checked upgrade. NULL: it failed. The caller gives the transport
 * its session at once. */
struct transport *session_websocket_accept(const struct http_request *request,
                                           const char *request_id, size_t max_message);
