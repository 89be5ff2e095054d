#include "pushd/stream/awaiting.h"

#include <stdlib.h>
#include <string.h>

#include "pushd/gateway/gateway.h"
#include "pushd/net/loop.h"
#include "pushd/stream/distributor.h"
#include "pushd/stream/ring.h"
#include "shared/base/memory.h"
#include "shared/model/cursor.h"

enum { TICK_US = 10000, MOST_US = 3000000 };

struct waiter {
    struct cursor cursor;
    int64_t since_us;
    void (*done)(void *context, bool gone);
    void *context;
    struct waiter *next;
};

struct awaiting {
    struct gateway *gateway;
    struct waiter *first;
    struct timer *timer;
};

static bool is_ahead(const struct awaiting *awaiting, const struct cursor *cursor)
{
    const struct distributor *distributor = awaiting->gateway->distributor;
    const struct ring *ring = distributor_ring(distributor);

    return strcmp(cursor->epoch, ring->epoch) == 0 &&
           cursor->position > distributor_position(distributor) && cursor->position > ring->end;
}

static void keep(struct awaiting *awaiting, struct waiter *waiter)
{
    if (!awaiting->first)
        timer_start(awaiting->timer, TICK_US);
    waiter->next = awaiting->first;
    awaiting->first = waiter;
}

static void ticked(void *context)
{
    struct awaiting *awaiting = context;
    struct waiter *waiter = awaiting->first, *following;
    int64_t now_us = loop_now_us(awaiting->gateway->loop);

    awaiting->first = NULL;
    for (; waiter; waiter = following) {
        following = waiter->next;
        if (is_ahead(awaiting, &waiter->cursor) && now_us - waiter->since_us < MOST_US) {
            keep(awaiting, waiter);
            continue;
        }
        waiter->done(waiter->context, false);
        free(waiter);
    }
}

void awaiting_place(struct awaiting *awaiting, const char *cursor,
                    void (*done)(void *context, bool gone), void *context)
{
    struct waiter *waiter;
    struct cursor parsed;

    if (!cursor || !cursor_parse(cursor, &parsed) || !is_ahead(awaiting, &parsed)) {
        done(context, false);
        return;
    }
    waiter = memory_allocate(sizeof *waiter);
    *waiter = (struct waiter){parsed, loop_now_us(awaiting->gateway->loop), done, context, NULL};
    keep(awaiting, waiter);
}

struct awaiting *awaiting_create(struct gateway *gateway)
{
    struct awaiting *awaiting = memory_allocate(sizeof *awaiting);

    awaiting->gateway = gateway;
    awaiting->timer = timer_make(gateway->loop, ticked, awaiting);
    return awaiting;
}

void awaiting_free(struct awaiting **awaiting)
{
    if (!*awaiting)
        return;
    while ((*awaiting)->first) {
        struct waiter *waiter = (*awaiting)->first;

        (*awaiting)->first = waiter->next;
        waiter->done(waiter->context, true);
        free(waiter);
    }
    timer_free(&(*awaiting)->timer);
    free(*awaiting);
    *awaiting = NULL;
}
