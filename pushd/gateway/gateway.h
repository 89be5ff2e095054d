/* The daemon's centre: who is connected, where the stream stands, and the parts that serve them. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pushd/engine/tally.h"
#include "pushd/peers/peer.h"
#include "pushd/peers/socketio.h"
#include "pushd/stream/hub.h"
#include "pushd/stream/push_frame.h"
#include "shared/model/cursor.h"
#include "shared/settings.h"

struct admin;
struct catchup;
struct database_link;
struct distributor;
struct durable;
struct engine;
struct figures;
struct http_server;
struct initial;
struct awaiting;
struct joining;
struct loop;
struct periodic;
struct probe;
struct relay;
struct revocations;
struct rules;
struct subscriber;
struct tasks;
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
    struct admin *admin; /* or NULL */
    struct engine *engine;
    struct database_link *commands; /* what clients wait for */
    struct database_link *jobs;     /* what takes long and nobody waits for */
    struct relay *relay;
    struct distributor *distributor;
    struct catchup *catchup;
    struct durable *durable;
    struct joining *joining;
    struct awaiting *awaiting;
    struct revocations *revocations;
    struct periodic *periodic;
    struct figures *figures;
    struct rules *rules;
    struct probe *probe; /* or NULL */
    struct initial *initial;
    struct tasks *tasks;
    struct hub hub;
    struct tally users;             /* clients of each, those that are being let in included */
    struct subscriber *subscribers; /* all, in no order */
    struct subscriber *by_pid;      /* those that were let in */
    struct timer *quiet, *stall, *drained;
    int64_t quiet_position;       /* where the quiet ones were last told by rows */
    int64_t quiet_timed_position; /* and by time */
    int64_t started_us;
    int64_t stalled_since_ms; /* wall clock; 0: the stream flows */
    int64_t drain_until_us;
    int daemon; /* this process among those on the database */
    bool knows_revocations;
    bool knows_mutes;
    bool stall_told;
    bool draining;
    bool failed; /* it had to stop by itself */
};

/* NULL: error holds a line that says why. settings must outlive the gateway. */
struct gateway *gateway_create(struct settings *settings, struct loop *loop, char *error,
                               size_t error_size);
void gateway_free(struct gateway **gateway);

/* Stops accepting, closes all clients in slices, then stops the loop. */
void gateway_drain(struct gateway *gateway);

/* The database is there, the stream is being read, who is revoked and who mutes is known. */
bool gateway_is_ready(const struct gateway *gateway);
/* Everything up to position was handed out. */
void gateway_advanced(struct gateway *gateway, int64_t position);
