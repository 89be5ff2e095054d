#include "tests/fuzz/fake_link.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "pushd/net/database_link.h"
#include "pushd/net/loop.h"
#include "pushd/protocol/json_text.h"
#include "shared/base/buffer.h"
#include "shared/base/memory.h"
#include "shared/db/columns.h"
#include "shared/db/connection.h"
#include "tests/fuzz/rows.h"
#include "tests/fuzz/values.h"

enum { START = 100, PENDING_MAX = 64, AGAIN_US = 1000 };

struct question {
    enum statement statement;
    char *first, *second; /* values of the stream's statements */
    database_callback *callback;
    void *context;
    struct question *prev, *next;
};

struct database_link {
    struct database_link_events events;
    struct timer *connect;
    struct question *questions;
    size_t count;
    bool up;
    struct database_link *prev, *next;
};

static struct database_link *links;
static struct buffer said, stream;
static bool has_said, has_rows, is_paused;

/* What an empty database says. */
static const struct {
    enum statement statement;
    const char *rows;
} usual[] = {
    {STATEMENT_STREAM_OPEN, "epoch\t100\t100\t1"},
    {STATEMENT_STREAM_BOUNDS, "epoch\t100\t100\t20"},
    {STATEMENT_STREAM_TRY_SLEEP, "t"},
    {STATEMENT_REVOCATION_LIST, "\\N\tgone\t5"},
    {STATEMENT_NOTIFICATION_MUTES, "user-2\tevent,limit"},
    {STATEMENT_NOTIFICATION_RULE_TYPES, "resource.created"},
    {STATEMENT_NOTIFICATION_INBOX, "[]\t0\t1"},
    {STATEMENT_NOTIFICATION_INBOXES, "1\t[]\t0\t1"},
    {STATEMENT_NOTIFICATION_READ, "{\"success\":true,\"unreadCount\":0,\"version\":2}"},
    {STATEMENT_NOTIFICATION_DELETE, "{\"success\":true,\"unreadCount\":0,\"version\":3}"},
    {STATEMENT_NOTIFICATION_READ_ALL, "{\"success\":true,\"count\":0,\"version\":4}"},
    {STATEMENT_DLQ_STATS, "{\"total\":0}"},
    {STATEMENT_DASHBOARD_HALVES, "{}\t{}"},
};

void fake_link_reset(void)
{
    buffer_clear(&said);
    buffer_clear(&stream);
    has_said = has_rows = is_paused = false;
}

void fake_link_say(const char *text, size_t length)
{
    buffer_clear(&said);
    buffer_append(&said, text, length);
    has_said = length > 0;
}

void fake_link_rows(const char *text, size_t length)
{
    buffer_clear(&stream);
    buffer_append(&stream, text, length);
    has_rows = true;
}

/* An event, six columns that may be null, and a payload that is JSON, or null where somebody has
 * deleted an event: as stream_read gives it. */
static void append_row(struct buffer *rows, int64_t id, const char *line, size_t length)
{
    const char *end = line + length;

    buffer_append_format(rows, "%lld", (long long)id);
    for (int column = 0; column < STREAM_PAYLOAD - STREAM_EVENT; column++) {
        const char *tab = memchr(line, '\t', (size_t)(end - line));
        const char *stop = tab ? tab : end;

        buffer_append_character(rows, '\t');
        buffer_append(rows, line, (size_t)(stop - line));
        line = tab ? tab + 1 : end;
    }
    buffer_append_character(rows, '\t');
    if ((end - line == 2 && memcmp(line, "\\N", 2) == 0) ||
        (json_text_valid(line, (size_t)(end - line)) && !memchr(line, '\t', (size_t)(end - line))))
        buffer_append(rows, line, (size_t)(end - line));
    else
        buffer_append_text(rows, "{}");
    buffer_append_text(rows, "\t1\n");
}

/* Up to where the stream stood when the daemon came. */
static struct rows *read_history(void)
{
    static const char text[] =
        "70\tevent:created\tevents\t\\N\t\\N\tresource.created\ts\t\\N\t{}\t1\n"
        "80\tnotification:created\tnotifications\tuser-1\t\\N\tevent\t\\N\t\\N\t{}\t1\n"
        "100\t\\N";

    return rows_create(text, sizeof text - 1);
}

static struct rows *read_stream(int64_t after)
{
    const char *line = stream.length > 0 ? stream.data : "", *end = line + stream.length;
    struct buffer rows;

    buffer_init(&rows);
    for (int i = 0; i < ROWS_MAX - 1 && line < end; i++) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));

        stop = stop ? stop : end;
        if (stop > line && *line != '\t' && *line != '\\')
            append_row(&rows, ++after, line, (size_t)(stop - line));
        line = stop + 1;
    }
    buffer_append_format(&rows, "%lld", (long long)after);
    for (int i = 0; i < 9; i++)
        buffer_append_text(&rows, "\t\\N");
    buffer_clear(&stream);
    has_rows = false;
    struct rows *answer = rows_create(rows.data, rows.length);

    buffer_deinit(&rows);
    return answer;
}

static struct rows *read_page(const struct question *question)
{
    int64_t after = strtoll(question->first, NULL, 10);
    char text[200];
    int length = snprintf(text, sizeof text,
                          "%lld\tevent:created\tevents\t\\N\t\\N\tresource.created\ts\t\\N\t{}\t1\n"
                          "%s\t\\N\t\\N",
                          (long long)after + 1, question->second);

    return rows_create(text, (size_t)length);
}

static bool is_identifier(const char *text)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    return text && *text && strlen(text) < 21 && strspn(text, allowed) == strlen(text);
}

/* Columns that are never null; a session's row is as pushd wrote it. */
static bool may_say(enum statement statement, const struct database_answer *answer)
{
    if (answer->error.code != ERROR_NONE)
        return true;
    for (int i = 0; i < answer->rows; i++) {
        if (statement == STATEMENT_TICKET_TAKE && !database_text(answer, i, 0))
            return false;
        if (statement == STATEMENT_SESSION_FIND &&
            (!is_identifier(database_text(answer, i, 0)) ||
             !is_identifier(database_text(answer, i, 1)) || !database_text(answer, i, 2) ||
             !database_text(answer, i, 4)))
            return false;
    }
    return true;
}

static struct rows *answer_as_said(enum statement statement)
{
    bool looked_for = statement == STATEMENT_SESSION_FIND || statement == STATEMENT_TICKET_TAKE;
    struct rows *rows = NULL;

    if (!has_said || (said.data[0] != '!' && !looked_for))
        return NULL;
    rows = rows_create(said.data, said.length);
    has_said = false;
    if (!may_say(statement, rows_answer(rows)))
        rows_free(&rows);
    return rows;
}

static bool is_history(const struct question *question)
{
    return strtoll(question->first, NULL, 10) < START;
}

static struct rows *answer_to(const struct question *question)
{
    struct rows *rows = answer_as_said(question->statement);

    if (rows)
        return rows;
    if (question->statement == STATEMENT_STREAM_READ)
        return is_history(question) ? read_history()
                                    : read_stream(strtoll(question->first, NULL, 10));
    if (question->statement == STATEMENT_STREAM_PAGE)
        return read_page(question);
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (usual[i].statement == question->statement)
            return rows_create(usual[i].rows, strlen(usual[i].rows));
    if (question->statement == STATEMENT_SESSION_FIND ||
        question->statement == STATEMENT_TICKET_TAKE)
        return rows_create("", 0);
    return rows_create("\\N", 2);
}

static void take_question(struct database_link *link, struct question *question)
{
    DL_DELETE(link->questions, question);
    link->count--;
}

static void question_free(struct question *question)
{
    free(question->first);
    free(question->second);
    free(question);
}

static void answer_first(struct database_link *link)
{
    struct question *question = link->questions;
    struct rows *rows = answer_to(question);

    take_question(link, question);
    question->callback(question->context, rows_answer(rows));
    rows_free(&rows);
    question_free(question);
}

/* A reader of the stream waits for rows, or for bad news. */
static bool is_due(const struct question *question)
{
    return question->statement != STATEMENT_STREAM_READ || has_rows || is_history(question) ||
           (has_said && said.data[0] == '!');
}

void fake_link_answer(void)
{
    struct database_link *link;

    if (is_paused)
        return;
    DL_FOREACH(links, link) {
        for (int i = 0; i < PENDING_MAX && link->questions && is_due(link->questions); i++)
            answer_first(link);
    }
}

static void answer_unavailable(struct database_link *link)
{
    struct database_answer away = {0};

    database_answer_unavailable(&away);
    while (link->questions) {
        struct question *question = link->questions;

        take_question(link, question);
        question->callback(question->context, &away);
        question_free(question);
    }
}

void fake_link_lose(void)
{
    struct database_link *link;

    DL_FOREACH(links, link) {
        if (!link->up)
            continue;
        link->up = false;
        answer_unavailable(link);
        timer_start(link->connect, 0);
        if (link->events.down)
            link->events.down(link->events.context);
    }
}

void fake_link_pause(bool paused)
{
    is_paused = paused;
}

void fake_link_ring(void)
{
    struct database_link *link;

    DL_FOREACH(links, link) {
        if (link->up && link->events.notified)
            link->events.notified(link->events.context);
    }
}

static void connected(void *context)
{
    struct database_link *link = context;

    if (is_paused) {
        timer_start(link->connect, AGAIN_US);
        return;
    }
    link->up = true;
    link->events.up(link->events.context);
}

struct database_link *database_link_create(struct loop *loop, const struct settings *settings,
                                           const char *name, const char *listen_channel,
                                           const struct database_link_events *events)
{
    struct database_link *link = memory_allocate(sizeof *link);

    (void)settings;
    (void)name;
    (void)listen_channel;
    link->events = *events;
    link->connect = timer_make(loop, connected, link);
    timer_start(link->connect, 0);
    DL_APPEND(links, link);
    return link;
}

void database_link_free(struct database_link **link)
{
    if (!*link)
        return;
    (*link)->up = false;
    answer_unavailable(*link);
    timer_free(&(*link)->connect);
    DL_DELETE(links, *link);
    free(*link);
    *link = NULL;
}

bool database_link_is_up(const struct database_link *link)
{
    return link->up;
}

bool database_link_is_direct(const struct database_link *link, const char *backend)
{
    (void)link;
    return backend != NULL;
}

size_t database_link_pending(const struct database_link *link)
{
    return link->count;
}

bool database_link_submit(struct database_link *link, enum statement statement,
                          const char *const values[], database_callback *callback, void *context)
{
    struct question *question;

    if (!link->up || link->count == DATABASE_MAX_PENDING)
        return false;
    values_check(statement, values);
    question = memory_allocate(sizeof *question);
    question->statement = statement;
    if (statement == STATEMENT_STREAM_READ || statement == STATEMENT_STREAM_PAGE) {
        question->first = memory_copy_text(values[0]);
        question->second = memory_copy_text(values[1]);
    }
    question->callback = callback;
    question->context = context;
    DL_APPEND(link->questions, question);
    link->count++;
    return true;
}
