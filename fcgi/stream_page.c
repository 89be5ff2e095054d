#include "fcgi/stream_page.h"

#include <stdio.h>
#include <string.h>

#include "shared/json.h"
#include "shared/model/selection.h"

void stream_page_init(struct stream_page *page, const struct selection *selection, size_t limit)
{
    *page = (struct stream_page){.selection = selection, .limit = limit};
    buffer_init(&page->messages);
}

void stream_page_deinit(struct stream_page *page)
{
    buffer_deinit(&page->messages);
}

void stream_page_start(struct stream_page *page, const char *epoch, int64_t position)
{
    snprintf(page->epoch, sizeof page->epoch, "%s", epoch);
    page->position = position;
}

void stream_page_start_behind_gap(struct stream_page *page, const char *epoch, int64_t position,
                                  const char *reason, const char *from)
{
    stream_page_start(page, epoch, position);
    page->gap_reason = reason;
    page->gap_from = cursor_is_showable(from) ? from : NULL;
    cursor_format(page->gap_to, epoch, position);
}

bool stream_page_is_full(const struct stream_page *page)
{
    return page->count >= page->limit || page->messages.length >= STREAM_PAGE_MAX_BYTES;
}

static void append_message(struct stream_page *page, const struct stream_row *row)
{
    struct buffer *json = &page->messages;
    char cursor[CURSOR_SIZE];
    cursor_format(cursor, page->epoch, row->id);
    buffer_append_text(json, page->count == 0 ? "{\"event\":" : ",{\"event\":");
    json_append_string(json, row->event, strlen(row->event));
    buffer_append_text(json, ",\"data\":");
    buffer_append(json, row->payload, row->payload_length);
    buffer_append_format(json, ",\"cursor\":\"%s\"}", cursor);
    page->count++;
}

bool stream_page_add(struct stream_page *page, const struct stream_row *row)
{
    enum channel channel;
    if (stream_page_is_full(page))
        return false;
    if (row->payload && channel_parse(row->channel, &channel) &&
        selection_accepts(page->selection, channel, &row->keys))
        append_message(page, row);
    page->position = row->id;
    return true;
}

static void append_gap(const struct stream_page *page, struct buffer *json)
{
    if (!page->gap_reason)
        return;
    buffer_append_text(json, ",\"gap\":{\"from\":");
    if (page->gap_from)
        json_append_string(json, page->gap_from, strlen(page->gap_from));
    else
        buffer_append_text(json, "null");
    buffer_append_format(json, ",\"to\":\"%s\",\"reason\":\"%s\"}", page->gap_to, page->gap_reason);
}

static int retry_after_ms(const struct stream_page *page)
{
    if (page->more)
        return 0;
    return page->count > 0 ? STREAM_PAGE_BUSY_MS : STREAM_PAGE_IDLE_MS;
}

void stream_page_append_json(const struct stream_page *page, struct buffer *json)
{
    char cursor[CURSOR_SIZE];
    cursor_format(cursor, page->epoch, page->position);
    buffer_append_text(json, "{\"messages\":[");
    if (page->count > 0)
        buffer_append(json, page->messages.data, page->messages.length);
    buffer_append_format(json, "],\"cursor\":\"%s\",\"hasMore\":%s", cursor,
                         page->more ? "true" : "false");
    append_gap(page, json);
    buffer_append_format(json, ",\"retryAfterMs\":%d}", retry_after_ms(page));
}
