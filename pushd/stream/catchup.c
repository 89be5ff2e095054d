#include "pushd/stream/catchup.h"

#include <stdlib.h>
#include <utlist.h>

#include "pushd/gateway/gateway.h"
#include "pushd/peers/peer.h"
#include "pushd/stream/catchup_page.h"
#include "pushd/stream/distributor.h"
#include "pushd/stream/ring.h"
#include "pushd/stream/subscriber.h"
#include "shared/base/memory.h"

struct catchup {
    struct gateway *gateway;
    struct subscriber *near; /* their next row is in the ring */
    struct catchup_page *page;
};

struct catchup *catchup_create(struct gateway *gateway)
{
    struct catchup *catchup = memory_allocate(sizeof *catchup);

    catchup->gateway = gateway;
    catchup->page = catchup_page_create(gateway);
    return catchup;
}

void catchup_free(struct catchup **catchup)
{
    if (!*catchup)
        return;
    catchup_page_free(&(*catchup)->page);
    free(*catchup);
    *catchup = NULL;
}

void catchup_end(struct catchup *catchup, struct subscriber *subscriber)
{
    if (subscriber->follow == FOLLOW_RING)
        DL_DELETE2(catchup->near, subscriber, behind_prev, behind_next);
    else if (subscriber->follow == FOLLOW_PAGES)
        catchup_page_remove(catchup->page, subscriber);
    subscriber->follow = FOLLOW_LIVE;
}

void catchup_begin(struct catchup *catchup, struct subscriber *subscriber)
{
    const struct distributor *distributor = catchup->gateway->distributor;

    catchup_end(catchup, subscriber);
    if (subscriber->position >= distributor_position(distributor))
        return;
    if (subscriber->position < distributor_ring(distributor)->begin) {
        subscriber->follow = FOLLOW_PAGES;
        catchup_page_add(catchup->page, subscriber);
        return;
    }
    subscriber->follow = FOLLOW_RING;
    DL_APPEND2(catchup->near, subscriber, behind_prev, behind_next);
    distributor_wake(catchup->gateway->distributor);
}

void catchup_park(struct catchup *catchup, struct subscriber *subscriber)
{
    catchup_end(catchup, subscriber);
    subscriber->follow = FOLLOW_PARKED;
    peer_want_room(subscriber->peer);
}

void catchup_drained(struct catchup *catchup, struct subscriber *subscriber)
{
    if (subscriber->follow == FOLLOW_PARKED)
        catchup_begin(catchup, subscriber);
}

/* Returns the work done. */
static size_t feed(struct catchup *catchup, struct subscriber *subscriber, size_t max_work)
{
    const struct distributor *distributor = catchup->gateway->distributor;
    const struct ring *ring = distributor_ring(distributor);
    int64_t target = distributor_position(distributor);
    uint64_t number = ring_after(ring, subscriber->position);
    size_t work = 1;

    for (; number < ring->next && ring_at(ring, number)->row.id <= target; number++) {
        struct ring_entry *entry = ring_at(ring, number);

        if (work++ >= max_work || !subscriber_catch_up(subscriber, &entry->row, &entry->push_frame))
            return work;
    }
    subscriber->position = target;
    return work;
}

bool catchup_serve(struct catchup *catchup, size_t max_work)
{
    while (catchup->near && max_work > 0) {
        struct subscriber *subscriber = catchup->near;
        size_t work = 1;

        if (subscriber->position >= distributor_ring(catchup->gateway->distributor)->begin)
            work = feed(catchup, subscriber, max_work);
        max_work -= work < max_work ? work : max_work;
        if (subscriber->follow == FOLLOW_RING) /* to the end of the list, to a page, or live */
            catchup_begin(catchup, subscriber);
    }
    return !catchup->near;
}

void catchup_database_up(struct catchup *catchup)
{
    catchup_page_database_up(catchup->page);
}
