/* A Socket.IO server (protocol v5) on Engine.IO sessions: namespaces, acknowledgements, binary
 * attachments. Source: Socket.IO protocol, revision 5.
 * A peer is one client in one namespace; several peers may share a session. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pushd/close_reason.h"
#include "pushd/frame.h"
#include "pushd/session.h"

struct buffer;
struct peer;

struct attachment {
    const char *bytes;
    size_t length;
};

struct socketio_event {
    const char *name; /* decoded, NUL-terminated; "" when it holds what a C string cannot */
    /* The JSON text after the name, without brackets: `{"a":1},2`; "" when none. Well-formed JSON
     * (checked), but names may repeat in it and strings hold \u0000: json_parse is stricter. */
    const char *arguments;
    size_t arguments_length;
    int64_t acknowledgement; /* id, or -1 when the client gave no callback */
    size_t attachment_count;
    const struct attachment *attachments;
};

/* What a namespace does. All calls come from the loop. */
struct socketio_namespace {
    const char *name; /* "/" or "/custom" */
    /* auth: JSON object text, or ""; answer now or later by peer_accept or peer_refuse. */
    void (*connecting)(struct peer *peer, const char *auth, size_t length);
    /* Only after peer_accept; earlier ones are a parse error. */
    void (*event)(struct peer *peer, const struct socketio_event *event);
    /* After peer_accept or while connecting; the last call. */
    void (*gone)(struct peer *peer, enum close_reason reason);
};

struct socketio_options {
    const struct socketio_namespace *namespaces;
    size_t namespace_count;
    size_t max_attachments; /* per event; their bytes together: twice the engine's max_payload */
};

/* The handler to give to an engine whose engine_context is a struct socketio_options * kept by the
 * caller. */
extern const struct session_handler socketio_session_handler;
/* For handlers that wrap the one above: in opened(), instead of its. They leave the session's
 * context alone. */
void socketio_use(struct session *session, const struct socketio_options *options);

const char *peer_id(const struct peer *peer); /* the Socket.IO sid */
struct session *peer_session(const struct peer *peer);
const struct socketio_namespace *peer_namespace(const struct peer *peer);
void *peer_context(const struct peer *peer);
void peer_set_context(struct peer *peer, void *context);

/* CONNECT with {"sid":…} and members, e.g. `"pid":"x"`; "" for none */
void peer_accept(struct peer *peer, const char *members);
/* CONNECT_ERROR with this JSON object; the peer is gone without a gone() call */
void peer_refuse(struct peer *peer, const char *error);
/* A frame already encoded for this namespace. Those of a peer that is not accepted are ignored. */
void peer_send(struct peer *peer, struct frame *frame);
/* Slots are the peer's own: 1…8. */
void peer_send_conflated(struct peer *peer, struct frame *frame, unsigned slot);
/* Encodes for one receiver. arguments: JSON text without brackets, placeholders included. */
void peer_emit(struct peer *peer, const char *event, const char *arguments, size_t length,
               const struct attachment *attachments, size_t count);
void peer_acknowledge(struct peer *peer, int64_t id, const char *arguments, size_t length,
                      const struct attachment *attachments, size_t count);
/* Closes the whole session's transport; never a DISCONNECT packet. */
void peer_close(struct peer *peer, enum close_reason reason);

/* Encodes `42<namespace,>["event",payload,"cursor"]` as one frame; cursor NULL leaves it out. */
struct frame *socketio_event_frame(const char *namespace_name, const char *event,
                                   const char *payload, size_t length, const char *cursor);
