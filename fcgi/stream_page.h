/* One answer of GET /stream while it is put together from rows of the stream. Pure. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/base/buffer.h"
#include "shared/model/cursor.h"
#include "shared/model/filter.h"

struct selection;

enum {
    STREAM_PAGE_MAX_BYTES = 4194304, /* of messages; one that is larger still comes, alone */
    STREAM_PAGE_IDLE_MS = 2000,      /* retryAfterMs when nothing came, */
    STREAM_PAGE_BUSY_MS = 1000       /* and when something did; 0 when there is more already */
};

struct stream_row {
    int64_t id;
    const char *event;
    const char *channel;
    struct filter_keys keys;
    const char *payload; /* JSON; NULL: the event was deleted from the store, nothing is told */
    size_t payload_length;
};

struct stream_page {
    const struct selection *selection;
    size_t limit;
    char epoch[EPOCH_SIZE];
    int64_t position; /* everything up to it was looked at */
    bool more;        /* something may be behind position */
    size_t count;
    /* private */
    struct buffer messages;
    const char *gap_reason; /* NULL: none */
    const char *gap_from;   /* NULL: what was given is not shown */
    char gap_to[CURSOR_SIZE];
};

/* The selection stays the caller's. Free with stream_page_deinit. */
void stream_page_init(struct stream_page *page, const struct selection *selection, size_t limit);
void stream_page_deinit(struct stream_page *page);

void stream_page_start(struct stream_page *page, const char *epoch, int64_t position);
/* Starts somewhere else than the client asked for, and says so. from (kept, not copied): the
 * cursor as given, shown when cursor_is_showable. */
void stream_page_start_behind_gap(struct stream_page *page, const char *epoch, int64_t position,
                                  const char *reason, const char *from);
/* The next row in order: a message if it is asked for. False: the page is full, and the row was not
 * looked at. */
bool stream_page_add(struct stream_page *page, const struct stream_row *row);
bool stream_page_is_full(const struct stream_page *page);

/* {messages, cursor, hasMore, gap?, retryAfterMs} */
void stream_page_append_json(const struct stream_page *page, struct buffer *json);
