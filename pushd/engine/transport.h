/* What a session asks of the thing that carries its frames, and what that thing tells the session.
 * A transport is the first member of its own struct; session and transport point at each other
 * until one of them says goodbye. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "pushd/engine/close_reason.h"
#include "pushd/engine/frame.h"
#include "pushd/engine/session.h"

struct queue;
struct session;
struct transport;
struct ws_partings;

struct transport_ops {
    const char *name; /* as Engine.IO names it */
    enum transport_kind kind;
    bool (*writable)(const struct transport *transport);
    /* Empties the queue onto the wire; asked only while writable. */
    void (*send)(struct transport *transport, struct queue *queue);
    /* Sends what is queued if it is writable, ends the connection as the reason says, and frees the
     * transport. Never calls the session again. */
    void (*close)(struct transport *transport, enum close_reason reason, struct queue *queue);
    /* The same for a client that is about to move here, once it has. NULL: nobody moves here. */
    void (*part)(struct transport *transport, enum close_reason reason,
                 struct ws_partings *partings);
    /* A place to end a held request early, so that an upgrade can go on; NULL: nothing to end. */
    void (*interrupt)(struct transport *transport);
    /* The session goes on elsewhere: frees the transport. */
    void (*replaced)(struct transport *transport);
};

struct transport {
    const struct transport_ops *ops;
    struct session *session; /* NULL once the session is closing */
};

/* To the session. None of them frees the session before the end of the turn. */
/* One Engine.IO packet: text with its type digit, or the bytes of a binary message. */
void session_receive(struct session *session, struct transport *transport, enum frame_kind kind,
                     const char *bytes, size_t length);
void session_writable(struct session *session);
/* The transport's own pong; it counts where heartbeats are not Engine.IO packets. */
void session_pong(struct session *session);
/* The connection is gone and the transport about to free itself. */
void session_transport_lost(struct session *session, struct transport *transport,
                            enum close_reason reason);
/* Bytes that break the protocol or a limit; the session will close the transport. */
void session_offended(struct session *session, struct transport *transport,
                      enum close_reason reason);
