/* The inside of Socket.IO, for socketio*.c alone. */
#pragma once
#include "pushd/peers/peer_private.h"
#include "pushd/peers/socketio.h"
#include "shared/base/buffer.h"

/* A binary packet whose attachments are still arriving. */
struct partial_packet {
    char *text; /* the packet, as it came */
    size_t length;
    size_t expected, count, bytes;
    struct attachment attachments[]; /* owned */
};

/* The context of a session: who of it is in which namespace. */
struct client {
    struct session *session;
    const struct socketio_options *options;
    struct partial_packet *partial;
    struct socketio_peer *peers;
};

struct socketio_peer {
    struct peer base;
    struct client *client;
    const struct socketio_namespace *namespace;
    struct socketio_peer *next;
};

/* socketio_peer.c */
struct socketio_peer *socketio_peer_create(struct client *client,
                                           const struct socketio_namespace *namespace);
struct socketio_peer *socketio_peer_find(const struct client *client, const char *name,
                                         size_t length);
/* Tells its handler, and frees it. */
void socketio_peer_leave(struct socketio_peer *peer, enum close_reason reason);
