#include "pushd/stream/ring.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/memory.h"

enum { CAPACITY_MIN = 64 };

void ring_init(struct ring *ring, size_t max_rows, size_t max_bytes, const char *namespace_name)
{
    *ring = (struct ring){
        .max_rows = max_rows,
        .max_bytes = max_bytes,
        .namespace_name = namespace_name,
    };
}

static void drop_first(struct ring *ring)
{
    struct ring_entry *entry = ring_at(ring, ring->first);

    ring->first++;
    ring->begin = entry->row.id;
    ring->bytes -= entry->bytes;
    push_frame_deinit(&entry->push_frame);
    free(entry);
}

void ring_deinit(struct ring *ring)
{
    while (ring->first < ring->next)
        drop_first(ring);
    free(ring->entries);
    ring->entries = NULL;
    ring->capacity = 0;
}

void ring_reset(struct ring *ring, const char *epoch, int64_t position)
{
    while (ring->first < ring->next)
        drop_first(ring);
    snprintf(ring->epoch, sizeof ring->epoch, "%s", epoch);
    ring->begin = ring->end = position;
}

struct ring_entry *ring_at(const struct ring *ring, uint64_t number)
{
    assert(number >= ring->first && number < ring->next);
    return ring->entries[number % ring->capacity];
}

static void grow(struct ring *ring)
{
    size_t capacity = ring->capacity ? ring->capacity * 2 : CAPACITY_MIN;
    struct ring_entry **entries = memory_resize(NULL, capacity * sizeof *entries);

    for (uint64_t number = ring->first; number < ring->next; number++)
        entries[number % capacity] = ring_at(ring, number);
    free(ring->entries);
    ring->entries = entries;
    ring->capacity = capacity;
}

static size_t size_of(const char *text)
{
    return text ? strlen(text) + 1 : 0;
}

static const char *keep(char **room, const char *text, size_t size)
{
    char *copy = *room;

    if (!text)
        return NULL;
    memcpy(copy, text, size);
    *room += size;
    return copy;
}

struct ring_entry *ring_append(struct ring *ring, const struct stream_row *row)
{
    size_t size = size_of(row->user_id) + size_of(row->role) + row->payload_length + 1;
    struct ring_entry *entry;
    char *room;

    for (int i = 0; i < FILTER_KEYS; i++)
        size += size_of(row->keys.key[i]);
    entry = memory_allocate(sizeof *entry + size);
    room = entry->text;
    entry->row = *row;
    entry->row.user_id = keep(&room, row->user_id, size_of(row->user_id));
    entry->row.role = keep(&room, row->role, size_of(row->role));
    for (int i = 0; i < FILTER_KEYS; i++)
        entry->row.keys.key[i] = keep(&room, row->keys.key[i], size_of(row->keys.key[i]));
    entry->row.payload = keep(&room, row->payload, row->payload_length);
    /* a frame made for one who comes back stays with the entry: the payload counts twice */
    entry->bytes = sizeof *entry + size + row->payload_length;
    cursor_format(entry->cursor, ring->epoch, row->id);
    push_frame_init(&entry->push_frame, row->push, entry->row.payload, row->payload_length,
                    entry->cursor, ring->namespace_name);
    if (ring->next - ring->first == ring->capacity)
        grow(ring);
    ring->entries[ring->next++ % ring->capacity] = entry;
    ring->bytes += entry->bytes;
    ring->end = row->id;
    return entry;
}

void ring_advance(struct ring *ring, int64_t position)
{
    if (position > ring->end)
        ring->end = position;
}

void ring_trim(struct ring *ring, uint64_t handed_out)
{
    while (ring->first < handed_out &&
           (ring->next - ring->first > ring->max_rows || ring->bytes > ring->max_bytes))
        drop_first(ring);
}

uint64_t ring_after(const struct ring *ring, int64_t position)
{
    uint64_t low = ring->first, high = ring->next;

    while (low < high) {
        uint64_t middle = low + (high - low) / 2;

        if (ring_at(ring, middle)->row.id > position)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}
