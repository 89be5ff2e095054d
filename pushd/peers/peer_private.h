/* The inside of a peer, for peer.c and for the protocols that make peers. */
#pragma once
#include "pushd/engine/identifier.h"
#include "pushd/peers/peer.h"

enum { PEER_SLOTS = 8 };

struct peer_ops {
    void (*accept)(struct peer *peer, const char *pid);
    void (*refuse)(struct peer *peer, const struct error *error); /* frees the peer */
    /* NULL where a client cannot ask anything */
    void (*acknowledge)(struct peer *peer, int64_t id, const char *json, size_t length);
};

/* The first member of the protocol's own struct. */
struct peer {
    const struct peer_ops *ops;
    const struct peer_handler *handler;
    struct session *session;
    void *context;
    char id[IDENTIFIER_SIZE];
    uint8_t wire;
    uint8_t first_slot; /* of the session's slots: those after it are the peer's */
    bool accepted;
};

void peer_init(struct peer *peer, const struct peer_ops *ops, const struct peer_handler *handler,
               struct session *session, enum wire wire);
/* Tells the handler; the protocol frees it. */
void peer_leave(struct peer *peer, enum close_reason reason);
void peer_drained(struct peer *peer);
void peer_upgraded(struct peer *peer);
