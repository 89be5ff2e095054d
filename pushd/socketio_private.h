/* The inside of Socket.IO, for socketio*.c alone. */
#pragma once
#include "pushd/identifier.h"
#include "pushd/socketio.h"
#include "shared/base/buffer.h"

enum { PEER_SLOTS = 8 };

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
    struct peer *peers;
};

struct peer {
    struct client *client;
    const struct socketio_namespace *namespace;
    void *context;
    struct peer *next;
    char id[IDENTIFIER_SIZE];
    bool accepted;
};

/* socketio_peer.c */
struct peer *peer_create(struct client *client, const struct socketio_namespace *namespace);
struct peer *peer_find(const struct client *client, const char *name, size_t length);
void peer_leave(struct peer *peer,
                enum close_reason reason); /* tells its namespace, and frees it */
