/* What a session sends: everything is queued, and written at the end of the turn, so that the
 * frames of one batch leave in one send. */
#include "pushd/session_private.h"

static bool can_write(const struct session *session)
{
    return session->transport && session->transport->ops->writable(session->transport);
}

void session_flush(struct session *session)
{
    if (session->queue.count > 0 && can_write(session))
        session->transport->ops->send(session->transport, &session->queue);
}

void session_writable(struct session *session)
{
    struct engine *engine = session->engine;

    if (session->dirty || session->state >= SESSION_CLOSING)
        return;
    session->dirty = true;
    session->next_dirty = engine->dirty;
    engine->dirty = session;
}

static bool is_full(const struct session *session, struct frame *frame)
{
    const struct engine_options *options = &session->engine->options;
    size_t length;

    frame_wire(frame, &length);
    return session->queue.count > 0 && (session->queue.count >= options->max_queue_frames ||
                                        session->queue.bytes + length > options->max_queue_bytes);
}

static void append(struct session *session, struct frame *frame, unsigned slot)
{
    if (is_full(session, frame))
        session_flush(session);
    if (is_full(session, frame)) {
        session_close(session, CLOSE_SLOW_CONSUMER);
        return;
    }
    queue_append(&session->queue, frame, slot);
    session_writable(session);
}

void session_send(struct session *session, struct frame *frame)
{
    if (session->state < SESSION_CLOSING)
        append(session, frame, 0);
}

void session_send_conflated(struct session *session, struct frame *frame, unsigned slot)
{
    if (session->state >= SESSION_CLOSING)
        return;
    queue_remove_slot(&session->queue, slot);
    append(session, frame, slot);
}
