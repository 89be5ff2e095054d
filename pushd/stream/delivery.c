#include "pushd/stream/delivery.h"

#include <utlist.h>

#include "pushd/admin/metrics.h"
#include "pushd/gateway/gateway.h"
#include "pushd/stream/distributor.h"
#include "pushd/stream/ring.h"
#include "pushd/stream/subscriber.h"

/* Slots of conflated pushes, see peer_send_conflated. */
enum { SLOT_DASHBOARD = 1, SLOT_DLQ = 2 };

struct handed {
    struct ring_entry *entry;
    size_t receivers;
};

static void deliver_row(struct subscriber *subscriber, void *context)
{
    struct handed *handed = context;
    struct ring_entry *entry = handed->entry;

    if (subscriber->follow != FOLLOW_LIVE)
        return;
    peer_send(subscriber->peer, push_frame_get(&entry->push_frame, subscriber->wire));
    subscriber->told = entry->row.id;
    handed->receivers++;
}

size_t delivery_row(struct gateway *gateway, struct ring_entry *entry, size_t *receivers)
{
    struct handed handed = {entry, 0};
    size_t work = hub_visit_row(&gateway->hub, &entry->row, deliver_row, &handed);

    push_frame_deinit(&entry->push_frame); /* the queues have theirs */
    metrics_count(METRIC_PUSHES + (size_t)entry->row.push);
    metrics_add(METRIC_DELIVERIES + (size_t)entry->row.push, handed.receivers);
    *receivers = handed.receivers;
    return work;
}

struct made {
    struct push_frame push_frame;
    unsigned slot; /* 0: not conflated */
};

/* Who is behind gets one with a cursor of its own. */
static void deliver_made(struct subscriber *subscriber, void *context)
{
    struct made *made = context;
    struct push_frame *push_frame = &made->push_frame;

    if (!subscriber->accepted)
        return;
    if (subscriber->follow != FOLLOW_LIVE) {
        subscriber_push_slot(subscriber, push_frame->push, push_frame->payload, push_frame->length,
                             made->slot);
        return;
    }
    if (made->slot)
        peer_send_conflated(subscriber->peer, push_frame_get(push_frame, subscriber->wire),
                            made->slot);
    else
        peer_send(subscriber->peer, push_frame_get(push_frame, subscriber->wire));
    metrics_count(METRIC_DELIVERIES + (size_t)push_frame->push);
    subscriber->told = subscriber_position(subscriber);
}

static void prepare(struct made *made, const struct gateway *gateway, enum push push,
                    const char *payload, size_t length, char cursor[CURSOR_SIZE])
{
    cursor_format(cursor, distributor_ring(gateway->distributor)->epoch,
                  distributor_position(gateway->distributor));
    made->slot = 0;
    metrics_count(METRIC_PUSHES + (size_t)push);
    push_frame_init(&made->push_frame, push, payload, length, cursor,
                    gateway->settings->websocket_namespace);
}

void delivery_channel(struct gateway *gateway, enum push push, const char *payload, size_t length)
{
    char cursor[CURSOR_SIZE];
    struct made made;

    prepare(&made, gateway, push, payload, length, cursor);
    made.slot = push == PUSH_DLQ_STATS ? SLOT_DLQ : SLOT_DASHBOARD;
    hub_visit_channel(&gateway->hub, push_channel(push), deliver_made, &made);
    push_frame_deinit(&made.push_frame);
}

void delivery_all(struct gateway *gateway, enum push push, const char *payload, size_t length)
{
    struct subscriber *subscriber;
    char cursor[CURSOR_SIZE];
    struct made made;

    prepare(&made, gateway, push, payload, length, cursor);
    DL_FOREACH(gateway->subscribers, subscriber) {
        if (push == PUSH_SYNC_RESUMED && subscriber->accepted && subscriber->follow != FOLLOW_LIVE)
            subscriber_push_place(subscriber, push); /* it resumes from its own place */
        else
            deliver_made(subscriber, &made);
    }
    push_frame_deinit(&made.push_frame);
}

void delivery_sync_quiet(struct gateway *gateway, int64_t before)
{
    struct subscriber *subscriber;

    DL_FOREACH(gateway->subscribers, subscriber) {
        if (subscriber->accepted && subscriber->follow == FOLLOW_LIVE && subscriber->told < before)
            subscriber_sync_ready(subscriber);
    }
}
