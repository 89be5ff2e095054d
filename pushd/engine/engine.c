/* The sessions of one server: their table, the lists of deadlines they share, the work at the end
 * of a turn, and draining. Requests: engine_request.c. */
#include "pushd/engine/engine.h"

#include <stdlib.h>
#include <string.h>

#include "pushd/engine/engine_request.h"
#include "pushd/engine/session_private.h"
#include "pushd/engine/sse_transport.h"
#include "pushd/engine/ws_transport.h"
#include "pushd/net/http.h"
#include "pushd/net/loop.h"
#include "pushd/peers/sse_request.h"
#include "shared/base/memory.h"

enum {
    PROBE_TICK_US = 100000,
    COMMENT_US = 20000000,  /* keeps an event stream alive in front servers */
    GREETING_US = 10000000, /* until a plain client has said who it is */
    FLUSH_SLICE = 1000,     /* sessions written to a turn, so that pings and new clients go on */
    FINISH_SLICE = 1000,
    DRAIN_SLICE = 256, /* sessions closed at once for a restart */
    DRAIN_PAUSE_US = 1000
};

/* While one is written to, which takes microseconds, what the next need comes into the cache. */
static void fetch_ahead(const struct session *next)
{
    if (!next)
        return;
    __builtin_prefetch(next->next_dirty);
    __builtin_prefetch(next->transport);
    __builtin_prefetch(next->queue.entries);
}

static void flush_dirty(struct engine *engine)
{
    struct session *batch = engine->dirty;
    int flushed = 0;

    engine->dirty = NULL; /* those that become dirty meanwhile wait for the next turn */
    while (batch && flushed++ < FLUSH_SLICE) {
        struct session *session = batch;

        DL_DELETE2(batch, session, previous_dirty, next_dirty);
        session->dirty = false;
        engine->cleaned++;
        fetch_ahead(batch);
        if (session->state < SESSION_CLOSING)
            session_flush(session);
        session_tell_drained(session);
    }
    if (batch) {
        DL_CONCAT2(batch, engine->dirty, previous_dirty, next_dirty);
        engine->dirty = batch;
    }
}

static void finish_closing(struct engine *engine)
{
    for (int finished = 0; engine->closing && finished < FINISH_SLICE; finished++) {
        struct session *session = engine->closing;

        engine->closing = session->next_closing;
        if (session->dirty) {
            DL_DELETE2(engine->dirty, session, previous_dirty, next_dirty);
            engine->cleaned++;
        }
        session_finish(session);
    }
}

static void end_turn(void *context)
{
    struct engine *engine = context;

    flush_dirty(engine);
    finish_closing(engine);
    if (engine->dirty || engine->closing)
        timer_start(engine->next_turn, 0);
}

static void turned(void *context)
{
    (void)context; /* the loop has woken, that is all */
}

static void add_routes(struct engine *engine, struct http_server *server)
{
    for (const char *const *path = engine->options.paths; *path; path++) {
        struct http_route route = {
            .path = *path,
            .max_body = engine->options.max_payload,
            .requested = engine_requested,
            .abandoned = engine_abandoned,
            .context = engine,
        };

        http_server_add(server, &route);
    }
    if (engine->options.stream_path) {
        struct http_route route = {
            .path = engine->options.stream_path,
            .requested = sse_requested,
            .abandoned = sse_transport_abandoned,
            .context = engine,
        };

        http_server_add(server, &route);
    }
}

static void set_up_kinds(struct engine *engine)
{
    /* RFC 6455 5.5.2, with one byte of payload: libwebsockets reports no pong without any. */
    static const char ping[] = {'\x89', 1, '.'};
    static const char comment[] = {':', '\n', '\n'};

    engine->kinds[SESSION_ENGINEIO] = (struct session_kind){
        .handler = engine->options.handler,
        .heartbeats = &engine->pings,
        .connects = &engine->connects,
        .heartbeat = frame_from_text("2", 1),
        .late = CLOSE_CONNECT_TIMEOUT,
        .packets = true,
        .answered = true,
    };
    engine->kinds[SESSION_PLAIN] = (struct session_kind){
        .handler = engine->options.plain_handler,
        .heartbeats = &engine->pings,
        .connects = &engine->greetings,
        .heartbeat = frame_from_bytes(FRAME_RAW, ping, sizeof ping),
        .late = CLOSE_TOKEN,
        .answered = true,
    };
    engine->kinds[SESSION_SSE] = (struct session_kind){
        .handler = engine->options.stream_handler,
        .heartbeats = &engine->comments,
        .connects = &engine->connects,
        .heartbeat = frame_from_bytes(FRAME_RAW, comment, sizeof comment),
        .late = CLOSE_CONNECT_TIMEOUT,
    };
}

struct engine *engine_create(struct loop *loop, struct http_server *server,
                             const struct engine_options *options)
{
    struct engine *engine = memory_allocate(sizeof *engine);

    engine->options = *options;
    engine->loop = loop;
    deadline_list_init(&engine->pings, loop, options->ping_interval_ms * 1000, session_ping_due,
                       engine);
    deadline_list_init(&engine->pongs, loop, options->ping_timeout_ms * 1000, session_pong_missed,
                       engine);
    deadline_list_init(&engine->comments, loop, COMMENT_US, session_ping_due, engine);
    deadline_list_init(&engine->connects, loop, options->connect_timeout_ms * 1000,
                       session_connect_missed, engine);
    deadline_list_init(&engine->greetings, loop, GREETING_US, session_connect_missed, engine);
    deadline_list_init(&engine->probes, loop, PROBE_TICK_US, session_probe_ticked, engine);
    ws_partings_init(&engine->partings, loop);
    set_up_kinds(engine);
    ws_service_open(loop);
    engine->next_turn = timer_make(loop, turned, engine);
    add_routes(engine, server);
    loop_before_wait(loop, end_turn, engine);
    return engine;
}

void engine_free(struct engine **engine)
{
    struct session *session, *following;

    if (!*engine)
        return;
    HASH_ITER(hh, (*engine)->sessions, session, following)
        session_close(session, CLOSE_RESTART);
    while ((*engine)->closing)
        end_turn(*engine);
    loop_before_wait_end((*engine)->loop, end_turn, *engine);
    deadline_list_deinit(&(*engine)->pings);
    deadline_list_deinit(&(*engine)->pongs);
    deadline_list_deinit(&(*engine)->comments);
    deadline_list_deinit(&(*engine)->connects);
    deadline_list_deinit(&(*engine)->greetings);
    deadline_list_deinit(&(*engine)->probes);
    ws_partings_deinit(&(*engine)->partings);
    tally_deinit(&(*engine)->addresses);
    timer_free(&(*engine)->drain_timer);
    timer_free(&(*engine)->next_turn);
    for (size_t i = 0; i < SESSION_KIND_COUNT; i++)
        frame_unref(&(*engine)->kinds[i].heartbeat);
    ws_service_close();
    free(*engine);
    *engine = NULL;
}

static void drain_slice(void *context)
{
    struct engine *engine = context;
    struct session *session, *following;
    int closed = 0;

    if (!engine->sessions && engine->partings.count == 0) {
        engine->drained(engine->drained_context);
        return;
    }
    HASH_ITER(hh, engine->sessions, session, following) {
        session_close(session, engine->drain_reason);
        if (++closed == DRAIN_SLICE)
            break;
    }
    timer_start(engine->drain_timer, DRAIN_PAUSE_US);
}

void engine_drain(struct engine *engine, enum close_reason reason, void (*drained)(void *context),
                  void *context)
{
    if (engine->draining)
        return;
    engine->draining = true;
    engine->drain_reason = reason;
    engine->drained = drained;
    engine->drained_context = context;
    engine->drain_timer = timer_make(engine->loop, drain_slice, engine);
    timer_start(engine->drain_timer, 0);
}

void engine_count(struct engine *engine, const struct session *session, int change)
{
    size_t step = (size_t)change; /* adding SIZE_MAX takes one away */
    enum transport_kind kind;

    engine->counts.sessions += step;
    if (session->handshake->proxied)
        engine->counts.proxied += step;
    if (!session->transport)
        return;
    kind = session->transport->ops->kind;
    if (session->joined)
        engine->counts.joined[kind] += step;
    else
        engine->counts.connecting[kind] += step;
}

void *engine_context(const struct engine *engine)
{
    return engine->options.context;
}

const struct peer_handler *engine_peer_handler(const struct engine *engine)
{
    return engine->options.peer_handler;
}

bool engine_identified(const struct engine *engine, const struct handshake *handshake)
{
    return engine->options.identified(engine->options.context, handshake);
}

size_t engine_max_payload(const struct engine *engine)
{
    return engine->options.max_payload;
}

const struct engine_counts *engine_counts(const struct engine *engine)
{
    return &engine->counts;
}

uint64_t engine_mark(const struct engine *engine)
{
    return engine->dirtied;
}

bool engine_has_written(const struct engine *engine, uint64_t mark)
{
    return engine->cleaned >= mark;
}
