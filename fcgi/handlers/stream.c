/* GET /stream: what came after a cursor, for clients that cannot hold a connection.
 *
 * The database gives the rows of the channels that this caller may see, in order and complete;
 * filters are applied here, by the same code as in pushd. They may let few rows through, so a page
 * takes several steps, and ends when it is full, when the stream does, or when enough was looked
 * at: its cursor tells how far, and hasMore to come back at once. A cursor from which the stream
 * cannot be followed is never answered with silence, but with a gap and where it goes on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fcgi/body.h"
#include "fcgi/exchange.h"
#include "fcgi/handlers/handlers.h"
#include "fcgi/query.h"
#include "fcgi/revocation.h"
#include "fcgi/stream_page.h"
#include "fcgi/word.h"
#include "shared/auth/access.h"
#include "shared/db/columns.h"
#include "shared/db/database.h"
#include "shared/model/role.h"
#include "shared/model/selection.h"

/* A step holds its rows in memory, so there are not too many of them. */
enum { STEP_ROWS = 64, PAGE_MAX_IDS = 20000, FLOOR_ATTEMPTS = 3 };
#define STEP_MAX_IDS "5000"
static const char out_of_range[] = "BK410";

enum step { STEP_GOES_ON, STEP_ENDS, STEP_OUT_OF_RANGE, STEP_FAILED };

/* What every step asks for. */
struct reader {
    struct exchange *exchange;
    struct stream_page *page;
    const char *after; /* as the client gave it, or NULL */
    struct buffer channels, users, roles;
};

static void reader_init(struct reader *reader, struct exchange *exchange, struct stream_page *page)
{
    const char *user = exchange->identity.user_id;
    *reader = (struct reader){.exchange = exchange, .page = page};
    buffer_append_character(&reader->channels, '{');
    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++)
        if (page->selection->channels & (1u << channel))
            database_array_append(&reader->channels, channel_name(channel));
    buffer_append_character(&reader->channels, '}');
    database_array(&reader->users, &user, 1);
    roles_append_array(&reader->roles, exchange->identity.roles);
}

static void reader_deinit(struct reader *reader)
{
    buffer_deinit(&reader->channels);
    buffer_deinit(&reader->users);
    buffer_deinit(&reader->roles);
}

static bool add_row(struct stream_page *page, const struct database_answer *answer, int index)
{
    struct stream_row row = {
        .id = database_number(answer, index, STREAM_ID),
        .event = database_text(answer, index, STREAM_EVENT),
        .channel = database_text(answer, index, STREAM_CHANNEL),
        .keys = {{database_text(answer, index, STREAM_KEY_1),
                  database_text(answer, index, STREAM_KEY_2),
                  database_text(answer, index, STREAM_KEY_3)}},
        .payload = database_text(answer, index, STREAM_PAYLOAD),
        .payload_length = database_length(answer, index, STREAM_PAYLOAD),
    };
    return stream_page_add(page, &row);
}

/* The last row is no message: how far the step got, of which epoch, and whether there is more. */
static enum step take_rows(struct stream_page *page, const struct database_answer *answer)
{
    int last = answer->rows - 1;
    const char *epoch = database_text(answer, last, STREAM_KEY_1);
    if (!epoch || strcmp(epoch, page->epoch) != 0)
        return STEP_OUT_OF_RANGE;
    page->more = true;
    for (int index = 0; index < last; index++)
        if (!add_row(page, answer, index))
            return STEP_ENDS;
    page->position = database_number(answer, last, STREAM_ID);
    page->more = database_text(answer, last, STREAM_KEY_2) != NULL;
    return page->more && !stream_page_is_full(page) ? STEP_GOES_ON : STEP_ENDS;
}

static enum step read_step(struct reader *reader)
{
    struct exchange *exchange = reader->exchange;
    struct database_answer answer;
    char position[24], rows[24];
    snprintf(position, sizeof position, "%lld", (long long)reader->page->position);
    snprintf(rows, sizeof rows, "%d", STEP_ROWS);
    const char *values[] = {
        position,          NULL, rows, STEP_MAX_IDS, reader->channels.data, reader->users.data,
        reader->roles.data};
    if (revocation_query(exchange, exchange->match.route->statement, values, &answer))
        return take_rows(reader->page, &answer);
    if (strcmp(answer.sqlstate, out_of_range) == 0)
        return STEP_OUT_OF_RANGE;
    problem_from_answer(&exchange->problem, &answer);
    return STEP_FAILED;
}

static enum step read_page(struct reader *reader)
{
    int64_t start = reader->page->position;
    enum step step = STEP_GOES_ON;
    while (step == STEP_GOES_ON && reader->page->position - start < PAGE_MAX_IDS)
        step = read_step(reader);
    return step;
}

/* Where the stream begins and ends now, and what that says about the place the client asked for.
 * NULL reason: it asked for none. *goes_on: there may be rows to read from the new place. */
static bool start_elsewhere(struct reader *reader, const struct cursor *asked, bool *goes_on)
{
    struct exchange *exchange = reader->exchange;
    struct database_answer answer;
    static const char *const none[1];
    *goes_on = false;
    if (!revocation_query(exchange, STATEMENT_STREAM_BOUNDS, none, &answer))
        return problem_from_answer(&exchange->problem, &answer);
    const char *epoch = database_text(&answer, 0, BOUNDS_EPOCH);
    int64_t high = database_number(&answer, 0, BOUNDS_HIGH),
            low = database_number(&answer, 0, BOUNDS_LOW);
    if (!reader->after)
        stream_page_start(reader->page, epoch, low);
    else if (!asked)
        stream_page_start_behind_gap(reader->page, epoch, low, "invalid", reader->after);
    else if (strcmp(asked->epoch, epoch) != 0)
        stream_page_start_behind_gap(reader->page, epoch, low, "epoch", reader->after);
    else if (asked->position > high)
        stream_page_start_behind_gap(reader->page, epoch, low, "invalid", reader->after);
    else {
        stream_page_start_behind_gap(reader->page, epoch, database_number(&answer, 0, BOUNDS_FLOOR),
                                     "retention", reader->after);
        *goes_on = true;
    }
    return true;
}

/* The floor may rise while a page is read: what it has is answered, and the next one begins with
 * the gap. */
static bool follow(struct reader *reader)
{
    struct cursor cursor;
    bool goes_on = reader->after && cursor_parse(reader->after, &cursor);
    if (!goes_on)
        return start_elsewhere(reader, NULL, &goes_on);
    stream_page_start(reader->page, cursor.epoch, cursor.position);
    for (int attempt = 0; goes_on && attempt < FLOOR_ATTEMPTS; attempt++) {
        enum step step = read_page(reader);
        if (step != STEP_OUT_OF_RANGE)
            return step != STEP_FAILED;
        if (reader->page->count > 0)
            return true;
        if (!start_elsewhere(reader, &cursor, &goes_on))
            return false;
    }
    return !goes_on || problem_set(&reader->exchange->problem, ERROR_UNAVAILABLE, NULL,
                                   "the stream's beginning moves on, try again");
}

static bool check_access(struct exchange *exchange, const struct selection *selection)
{
    if (!selection->channels)
        return problem_set(&exchange->problem, ERROR_INVALID_VALUE, "channels",
                           "channels: must name a channel");
    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++)
        if ((selection->channels & (1u << channel)) &&
            !access_channel(exchange->settings, channel, exchange->identity.roles))
            return problem_set(&exchange->problem, ERROR_FORBIDDEN, "channels",
                               "channels: none of the caller's roles may read %s",
                               channel_name(channel));
    return true;
}

static void respond(struct exchange *exchange, const struct stream_page *page)
{
    struct buffer json;
    char cursor[CURSOR_SIZE];
    buffer_init(&json);
    stream_page_append_json(page, &json);
    response_json(&exchange->response, 200, json.data, json.length);
    cursor_format(cursor, page->epoch, page->position);
    response_header(&exchange->response, "X-Stream-Cursor", cursor);
    buffer_deinit(&json);
}

static bool answer(struct exchange *exchange, const struct selection *selection)
{
    const struct target *target = &exchange->request.target;
    const struct word limit = {WORD_QUERY, TYPE_LIMIT, "limit"};
    const struct word after = {WORD_QUERY, TYPE_CURSOR, "after"};
    struct stream_page page;
    struct reader reader;
    stream_page_init(&page, selection, strtoul(query_value(target, &limit), NULL, 10));
    reader_init(&reader, exchange, &page);
    reader.after = query_value(target, &after);
    bool done = follow(&reader);
    if (done)
        respond(exchange, &page);
    reader_deinit(&reader);
    stream_page_deinit(&page);
    return done;
}

bool stream_answer(struct exchange *exchange)
{
    struct selection selection;
    selection_init(&selection);
    bool done = query_check(&exchange->request.target, exchange->match.route->arguments, &selection,
                            &exchange->problem) &&
                body_check_empty(&exchange->request, &exchange->problem) &&
                check_access(exchange, &selection) && answer(exchange, &selection);
    selection_deinit(&selection);
    return done;
}
