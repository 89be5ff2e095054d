/* A Socket.IO server (protocol v5) on Engine.IO sessions: namespaces, acknowledgements, binary
 * attachments. Source: Socket.IO protocol, revision 5.
 * A client in a namespace is a peer; several peers may share a session. */
#pragma once
#include <stddef.h>

#include "pushd/engine/session.h"
#include "pushd/peers/peer.h"

struct socketio_namespace {
    const char *name; /* "/" or "/custom" */
    enum wire wire;   /* of its peers */
    const struct peer_handler *handler;
};

struct socketio_options {
    const struct socketio_namespace *namespaces;
    size_t namespace_count;
    size_t max_attachments; /* per event; their bytes together: twice the engine's max_payload */
};

/* The handler to give to an engine whose engine_context is a struct socketio_options * kept by the
 * caller. */
extern const struct session_handler socketio_session_handler;

/* For peers of this protocol alone. */
const struct socketio_namespace *socketio_peer_namespace(const struct peer *peer);
/* Encodes for one receiver. arguments: JSON text without brackets, placeholders included. */
void socketio_emit(struct peer *peer, const char *event, const char *arguments, size_t length,
                   const struct attachment *attachments, size_t count);
/* peer_acknowledge with attachments */
void socketio_acknowledge(struct peer *peer, int64_t id, const char *arguments, size_t length,
                          const struct attachment *attachments, size_t count);

/* Encodes `42<namespace,>["event",payload,"cursor"]` as one frame; cursor NULL leaves it out. */
struct frame *socketio_event_frame(const char *namespace_name, const char *event,
                                   const char *payload, size_t length, const char *cursor);
