/* Rows of the stream on their way out: what has JSON for a payload, as the database's has, comes
 * out as what each wire promises. The rest of a row is any text; the same payloads are read as the
 * subscriptions, roles and categories of other rows. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "pushd/clients/durable_row.h"
#include "pushd/engine/frame.h"
#include "pushd/protocol/json_text.h"
#include "pushd/protocol/socketio_packet.h"
#include "pushd/protocol/sse_event.h"
#include "pushd/stream/hub.h"
#include "pushd/stream/push_frame.h"
#include "pushd/stream/stream_answer.h"
#include "shared/base/buffer.h"
#include "shared/db/database.h"
#include "shared/json.h"
#include "shared/model/category.h"
#include "shared/model/cursor.h"
#include "shared/model/role.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/rows.h"

struct expected {
    const struct stream_row *row;
    char cursor[CURSOR_SIZE];
};

/* {"event":…,"data":…,"cursor":…} */
static void check_plain(const char *text, size_t length, const struct expected *expected)
{
    struct json *message = json_parse(text, length, NULL);

    assert(message || !json_check(expected->row->payload, expected->row->payload_length, NULL));
    if (!message)
        return;
    assert(strcmp(json_string(json_member(message, "event")), push_event(expected->row->push)) ==
           0);
    assert(strcmp(json_string(json_member(message, "cursor")), expected->cursor) == 0);
    json_free(&message);
}

static void check_socketio(const char *text, size_t length)
{
    struct socketio_packet packet;

    assert(length > 2 && text[0] == '4' && text[1] == '2');
    assert(socketio_parse(text + 1, length - 1, &packet));
    assert(packet.type == SOCKETIO_EVENT && packet.id == -1);
}

/* Nothing but fields that an event may have, whatever line ends the payload has. */
static void check_sse(const char *text, size_t length)
{
    const char *end = text + length;

    assert(length > 0 && end[-1] == SSE_EVENT_OPEN && memcmp(text, "event: ", 7) == 0);
    assert(!memchr(text, '\r', length));
    for (const char *line = text; line < end;) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));

        assert((stop && line == text) || (stop && memcmp(line, "data: ", 6) == 0) ||
               (!stop && memcmp(line, "id: ", 4) == 0));
        line = stop ? stop + 1 : end;
    }
}

static void check_wires(const struct expected *expected)
{
    const struct stream_row *row = expected->row;
    struct push_frame frames;

    push_frame_init(&frames, row->push, row->payload, row->payload_length, expected->cursor,
                    "/api/v1/ws");
    for (enum wire wire = 0; wire < WIRE_COUNT; wire++) {
        size_t length;
        const char *text = frame_payload(push_frame_get(&frames, wire), &length);

        if (wire == WIRE_PLAIN)
            check_plain(text, length, expected);
        else if (wire == WIRE_SSE)
            check_sse(text, length);
        else
            check_socketio(text, length);
    }
    push_frame_deinit(&frames);
}

static void found(void *context, enum channel channel, struct filter *filter)
{
    (void)context;
    assert(channel < CHANNEL_COUNT);
    if (filter)
        assert(json_check(filter_canonical(filter), strlen(filter_canonical(filter)), NULL) ||
               !*filter_canonical(filter));
    filter_free(&filter);
}

static void read_otherwise(const char *payload)
{
    unsigned roles = roles_parse_array(payload);
    struct buffer text;

    durable_row_subscriptions(payload, found, NULL);
    categories_parse(payload);
    buffer_init(&text);
    roles_append_array(&text, roles);
    assert(roles_parse_array(text.data) == roles);
    buffer_deinit(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rows *rows = rows_create((const char *)data, size);
    const struct database_answer *answer = rows_answer(rows);

    for (int i = 0; i < answer->rows; i++) {
        const char *payload = stream_answer_payload(answer, i);
        struct stream_row row;
        struct expected expected = {.row = &row};

        stream_answer_age_ms(answer, i);
        if (payload)
            read_otherwise(payload);
        if (!stream_answer_row(answer, i, &row))
            continue;
        assert(row.push < PUSH_COUNT && row.id == stream_answer_id(answer, i));
        cursor_format(expected.cursor, "epoch", row.id);
        if (payload && json_text_valid(row.payload, row.payload_length))
            check_wires(&expected);
    }
    rows_free(&rows);
    return 0;
}
