/* Event streams for `EventSource` and everything that reads lines: channels and filters are in the
 * URL, the stream only speaks. It is resumed by the Last-Event-ID, `<cursor>~<key>`.
 * The gateway finds the channels in the handshake. That it lets the client in begins the stream (a
 * channel that was denied is told as subscription:ended); its refusal is the answer to the request.
 */
#pragma once
#include "pushd/engine/session.h"

struct selection;

/* The handler to give to an engine as its stream_handler. */
extern const struct session_handler sse_session_handler;

/* Once the session is open: lets the peer connect. What is asked for, which is taken, and its
 * digest are shown by the handshake from here on. */
void sse_connect(struct session *session, struct selection *selection, const char *url);
