/* An Engine.IO v4 session: an identity on the wire that outlives its transport. It knows no
 * transport by name (struct transport_ops), and nothing of what lives on top (struct
 * session_handler). Its states and their moves: session_states.def.
 * Source: Engine.IO protocol, revision 4. Bytes from the client never reach an assert. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pushd/engine/close_reason.h"
#include "pushd/engine/frame.h"
#include "pushd/engine/handshake.h"

struct engine;
struct session;

enum transport_kind { TRANSPORT_POLLING, TRANSPORT_WEBSOCKET, TRANSPORT_SSE, TRANSPORT_COUNT };

enum { SESSION_ID_SIZE = 21 }; /* 20 characters of base64url from 15 random bytes, and a NUL */

/* What lives on top of a session. Calls may close the session they are about; it is freed after the
 * call returns. */
struct session_handler {
    void (*opened)(struct session *session);
    /* Engine.IO message packets, type byte removed; messages as they come where there are none */
    void (*message)(struct session *session, enum frame_kind kind, const char *bytes,
                    size_t length);
    /* After session_want_room, once, at the end of a turn: the queue is empty, or a quarter of what
     * it takes is waiting. NULL where nobody asks. What is sent from inside leaves next turn. */
    void (*drained)(struct session *session);
    /* the last call; release what session_context holds */
    void (*closed)(struct session *session, enum close_reason reason);
    /* session_transport is another one now. NULL where nobody asks. */
    void (*upgraded)(struct session *session);
};

bool session_is_open(const struct session *session); /* not closing yet */
const char *session_id(const struct session *session);
const struct handshake *session_handshake(const struct session *session);
/* "polling", "websocket"; later "sse"; "none" once the connection is lost */
const char *session_transport(const struct session *session);
void *session_context(const struct session *session);
void session_set_context(struct session *session, void *context);
/* A namespace was joined: the connect timeout no longer applies. */
void session_joined(struct session *session);

/* Sends one frame, in order, taking a reference of its own. It leaves at the end of the turn,
 * together with what else this turn sends there; past the queue's bounds, when the transport takes
 * no more, the session is closed as slow_consumer. A closing session ignores it. */
void session_send(struct session *session, struct frame *frame);
/* The same for a push of which only the newest counts: a frame of the same slot (1…) that still
 * waits is removed, this one is appended. */
void session_send_conflated(struct session *session, struct frame *frame, unsigned slot);
/* For those who can wait: the queue is empty, or with this frame still at most half full. Beyond
 * that it belongs to what cannot wait. */
bool session_fits(const struct session *session, const struct frame *frame);
/* Asks for one call of handler->drained. */
void session_want_room(struct session *session);
/* Ends the session in the one way there is: pending frames get one last chance where the transport
 * is writable, then the transport closes with the reason's code and handler->closed is called (not
 * from inside this call: at the end of the turn). Closing twice keeps the first reason. */
void session_close(struct session *session, enum close_reason reason);
