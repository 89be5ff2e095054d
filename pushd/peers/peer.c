#include "pushd/peers/peer.h"

#include <assert.h>
#include <stdio.h>

#include "pushd/engine/session.h"
#include "pushd/peers/peer_private.h"

void peer_init(struct peer *peer, const struct peer_ops *ops, const struct peer_handler *handler,
               struct session *session, enum wire wire)
{
    *peer =
        (struct peer){.ops = ops, .handler = handler, .session = session, .wire = (uint8_t)wire};
    identifier_make(peer->id);
}

void peer_leave(struct peer *peer, enum close_reason reason)
{
    peer->accepted = false;
    peer->handler->gone(peer, reason);
}

void peer_drained(struct peer *peer)
{
    if (peer->accepted && peer->handler->drained)
        peer->handler->drained(peer);
}

void peer_upgraded(struct peer *peer)
{
    if (peer->accepted && peer->handler->upgraded)
        peer->handler->upgraded(peer);
}

const char *peer_id(const struct peer *peer)
{
    return peer->id;
}

void peer_set_id(struct peer *peer, const char *id)
{
    assert(!peer->accepted);
    snprintf(peer->id, sizeof peer->id, "%s", id);
}

enum wire peer_wire(const struct peer *peer)
{
    return (enum wire)peer->wire;
}

struct session *peer_session(const struct peer *peer)
{
    return peer->session;
}

void *peer_context(const struct peer *peer)
{
    return peer->context;
}

void peer_set_context(struct peer *peer, void *context)
{
    peer->context = context;
}

void peer_accept(struct peer *peer, const char *pid)
{
    assert(!peer->accepted);
    peer->accepted = true;
    peer->ops->accept(peer, pid);
    session_joined(peer->session);
}

void peer_refuse(struct peer *peer, const struct error *error)
{
    assert(!peer->accepted);
    peer->ops->refuse(peer, error);
}

void peer_send(struct peer *peer, struct frame *frame)
{
    if (peer->accepted)
        session_send(peer->session, frame);
}

void peer_send_conflated(struct peer *peer, struct frame *frame, unsigned slot)
{
    assert(slot >= 1 && slot <= PEER_SLOTS);
    if (peer->accepted)
        session_send_conflated(peer->session, frame, peer->first_slot + slot);
}

void peer_acknowledge(struct peer *peer, int64_t id, const char *json, size_t length)
{
    if (peer->accepted)
        peer->ops->acknowledge(peer, id, json, length);
}

void peer_close(struct peer *peer, enum close_reason reason)
{
    session_close(peer->session, reason);
}

bool peer_fits(const struct peer *peer, const struct frame *frame)
{
    return session_fits(peer->session, frame);
}

void peer_want_room(struct peer *peer)
{
    session_want_room(peer->session);
}
