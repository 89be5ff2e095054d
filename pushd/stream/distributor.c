#include "pushd/stream/distributor.h"

#include <stdlib.h>

#include "pushd/gateway/gateway.h"
#include "pushd/jobs/figures.h"
#include "pushd/net/loop.h"
#include "pushd/stream/catchup.h"
#include "pushd/stream/delivery.h"
#include "pushd/stream/relay.h"
#include "pushd/stream/ring.h"
#include "shared/base/memory.h"

enum { WORK_A_TURN = 20000 }; /* receivers reached and filters run */

struct distributor {
    struct gateway *gateway;
    struct ring ring;
    int64_t position;
    struct timer *timer;
    bool holds_relay;
};

static void go_on(void *context);

struct distributor *distributor_create(struct gateway *gateway)
{
    struct distributor *distributor = memory_allocate(sizeof *distributor);
    const struct settings *settings = gateway->settings;

    distributor->gateway = gateway;
    ring_init(&distributor->ring, (size_t)settings->stream_ring_rows,
              (size_t)settings->stream_ring_bytes, settings->websocket_namespace);
    distributor->timer = timer_make(gateway->loop, go_on, distributor);
    return distributor;
}

void distributor_free(struct distributor **distributor)
{
    if (!*distributor)
        return;
    timer_free(&(*distributor)->timer);
    ring_deinit(&(*distributor)->ring);
    free(*distributor);
    *distributor = NULL;
}

int64_t distributor_position(const struct distributor *distributor)
{
    return distributor->position;
}

const struct ring *distributor_ring(const struct distributor *distributor)
{
    return &distributor->ring;
}

bool distributor_is_ready(const struct distributor *distributor)
{
    return distributor->ring.end >= distributor->position;
}

bool distributor_is_behind(const struct distributor *distributor)
{
    return ring_after(&distributor->ring, distributor->position) < distributor->ring.next;
}

void distributor_begin(struct distributor *distributor, const char *epoch, int64_t start,
                       int64_t position)
{
    ring_reset(&distributor->ring, epoch, start);
    distributor->position = position;
    distributor->holds_relay = false;
}

void distributor_add(struct distributor *distributor, const struct stream_row *row, double age_ms)
{
    struct ring_entry *entry = ring_append(&distributor->ring, row);

    entry->age_ms = age_ms;
    entry->read_us = loop_now_us(distributor->gateway->loop);
}

/* True: nothing is left. */
static bool hand_out(struct distributor *distributor)
{
    struct ring *ring = &distributor->ring;
    uint64_t number = ring_after(ring, distributor->position);
    int64_t now_us = loop_now_us(distributor->gateway->loop);
    size_t work = 0;

    while (number < ring->next && work < WORK_A_TURN) {
        struct ring_entry *entry = ring_at(ring, number++);
        size_t receivers;

        distributor->position = entry->row.id;
        work += delivery_row(distributor->gateway, entry, &receivers);
        figures_measure(distributor->gateway->figures,
                        entry->age_ms + (double)(now_us - entry->read_us) / 1000, receivers);
    }
    ring_trim(ring, number);
    if (number < ring->next)
        return false;
    if (ring->end > distributor->position)
        distributor->position = ring->end;
    return true;
}

static bool work(struct distributor *distributor)
{
    bool all_out = hand_out(distributor);
    bool all_caught_up = catchup_serve(distributor->gateway->catchup, WORK_A_TURN);

    if (all_out)
        gateway_advanced(distributor->gateway, distributor->position);
    if (!all_out || !all_caught_up)
        timer_start(distributor->timer, 0);
    return all_out;
}

bool distributor_advance(struct distributor *distributor, int64_t position)
{
    ring_advance(&distributor->ring, position);
    distributor->holds_relay = !work(distributor);
    return !distributor->holds_relay;
}

static void go_on(void *context)
{
    struct distributor *distributor = context;
    bool all_out = work(distributor);

    if (all_out && distributor->holds_relay) {
        distributor->holds_relay = false;
        relay_continue(distributor->gateway->relay);
    }
}

void distributor_wake(struct distributor *distributor)
{
    timer_start(distributor->timer, 0);
}
