/* An Engine.IO v4 server: its sessions by id, its settings, its transports behind one set of paths.
 * Several may live in one process (the conformance server has two). */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pushd/engine/session.h"
#include "shared/model/error.h"

struct http_request;
struct http_server;
struct loop;
struct peer_handler;

struct engine_options {
    /* NULL-terminated, without the last slash; served with and without it */
    const char *const *paths;
    /* The one of them where a request without EIO is for a plain WebSocket: 426 without an upgrade;
     * NULL: none */
    const char *plain_path;
    const char *stream_path; /* of event streams; NULL: none */
    int64_t ping_interval_ms, ping_timeout_ms;
    int64_t connect_timeout_ms;  /* until session_joined; 0: as long as it likes */
    size_t max_payload;          /* bytes */
    size_t max_sessions;         /* more: 503 with Retry-After; 0: no bound */
    size_t max_proxied_sessions; /* through a trusted proxy; 0: no bound of its own */
    size_t max_per_address;      /* more of one address_block: 429 with Retry-After; 0: no bound */
    size_t max_packets; /* a second from one client, see session_rate.h; 0: as many as it likes */
    size_t max_queue_frames, max_queue_bytes;
    const struct session_handler *handler;
    const struct session_handler *plain_handler; /* of plain_path */
    const struct session_handler *stream_handler;
    /* Of the peers that are no Socket.IO clients. */
    const struct peer_handler *peer_handler;
    /* The handshake alone says who comes, so that nobody waits for an `auth` message. */
    bool (*identified)(void *context, const struct handshake *handshake);
    /* May this request begin or continue a session? False with the error to answer (Origin, the
     * database away, draining, disabled). Asked for handshakes and upgrades. NULL: always. */
    bool (*admit)(void *context, const struct http_request *request, bool handshake,
                  struct error *error);
    /* The origin to echo in Access-Control-Allow-Origin, or NULL. */
    const char *(*cors_origin)(void *context, const struct http_request *request);
    /* Fills address and proxied from the peer address and X-Forwarded-For. NULL: the peer's. */
    void (*client_address)(void *context, const struct http_request *request,
                           struct handshake *handshake);
    /* The addresses of which max_per_address counts this one. False: none does. NULL: none ever. */
    bool (*address_block)(void *context, const struct handshake *handshake,
                          char block[HANDSHAKE_ADDRESS_SIZE]);
    /* The well-formed id that a trusted front server gave the request, or NULL. NULL: none ever. */
    const char *(*request_id)(void *context, const struct http_request *request);
    void *context;
};

/* What an engine is full of. */
enum engine_limit { ENGINE_ALL, ENGINE_PROXIED, ENGINE_ADDRESS, ENGINE_LIMIT_COUNT };

struct engine_counts {
    size_t sessions;
    size_t proxied; /* of these, the ones through a trusted proxy */
    size_t joined[TRANSPORT_COUNT], connecting[TRANSPORT_COUNT]; /* by what they use now */
    uint64_t opened[TRANSPORT_COUNT];                            /* by what they began with */
    uint64_t closed[CLOSE_REASON_COUNT];
    uint64_t refused[ERROR_COUNT];        /* requests for a session */
    uint64_t limited[ENGINE_LIMIT_COUNT]; /* of these, the ones that met a limit */
};

/* options are copied; paths and handler are kept by reference */
struct engine *engine_create(struct loop *loop, struct http_server *server,
                             const struct engine_options *options);
/* Closes what is left without a word (handlers are told, as for a restart); before the server. */
void engine_free(struct engine **engine);
/* Refuses new sessions, closes all there are in slices, then calls. */
void engine_drain(struct engine *engine, enum close_reason reason, void (*drained)(void *context),
                  void *context);
void *engine_context(const struct engine *engine);
const struct peer_handler *engine_peer_handler(const struct engine *engine);
bool engine_identified(const struct engine *engine, const struct handshake *handshake);
size_t engine_max_payload(const struct engine *engine);
struct engine *session_engine(const struct session *session);
const struct engine_counts *engine_counts(const struct engine *engine);
/* Sessions are written to in the order in which they got something to send: once the engine has
 * written the mark of a moment, all that was queued before it has gone out, where sockets took it.
 */
uint64_t engine_mark(const struct engine *engine);
bool engine_has_written(const struct engine *engine, uint64_t mark);
