/* The newest rows of the stream, in memory: what is being handed out, and what clients that come
 * back after a moment missed, so that they cost the database nothing. Pure.
 * Complete: every row above `begin` and up to `end` is in it. Bounded by rows and bytes: the oldest
 * go first, but never one that was not handed out yet. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pushd/stream/hub.h"
#include "pushd/stream/push_frame.h"
#include "shared/model/cursor.h"

struct ring_entry {
    struct stream_row row; /* its text lives in this allocation */
    struct push_frame push_frame;
    double age_ms;   /* since its append, when it was read */
    int64_t read_us; /* monotonic */
    size_t bytes;
    char cursor[CURSOR_SIZE];
    char text[];
};

struct ring {
    struct ring_entry **entries; /* a circle */
    size_t capacity;
    uint64_t first, next; /* numbers of entries, never given twice */
    size_t max_rows, max_bytes, bytes;
    int64_t begin, end;
    const char *namespace_name; /* for the frames */
    char epoch[EPOCH_SIZE];
};

/* namespace_name is kept by reference. */
void ring_init(struct ring *ring, size_t max_rows, size_t max_bytes, const char *namespace_name);
void ring_deinit(struct ring *ring);
/* Forgets all: what follows is the stream `epoch` after position. */
void ring_reset(struct ring *ring, const char *epoch, int64_t position);
/* Copies the row, whose id is above `end`. */
struct ring_entry *ring_append(struct ring *ring, const struct stream_row *row);
void ring_advance(struct ring *ring, int64_t position); /* `end`, where it lies further */
/* Drops what is over the bounds, of the entries before number `handed_out`. */
void ring_trim(struct ring *ring, uint64_t handed_out);
/* The number of the first entry above position; ring->next when there is none. */
uint64_t ring_after(const struct ring *ring, int64_t position);
struct ring_entry *ring_at(const struct ring *ring, uint64_t number);
