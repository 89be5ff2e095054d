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

#include "pushd/stream/hub.h"

struct loop;
struct relay;
struct settings;

struct relay_events {
    /* Another stream than before (the first one included). Rows after start come next; those up to
     * position are only for the ring. reason: why clients have a gap. */
    void (*began)(void *context, const char *epoch, int64_t start, int64_t position,
                  const char *reason);
    void (*row)(void *context, const struct stream_row *row, double age_ms);
    /* A row that daemons write to each other. */
    void (*control)(void *context, const char *event, const char *payload);
    /* After a batch. False: read no more until relay_continue. */
    bool (*advanced)(void *context, int64_t position);
    void (*down)(void *context);    /* the connection is lost */
    void (*refused)(void *context); /* this stream can't be read safely: the daemon must not run */
    void *context;
};

struct relay *relay_create(struct loop *loop, const struct settings *settings,
                           const struct relay_events *events);
void relay_free(struct relay **relay);
bool relay_is_open(const struct relay *relay); /* connected, and knows where the stream stands */
bool relay_is_asleep(const struct relay *relay);
/* How long ago all that could be read had been handed out. */
int64_t relay_lag_us(const struct relay *relay);
size_t relay_pending(const struct relay *relay); /* statements under way */
void relay_continue(struct relay *relay);
