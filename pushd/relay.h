/* Reads the stream and hands every row on, once and in order. Live and catch-up are one path: rows
 * after a position.
 *
 *   opening ─▶ reading ⇄ pausing ─▶ falling asleep ─▶ asleep ─▶ reading
 *
 * Awake it reads every few milliseconds while traffic lasts. After a quiet while it sleeps: writers
 * then ring a bell (NOTIFY), and a read each second is the net below. Whatever happens to the
 * connection, it goes on from its position; a stream that is another one (a restored database) is
 * begun at its end. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pushd/hub.h"

struct loop;
struct relay;
struct settings;

struct relay_events {
    void (*row)(void *context, const struct stream_row *row, double age_ms);
    void (*advanced)(void *context, int64_t position); /* after a batch */
    void *context;
};

struct relay *relay_create(struct loop *loop, const struct settings *settings,
                           const struct relay_events *events);
void relay_free(struct relay **relay);
bool relay_is_open(const struct relay *relay); /* connected, and knows where the stream stands */
int64_t relay_position(const struct relay *relay);
const char *relay_epoch(const struct relay *relay); /* "" before it was first open */
