#include "pushd/engine/queue.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "pushd/engine/frame.h"
#include "shared/base/memory.h"

enum { CAPACITY_MIN = 4 };

static struct queue_totals totals;

const struct queue_totals *queue_totals(void)
{
    return &totals;
}

void queue_init(struct queue *queue)
{
    memset(queue, 0, sizeof *queue);
}

static struct queue_entry *entry_at(const struct queue *queue, size_t index)
{
    return &queue->entries[(queue->first + index) % queue->capacity];
}

/* Of what is about to be added, or was taken away. */
static void count_in(const struct queue *queue, size_t bytes)
{
    totals.queues += queue->count == 0;
    totals.frames++;
    totals.bytes += bytes;
}

static void count_out(const struct queue *queue, size_t frames, size_t bytes)
{
    totals.queues -= queue->count == 0;
    totals.frames -= frames;
    totals.bytes -= bytes;
}

static void release(struct queue *queue)
{
    free(queue->entries);
    queue_init(queue);
}

void queue_deinit(struct queue *queue)
{
    size_t count = queue->count, bytes = queue->bytes;

    if (count == 0)
        return;
    for (size_t i = 0; i < count; i++)
        frame_unref(&entry_at(queue, i)->frame);
    release(queue);
    count_out(queue, count, bytes);
}

static void grow(struct queue *queue)
{
    uint32_t capacity = queue->capacity ? queue->capacity * 2 : CAPACITY_MIN;
    struct queue_entry *entries = memory_allocate(capacity * sizeof *entries);

    for (size_t i = 0; i < queue->count; i++)
        entries[i] = *entry_at(queue, i);
    free(queue->entries);
    queue->entries = entries;
    queue->first = 0;
    queue->capacity = capacity;
}

static size_t wire_length(const struct frame *frame)
{
    size_t length;

    frame_wire(frame, &length);
    return length;
}

void queue_append(struct queue *queue, struct frame *frame, unsigned slot)
{
    size_t length = wire_length(frame);

    if (queue->count == queue->capacity)
        grow(queue);
    count_in(queue, length);
    *entry_at(queue, queue->count++) = (struct queue_entry){frame_ref(frame), slot};
    queue->bytes += length;
}

bool queue_remove_slot(struct queue *queue, unsigned slot)
{
    for (size_t i = 0; i < queue->count; i++) {
        struct queue_entry *entry = entry_at(queue, i);
        size_t length;

        if (entry->slot != slot)
            continue;
        length = wire_length(entry->frame);
        queue->bytes -= length;
        frame_unref(&entry->frame);
        for (size_t next = i + 1; next < queue->count; next++)
            *entry_at(queue, next - 1) = *entry_at(queue, next);
        if (--queue->count == 0)
            release(queue);
        count_out(queue, 1, length);
        return true;
    }
    return false;
}

struct frame *queue_first(const struct queue *queue)
{
    return queue->count ? entry_at(queue, 0)->frame : NULL;
}

struct frame *queue_at(const struct queue *queue, size_t index)
{
    assert(index < queue->count);
    return entry_at(queue, index)->frame;
}

struct frame *queue_take(struct queue *queue)
{
    struct frame *frame;
    size_t length;

    if (queue->count == 0)
        return NULL;
    frame = entry_at(queue, 0)->frame;
    length = wire_length(frame);
    queue->first = (queue->first + 1) % queue->capacity;
    queue->bytes -= length;
    if (--queue->count == 0)
        release(queue);
    count_out(queue, 1, length);
    return frame;
}
