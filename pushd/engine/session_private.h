/* The inside of a session, for session*.c, engine*.c, and those that answer requests. */
#pragma once
#include <utlist.h>

#include "pushd/engine/engine.h"
#include "pushd/engine/queue.h"
#include "pushd/engine/session.h"
#include "pushd/engine/tally.h"
#include "pushd/engine/transport.h"
#include "pushd/engine/ws_parting.h"
#include "pushd/net/timers.h"
#include "shared/base/hash.h"

enum session_state {
#define SESSION_STATE(id, name, next, meaning) SESSION_##id,
#include "pushd/engine/session_states.def"
    SESSION_STATE_COUNT
};

/* What a session speaks beneath its handler. */
struct session_kind {
    const struct session_handler *handler;
    struct deadline_list *heartbeats, *connects;
    struct frame *heartbeat;
    enum close_reason late; /* nobody joined in time */
    bool packets;           /* Engine.IO's; else messages are handed on as they come */
    bool answered;          /* a pong answers each heartbeat */
};

enum { SESSION_ENGINEIO, SESSION_PLAIN, SESSION_SSE, SESSION_KIND_COUNT };

/* A transport that asks to take over, while PROBED. */
struct session_probe {
    struct session *session;
    struct transport *transport;
    struct deadline tick;
    int64_t since_us;
    bool answered;
};

struct session {
    struct engine *engine;
    const struct session_kind *kind;
    struct transport *transport; /* NULL once it is lost */
    struct session_probe *probe;
    struct handshake *handshake;
    void *context;
    struct queue queue;
    struct deadline heartbeat;                   /* in pings, or in pongs while one is awaited */
    struct deadline connecting;                  /* until session_joined */
    struct session *previous_dirty, *next_dirty; /* frames wait for the end of the turn */
    struct session *next_closing;
    struct tally_entry *of_address; /* in the engine's addresses; NULL: not counted there */
    int64_t paid_until_us;          /* session_rate.c */
    UT_hash_handle hh;
    char id[SESSION_ID_SIZE];
    uint8_t state, close_reason;
    bool awaits_pong, dirty, wants_room, joined;
};

struct engine {
    struct engine_options options;
    struct loop *loop;
    struct session *sessions;  /* by id */
    struct session *dirty;     /* in the order in which they became so */
    uint64_t dirtied, cleaned; /* so far */
    struct session *closing;
    struct timer *next_turn;
    struct session_kind kinds[SESSION_KIND_COUNT];
    struct deadline_list pings, pongs, comments, connects, greetings, probes;
    struct ws_partings partings;
    struct engine_counts counts;
    struct tally addresses; /* sessions of a block of addresses, where that is bounded */
    struct timer *drain_timer;
    enum close_reason drain_reason;
    void (*drained)(void *context);
    void *drained_context;
    bool draining;
};

/* session.c */
/* kind: SESSION_ENGINEIO … */
struct session *session_create(struct engine *engine, int kind, struct handshake *handshake);
/* Gives the new session its transport; the opening packet is the caller's to send. */
void session_open(struct session *session, struct transport *transport);
void session_flush(struct session *session);
void session_tell_drained(struct session *session); /* where that is due */
void session_finish(struct session *session);       /* the end of a closing session; frees it */
void session_ping_due(struct deadline *deadline, void *context);
void session_pong_missed(struct deadline *deadline, void *context);
void session_connect_missed(struct deadline *deadline, void *context);

void session_set_state(struct session *session, enum session_state state);

/* session_rate.c: a packet of that length came. False: more came than may; it is to be closed. */
bool session_rate_allows(struct session *session, size_t length);

/* session_probe.c */
bool session_may_probe(const struct session *session);
bool session_is_probe(const struct session *session, const struct transport *transport);
void session_probe_begin(struct session *session, struct transport *transport);
void session_probe_receive(struct session *session, enum frame_kind kind, const char *bytes,
                           size_t length);
void session_probe_lost(struct session *session); /* the transport frees itself */
void session_probe_end(struct session *session, enum close_reason reason); /* if there is one */
/* The same when the session itself ends. */
void session_probe_part(struct session *session, enum close_reason reason);
void session_probe_ticked(struct deadline *deadline, void *context);

/* engine.c */
void engine_count(struct engine *engine, const struct session *session, int change);
