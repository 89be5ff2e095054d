/* A client in one place, as everything above the protocols sees it: a Socket.IO client in a
 * namespace, a plain WebSocket or an event stream. Several peers may share a session.
 * A peer belongs to its protocol; it lives until gone() has returned, or peer_refuse has. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pushd/engine/close_reason.h"
#include "pushd/peers/wire.h"

struct error;
struct frame;
struct peer;
struct session;

struct attachment {
    const char *bytes;
    size_t length;
};

/* What a client emits. */
struct peer_event {
    const char *name; /* decoded, NUL-terminated; "" when it holds what a C string cannot */
    /* The JSON text after the name, without brackets: `{"a":1},2`; "" when none. Well-formed JSON
     * (checked), but names may repeat in it and strings hold \u0000: json_parse is stricter. */
    const char *arguments;
    size_t arguments_length;
    int64_t acknowledgement; /* id, or -1 when the client gave no callback */
    size_t attachment_count; /* of Socket.IO alone */
    const struct attachment *attachments;
};

/* What is above the peers. All calls come from the loop. */
struct peer_handler {
    /* auth: JSON object text, or ""; answer now or later by peer_accept or peer_refuse. */
    void (*connecting)(struct peer *peer, const char *auth, size_t length);
    /* Only after peer_accept. */
    void (*event)(struct peer *peer, const struct peer_event *event);
    /* After peer_want_room: there is room again. NULL where nobody asks. */
    void (*drained)(struct peer *peer);
    /* After peer_accept or while connecting; the last call. */
    void (*gone)(struct peer *peer, enum close_reason reason);
    /* After peer_accept: its session has another transport. NULL where nobody asks. */
    void (*upgraded)(struct peer *peer);
};

const char *peer_id(const struct peer *peer); /* the Socket.IO sid; log lines call it clientId */
/* Before peer_accept: a client that resumes keeps its sid. */
void peer_set_id(struct peer *peer, const char *id);
enum wire peer_wire(const struct peer *peer);
struct session *peer_session(const struct peer *peer);
void *peer_context(const struct peer *peer);
void peer_set_context(struct peer *peer, void *context);

/* Lets it in. pid: what it may resume by, or NULL for nothing: Socket.IO says it in CONNECT, an
 * event stream puts it into each id, a plain WebSocket has no use for it. */
void peer_accept(struct peer *peer, const char *pid);
/* The peer is gone without a gone() call. Socket.IO: CONNECT_ERROR; a plain WebSocket: the event
 * `exception` and close code 4401; an event stream that has not begun: the error's HTTP status. */
void peer_refuse(struct peer *peer, const struct error *error);
/* A frame already encoded for its wire. Those of a peer that is not accepted are ignored. */
void peer_send(struct peer *peer, struct frame *frame);
/* Slots are the peer's own: 1…8. */
void peer_send_conflated(struct peer *peer, struct frame *frame, unsigned slot);
/* json: one value, or several separated by commas where the wire has that. */
void peer_acknowledge(struct peer *peer, int64_t id, const char *json, size_t length);
/* Closes the whole session's transport; never a DISCONNECT packet. */
void peer_close(struct peer *peer, enum close_reason reason);

/* session_fits and session_want_room of its session. */
bool peer_fits(const struct peer *peer, const struct frame *frame);
void peer_want_room(struct peer *peer);
