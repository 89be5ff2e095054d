/* A Socket.IO server (protocol v5) on Engine.IO sessions: namespaces, acknowledgements, binary attachments. Source: Socket.IO protocol, revision 5.
 * A peer is one client in one namespace; several peers may share a session. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pushd/close_reason.h"
#include "pushd/frame.h"

struct buffer;
struct peer;
struct session;

struct socketio_event {
    const char *name;           /* decoded, NUL-terminated */
    const char *arguments;      /* the JSON text after the name, without brackets: `{"a":1},2`; "" when none. Valid JSON (checked) */
    size_t arguments_length;
    int64_t acknowledgement;    /* id, or -1 when the client gave no callback */
    size_t attachment_count;
    const struct attachment { const char *bytes; size_t length; } *attachments;
};

/* What a namespace does. All calls come from the loop. */
struct socketio_namespace {
    const char *name;           /* "/" or "/custom" */
    void (*connecting)(struct peer *peer, const char *auth, size_t length); /* auth: JSON object text, or "" ; answer now or later by peer_accept or peer_refuse */
    void (*event)(struct peer *peer, const struct socketio_event *event);   /* only after peer_accept; earlier ones are a parse error */
    void (*gone)(struct peer *peer, enum close_reason reason);              /* after peer_accept or while connecting; the last call */
};

struct socketio_options {
    const struct socketio_namespace *namespaces;
    size_t namespace_count;
    size_t max_attachments;     /* per event */
};

/* The handler to give to an engine whose engine_context is a struct socketio_options *… kept by the caller. */
extern const struct session_handler socketio_session_handler;
void socketio_use(struct session *session, const struct socketio_options *options); /* for handlers that wrap the one above */

const char *peer_id(const struct peer *peer);        /* the Socket.IO sid */
struct session *peer_session(const struct peer *peer);
const struct socketio_namespace *peer_namespace(const struct peer *peer);
void *peer_context(const struct peer *peer);
void peer_set_context(struct peer *peer, void *context);

void peer_accept(struct peer *peer, const char *members);   /* CONNECT with {"sid":…} and members, e.g. `"pid":"x"`; "" for none */
void peer_refuse(struct peer *peer, const char *error);     /* CONNECT_ERROR with this JSON object; the peer is gone without a gone() call */
void peer_send(struct peer *peer, struct frame *frame);     /* a frame already encoded for this namespace */
void peer_send_conflated(struct peer *peer, struct frame *frame, unsigned slot); /* slots are the peer's own: 1…8 */
void peer_emit(struct peer *peer, const char *event, const char *arguments, size_t length, const struct attachment *attachments, size_t count); /* encodes for one receiver */
void peer_acknowledge(struct peer *peer, int64_t id, const char *arguments, size_t length, const struct attachment *attachments, size_t count);
void peer_close(struct peer *peer, enum close_reason reason); /* closes the whole session's transport; never a DISCONNECT packet */

/* Encodes `42<namespace,>["event",payload,"cursor"]` as one frame; cursor NULL leaves it out. */
struct frame *socketio_event_frame(const char *namespace_name, const char *event, const char *payload, size_t length, const char *cursor);
