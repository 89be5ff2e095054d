/* Event streams for `EventSource` and everything that reads lines: channels and filters are in the
 * URL, the stream only speaks. It is resumed by the Last-Event-ID, `<cursor>~<key>`. */
#pragma once
#include "pushd/session.h"

struct selection;

/* The handler to give to an engine as its stream_handler. */
extern const struct session_handler sse_session_handler;

/* Once the session is open: lets the peer connect. selection is taken, and left empty; url: see
 * peer_url. */
void sse_connect(struct session *session, struct selection *selection, const char *url);
