/* One session: its states, its heartbeat, its queue and its end. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "pushd/admin/metrics.h"
#include "pushd/engine/identifier.h"
#include "pushd/engine/session_private.h"
#include "pushd/net/loop.h"
#include "pushd/protocol/engineio.h"
#include "shared/base/memory.h"

enum { LATE_US = 20000 }; /* a ping sent later than that leaves its full time to the pong */

#define TO(id) (1U << SESSION_##id)
static const unsigned moves[] = {
#define SESSION_STATE(id, name, next, meaning) [SESSION_##id] = next,
#include "pushd/engine/session_states.def"
};
#undef TO

void session_set_state(struct session *session, enum session_state state)
{
    assert(moves[session->state] & (1U << state));
    session->state = (uint8_t)state;
}

bool session_is_open(const struct session *session)
{
    return session->state == SESSION_OPEN || session->state == SESSION_PROBED;
}

struct session *session_create(struct engine *engine, int kind, struct handshake *handshake)
{
    struct session *session = memory_allocate(sizeof *session);

    session->engine = engine;
    session->kind = &engine->kinds[kind];
    session->handshake = handshake;
    queue_init(&session->queue);
    identifier_make(session->id);
    return session;
}

static void count_address(struct session *session)
{
    const struct engine_options *options = &session->engine->options;
    char block[HANDSHAKE_ADDRESS_SIZE];

    if (options->address_block && options->max_per_address &&
        options->address_block(options->context, session->handshake, block))
        session->of_address = tally_add(&session->engine->addresses, block);
}

void session_open(struct session *session, struct transport *transport)
{
    struct engine *engine = session->engine;
    int64_t now_us = loop_now_us(engine->loop);

    session->transport = transport;
    transport->session = session;
    HASH_ADD_STR(engine->sessions, id, session);
    count_address(session);
    engine_count(engine, session, 1);
    engine->counts.opened[transport->ops->kind]++;
    deadline_start(session->kind->heartbeats, &session->heartbeat, now_us);
    if (session->kind->connects->interval_us > 0)
        deadline_start(session->kind->connects, &session->connecting, now_us);
}

void session_joined(struct session *session)
{
    deadline_stop(session->kind->connects, &session->connecting);
    if (session->joined || !session_is_open(session))
        return;
    engine_count(session->engine, session, -1);
    session->joined = true;
    engine_count(session->engine, session, 1);
}

static void stop_heartbeat(struct session *session)
{
    deadline_stop(session->awaits_pong ? &session->engine->pongs : session->kind->heartbeats,
                  &session->heartbeat);
}

void session_close(struct session *session, enum close_reason reason)
{
    struct engine *engine = session->engine;

    if (!session_is_open(session))
        return;
    session_set_state(session, SESSION_CLOSING);
    session->close_reason = (uint8_t)reason;
    stop_heartbeat(session);
    deadline_stop(session->kind->connects, &session->connecting);
    HASH_DEL(engine->sessions, session);
    engine_count(engine, session, -1);
    tally_remove(&engine->addresses, &session->of_address);
    engine->counts.closed[reason]++;
    session->next_closing = engine->closing;
    engine->closing = session;
}

void session_finish(struct session *session)
{
    enum close_reason reason = (enum close_reason)session->close_reason;

    session_set_state(session, SESSION_CLOSED);
    session_probe_part(session, reason);
    if (session->transport)
        session->transport->ops->close(session->transport, reason, &session->queue);
    session->kind->handler->closed(session, reason);
    metrics_add(METRIC_DROPPED + METRIC_SESSION_ENDED, session->queue.count);
    queue_deinit(&session->queue);
    free(session->handshake);
    free(session);
}

void session_ping_due(struct deadline *deadline, void *context)
{
    struct session *session =
        (struct session *)((char *)deadline - offsetof(struct session, heartbeat));
    struct engine *engine = context;
    int64_t now_us = loop_now_us(engine->loop);
    int64_t due_us = deadline->at_us;

    session->awaits_pong = session->kind->answered;
    deadline_start(session->awaits_pong ? &engine->pongs : session->kind->heartbeats, deadline,
                   now_us - due_us > LATE_US ? now_us : due_us);
    session_send(session, session->kind->heartbeat);
}

void session_pong_missed(struct deadline *deadline, void *context)
{
    (void)context;
    session_close((struct session *)((char *)deadline - offsetof(struct session, heartbeat)),
                  CLOSE_PING_TIMEOUT);
}

void session_connect_missed(struct deadline *deadline, void *context)
{
    struct session *session =
        (struct session *)((char *)deadline - offsetof(struct session, connecting));

    (void)context;
    session_close(session, session->kind->late);
}

static void answered(struct session *session)
{
    stop_heartbeat(session);
    session->awaits_pong = false;
    deadline_start(session->kind->heartbeats, &session->heartbeat,
                   loop_now_us(session->engine->loop));
}

void session_pong(struct session *session)
{
    if (session_is_open(session) && !session->kind->packets && session->awaits_pong)
        answered(session);
}

static void receive_packet(struct session *session, const struct engineio_packet *packet)
{
    switch (packet->type) {
    case ENGINEIO_MESSAGE:
        session->kind->handler->message(session, packet->kind, packet->data, packet->length);
        break;
    case ENGINEIO_PONG:
        answered(session);
        break;
    case ENGINEIO_CLOSE:
        session_close(session, CLOSE_CLIENT_CLOSED);
        break;
    case ENGINEIO_PING: /* in this revision the server pings */
    case ENGINEIO_OPEN:
        session_close(session, CLOSE_PARSE_ERROR);
        break;
    case ENGINEIO_UPGRADE:
    case ENGINEIO_NOOP:
        break;
    }
}

void session_receive(struct session *session, struct transport *transport, enum frame_kind kind,
                     const char *bytes, size_t length)
{
    struct engineio_packet packet = {kind, ENGINEIO_MESSAGE, bytes, length};

    if (!session_is_open(session))
        return;
    if (!session_rate_allows(session, length))
        session_close(session, CLOSE_RATE);
    else if (session_is_probe(session, transport))
        session_probe_receive(session, kind, bytes, length);
    else if (!session->kind->packets)
        session->kind->handler->message(session, kind, bytes, length);
    else if (kind == FRAME_TEXT && !engineio_parse(bytes, length, &packet))
        session_close(session, CLOSE_PARSE_ERROR);
    else
        receive_packet(session, &packet);
}

void session_transport_lost(struct session *session, struct transport *transport,
                            enum close_reason reason)
{
    if (session_is_probe(session, transport)) {
        session_probe_lost(session);
        return;
    }
    session_close(session, reason); /* counted by the transport it had */
    session->transport = NULL;
}

void session_offended(struct session *session, struct transport *transport,
                      enum close_reason reason)
{
    if (session_is_probe(session, transport))
        session_probe_end(session, reason);
    else
        session_close(session, reason);
}

const char *session_id(const struct session *session)
{
    return session->id;
}

const struct handshake *session_handshake(const struct session *session)
{
    return session->handshake;
}

const char *session_transport(const struct session *session)
{
    return session->transport ? session->transport->ops->name : "none";
}

void *session_context(const struct session *session)
{
    return session->context;
}

void session_set_context(struct session *session, void *context)
{
    session->context = context;
}

struct engine *session_engine(const struct session *session)
{
    return session->engine;
}
