/* The upgrade: a second transport asks to take a session over.
 *   client  2probe  →  3probe, and the held poll is ended with a noop (6)
 *   client  5       →  the second transport carries the session, what is queued goes out on it
 * A poll that begins between the two is ended by the next tick, so that the client can go on. Where
 * the session ends between the two, the client still moves, and learns of it there. */
#include <stdlib.h>
#include <string.h>

#include "pushd/engine/session_private.h"
#include "pushd/net/loop.h"
#include "pushd/protocol/engineio.h"
#include "shared/base/memory.h"

enum { UPGRADE_LIMIT_US = 10000000 };

bool session_may_probe(const struct session *session)
{
    return session->state == SESSION_OPEN && session->transport &&
           session->transport->ops->interrupt;
}

bool session_is_probe(const struct session *session, const struct transport *transport)
{
    return session->probe && session->probe->transport == transport;
}

void session_probe_begin(struct session *session, struct transport *transport)
{
    struct engine *engine = session->engine;
    struct session_probe *probe = memory_allocate(sizeof *probe);

    session_set_state(session, SESSION_PROBED);
    session->probe = probe;
    probe->session = session;
    probe->transport = transport;
    probe->since_us = loop_now_us(engine->loop);
    transport->session = session;
    deadline_start(&engine->probes, &probe->tick, probe->since_us);
}

static struct transport *take_transport(struct session *session)
{
    struct session_probe *probe = session->probe;
    struct transport *transport = probe->transport;

    deadline_stop(&session->engine->probes, &probe->tick);
    session->probe = NULL;
    free(probe);
    if (session->state == SESSION_PROBED)
        session_set_state(session, SESSION_OPEN);
    return transport;
}

void session_probe_lost(struct session *session)
{
    take_transport(session);
}

void session_probe_end(struct session *session, enum close_reason reason)
{
    struct transport *transport;

    if (!session->probe)
        return;
    transport = take_transport(session);
    transport->ops->close(transport, reason, NULL);
}

void session_probe_part(struct session *session, enum close_reason reason)
{
    struct transport *transport;

    if (!session->probe || !session->probe->answered) {
        session_probe_end(session, reason);
        return;
    }
    transport = take_transport(session);
    transport->ops->part(transport, reason, &session->engine->partings);
}

static void answer(struct session *session)
{
    struct frame *frame = frame_from_text("3probe", 6);
    struct queue queue;

    queue_init(&queue);
    queue_append(&queue, frame, 0);
    frame_unref(&frame);
    session->probe->answered = true;
    session->probe->transport->ops->send(session->probe->transport, &queue);
    session->transport->ops->interrupt(session->transport);
}

static void upgrade(struct session *session)
{
    struct transport *before = session->transport;

    engine_count(session->engine, session, -1);
    session->transport = take_transport(session);
    engine_count(session->engine, session, 1);
    before->ops->replaced(before);
    if (session->kind->handler->upgraded)
        session->kind->handler->upgraded(session);
    session_writable(session);
}

void session_probe_receive(struct session *session, enum frame_kind kind, const char *bytes,
                           size_t length)
{
    if (kind == FRAME_TEXT && length == 6 && memcmp(bytes, "2probe", 6) == 0)
        answer(session);
    else if (kind == FRAME_TEXT && length == 1 && bytes[0] == ENGINEIO_UPGRADE)
        upgrade(session);
    else
        session_probe_end(session, CLOSE_PARSE_ERROR);
}

void session_probe_ticked(struct deadline *deadline, void *context)
{
    struct session_probe *probe =
        (struct session_probe *)((char *)deadline - offsetof(struct session_probe, tick));
    struct session *session = probe->session;
    struct engine *engine = context;
    int64_t now_us = loop_now_us(engine->loop);

    if (now_us - probe->since_us > UPGRADE_LIMIT_US) {
        session_probe_end(session, CLOSE_CONNECT_TIMEOUT);
        return;
    }
    deadline_start(&engine->probes, deadline, now_us);
    if (probe->answered && session->state == SESSION_PROBED)
        session->transport->ops->interrupt(session->transport);
}
