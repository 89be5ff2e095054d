/* Plain WebSockets: text frames of JSON, no client library.
 *   client  {"event":"auth","data":{"token":"…"}}         unless the handshake says who it is
 *           {"event":"subscribe","data":{…},"id":1}       the id asks for an answer
 *   server  {"event":"log:error","data":{…},"cursor":"…"}  {"ack":1,"data":{…}}
 * What the client sends while its identity is being checked waits (16 messages) and is served after
 * it. A message that is not of this form is answered by the event `exception`; the tenth ends the
 * session, as a binary one does at once. */
#pragma once
#include "pushd/engine/session.h"

/* The handler to give to an engine as its plain_handler. */
extern const struct session_handler plain_session_handler;
