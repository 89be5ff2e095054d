/* What a session sends: everything is queued, and written at the end of the turn, so that the
 * frames of one batch leave in one send. */
#include "pushd/admin/metrics.h"
#include "pushd/engine/session_private.h"

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
    if (session->dirty || session->state >= SESSION_CLOSING)
        return;
    session->dirty = true;
    session->engine->dirtied++;
    DL_APPEND2(session->engine->dirty, session, previous_dirty, next_dirty);
}

/* Any single frame goes into an empty queue. part 1: the whole queue, 2: half of it … */
static bool takes(const struct session *session, const struct frame *frame, unsigned part)
{
    const struct engine_options *options = &session->engine->options;
    size_t length;

    frame_wire(frame, &length);
    return session->queue.count == 0 ||
           (session->queue.count < options->max_queue_frames / part &&
            session->queue.bytes + length <= options->max_queue_bytes / part);
}

bool session_fits(const struct session *session, const struct frame *frame)
{
    return takes(session, frame, 2);
}

void session_want_room(struct session *session)
{
    session->wants_room = true;
    session_writable(session);
}

void session_tell_drained(struct session *session)
{
    const struct engine_options *options = &session->engine->options;

    if (!session->wants_room || session->state >= SESSION_CLOSING ||
        session->queue.count > options->max_queue_frames / 4 ||
        (session->queue.count > 0 && session->queue.bytes > options->max_queue_bytes / 4))
        return;
    session->wants_room = false;
    if (session->kind->handler->drained)
        session->kind->handler->drained(session);
}

static void append(struct session *session, struct frame *frame, unsigned slot)
{
    if (!takes(session, frame, 1))
        session_flush(session);
    if (!takes(session, frame, 1)) {
        session_close(session, CLOSE_SLOW_CONSUMER);
        metrics_count(METRIC_DROPPED + METRIC_SESSION_ENDED);
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
    if (queue_remove_slot(&session->queue, slot))
        metrics_count(METRIC_DROPPED + METRIC_CONFLATED);
    append(session, frame, slot);
}
