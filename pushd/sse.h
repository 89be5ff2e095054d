/* Event streams for `EventSource` and everything that reads lines: channels and filters are in the
 * URL, the stream only speaks. It is resumed by the Last-Event-ID, `<cursor>~<key>`.
 * Once the gateway has let the client in, it is asked for the channels as by a `subscribe`; its
 * acknowledgement begins the stream (a channel that was denied is told as subscription:ended), its
 * refusal is the answer to the request. */
#pragma once
#include "pushd/session.h"

struct selection;

/* The handler to give to an engine as its stream_handler. */
extern const struct session_handler sse_session_handler;

/* Once the session is open: lets the peer connect. url: a digest of what is asked for, which the
 * handshake shows from here on. */
void sse_connect(struct session *session, const struct selection *selection, const char *url);
