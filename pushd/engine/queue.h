/* The frames that wait for one session, oldest first: a ring made on demand and given back when
 * empty, so an idle session pays four words. It holds a reference to each frame. Bounds are the
 * owner's: the queue only counts. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct frame;

struct queue_entry {
    struct frame *frame;
    unsigned slot; /* of a conflated frame; 0: none */
};

struct queue {
    struct queue_entry *entries; /* NULL while empty */
    uint32_t first, count, capacity;
    size_t bytes; /* on the wire, of all that waits */
};

/* What waits in all queues of this process. */
struct queue_totals {
    size_t queues, frames, bytes; /* queues: with something in them */
};
const struct queue_totals *queue_totals(void);

void queue_init(struct queue *queue);
void queue_deinit(struct queue *queue);                                     /* drops the frames */
void queue_append(struct queue *queue, struct frame *frame, unsigned slot); /* takes a reference */
bool queue_remove_slot(struct queue *queue, unsigned slot); /* order of the rest kept */
struct frame *queue_first(const struct queue *queue);       /* NULL when empty */
struct frame *queue_at(const struct queue *queue, size_t index);
struct frame *queue_take(struct queue *queue); /* the caller unrefs; NULL when empty */
