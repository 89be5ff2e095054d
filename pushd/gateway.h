/* The daemon's centre: who is connected, where the stream stands, and the parts that serve them. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pushd/hub.h"
#include "pushd/push_frame.h"
#include "pushd/socketio.h"
#include "shared/model/cursor.h"
#include "shared/settings.h"

struct database_link;
struct engine;
struct http_server;
struct initial;
struct loop;
struct periodic;
struct relay;
struct subscriber;
struct timer;
struct token_keys;

enum { GATEWAY_NAMESPACES = 2 };

struct gateway {
    struct socketio_options socketio; /* first: the engine's context */
    struct socketio_namespace namespaces[GATEWAY_NAMESPACES];
    struct settings *settings;
    struct loop *loop;
    struct token_keys *keys;
    struct http_server *http;
    struct engine *engine;
    struct database_link *commands; /* statements of commands and of the periodic pushes */
    struct relay *relay;
    struct periodic *periodic;
    struct initial *initial;
    struct hub hub;
    struct subscriber *subscribers; /* all, in no order */
    struct timer *quiet;
    int64_t quiet_position;       /* where the quiet ones were last told by rows */
    int64_t quiet_timed_position; /* and by time */
    int64_t started_us;
    bool draining;
};

/* NULL: error holds a line that says why. settings must outlive the gateway. */
struct gateway *gateway_create(struct settings *settings, struct loop *loop, char *error,
                               size_t error_size);
void gateway_free(struct gateway **gateway);

/* Stops accepting, closes all clients in slices, then stops the loop. */
void gateway_drain(struct gateway *gateway);

/* The database is there, and the stream is being read. */
bool gateway_is_ready(const struct gateway *gateway);
/* The cursor of now: everything up to it is in the clients' queues or does not concern them. */
void gateway_cursor(const struct gateway *gateway, char cursor[CURSOR_SIZE]);
/* Hands one row of the stream to its receivers. */
void gateway_deliver(struct gateway *gateway, const struct stream_row *row);
/* Sends a push made by the daemon to all subscribers of its channel; only the newest of a kind
 * counts. */
void gateway_broadcast(struct gateway *gateway, enum push push, const char *payload, size_t length);
/* Tells those who were told nothing since `before` where the stream stands (sync:ready). */
void gateway_sync_quiet(struct gateway *gateway, int64_t before);
