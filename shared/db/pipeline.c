/* The non-blocking way, in libpq's pipeline mode. Every statement is followed by its own sync, so
 * that it is a transaction of its own; its answer is given at the sync, because deferred triggers,
 * and the commit itself, may still fail after the rows came.
 *
 *   closed -> connecting -> preparing (session settings, LISTEN) -> up -> closed
 *
 * Statements are prepared when they are first sent; a preparation travels with its statement.
 * Until it is known to be good, the same statement is sent unprepared: one that cannot be
 * prepared must not take others along. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/clock.h"
#include "shared/base/memory.h"
#include "shared/db/connection.h"

#define SESSION_STATEMENT STATEMENT_COUNT

enum { WHY_SIZE = 300 };

static void watch(struct database *database, bool read, bool write)
{
    int fd = database->connection == NULL ? -1 : PQsocket(database->connection);
    database->events.wants(database->events.context, fd, fd >= 0 && read, fd >= 0 && write);
}

static void drop_connection(struct database *database)
{
    if (database->connection != NULL)
        database->events.wants(database->events.context, -1, false, false);
    PQfinish(database->connection);
    database->connection = NULL;
    database->state = DATABASE_CLOSED;
    database->is_broken = false;
    database->generation++;
    memset(database->preparation, 0, sizeof database->preparation);
}

static struct pending *pending_first(struct database *database)
{
    return &database->pending[database->pending_first];
}

static struct pending pending_pop(struct database *database)
{
    struct pending first = *pending_first(database);
    database->pending_first = (database->pending_first + 1) % DATABASE_MAX_PENDING;
    database->pending_count--;
    return first;
}

static void pending_push(struct database *database, const struct pending *pending)
{
    size_t place = (database->pending_first + database->pending_count) % DATABASE_MAX_PENDING;
    assert(database->pending_count < DATABASE_MAX_PENDING);
    database->pending[place] = *pending;
    database->pending_count++;
}

static void count(const struct pending *pending, const struct database_answer *answer)
{
    if (pending->statement != SESSION_STATEMENT)
        database_answer_count(answer, pending->statement, pending->since_us);
}

static void answer_unavailable(struct database *database)
{
    while (database->pending_count > 0) {
        struct pending pending = pending_pop(database);
        struct database_answer answer;
        PQclear(pending.result);
        database_answer_unavailable(&answer);
        count(&pending, &answer);
        if (pending.callback != NULL)
            pending.callback(pending.context, &answer);
    }
}

static void go_down(struct database *database, const char *message)
{
    char why[WHY_SIZE];
    database_first_line(message[0] == '\0' ? "the connection was lost" : message, why, sizeof why);
    drop_connection(database);
    answer_unavailable(database);
    database->events.down(database->events.context, why);
}

void database_close(struct database *database)
{
    if (database->state == DATABASE_CLOSED)
        return;
    drop_connection(database);
    answer_unavailable(database);
}

static void flush(struct database *database)
{
    int unsent = PQflush(database->connection);
    if (unsent < 0)
        database->is_broken = true;
    /* A broken connection asks for writing, which is possible at once: the loop comes back and
     * finds it. */
    watch(database, true, unsent != 0 || database->is_broken);
}

static bool send_plain(struct database *database, const char *text)
{
    struct pending pending = {.statement = SESSION_STATEMENT, .since_us = clock_monotonic_us()};
    if (PQsendQueryParams(database->connection, text, 0, NULL, NULL, NULL, NULL, 0) != 1 ||
        PQpipelineSync(database->connection) != 1)
        return false;
    pending_push(database, &pending);
    return true;
}

static bool send_listen(struct database *database)
{
    char text[200];
    char *channel = PQescapeIdentifier(database->connection, database->listen_channel,
                                       strlen(database->listen_channel));
    if (channel == NULL)
        return false;
    size_t length = strlen(channel);
    bool good = length < sizeof text - 8;
    if (good) {
        memcpy(text, "listen ", 7);
        memcpy(text + 7, channel, length + 1);
        good = send_plain(database, text);
    }
    PQfreemem(channel);
    return good;
}

static void begin_session(struct database *database)
{
    PGconn *connection = database->connection;
    database->state = DATABASE_PREPARING;
    database->since_us = clock_monotonic_us();
    if (!database_session_begin(connection) || PQenterPipelineMode(connection) != 1 ||
        !send_plain(database, database_session_text(database->listen_channel != NULL)) ||
        (database->listen_channel != NULL && !send_listen(database))) {
        go_down(database, PQerrorMessage(connection));
        return;
    }
    flush(database);
}

static void go_on_connecting(struct database *database)
{
    switch (PQconnectPoll(database->connection)) {
    case PGRES_POLLING_READING:
        watch(database, true, false);
        break;
    case PGRES_POLLING_WRITING:
        watch(database, false, true);
        break;
    case PGRES_POLLING_OK:
        begin_session(database);
        break;
    default:
        go_down(database, PQerrorMessage(database->connection));
    }
}

void database_open(struct database *database, const struct database_events *events,
                   const char *listen_channel)
{
    struct database_parameters parameters;
    const char *why = "out of memory";
    assert(database->state == DATABASE_CLOSED && database->connection == NULL);
    database->events = *events;
    char *channel = memory_copy_text(listen_channel);
    free(database->listen_channel);
    database->listen_channel = channel;
    if (database->pending == NULL)
        database->pending = memory_allocate(DATABASE_MAX_PENDING * sizeof *database->pending);
    database->generation++;
    bool good = database_parameters_init(&parameters, database, &why);
    if (good)
        database->connection = PQconnectStartParams(parameters.keywords, parameters.values, 1);
    database_parameters_deinit(&parameters);
    if (!good || database->connection == NULL) {
        go_down(database, why);
        return;
    }
    if (PQstatus(database->connection) == CONNECTION_BAD) {
        go_down(database, PQerrorMessage(database->connection));
        return;
    }
    database->state = DATABASE_CONNECTING;
    database->since_us = clock_monotonic_us();
    watch(database, false, true);
}

/* Takes the result. */
static void keep_result(struct database *database, PGresult *result)
{
    struct pending *pending = pending_first(database);
    bool is_error = PQresultStatus(result) == PGRES_FATAL_ERROR;
    if (pending->preparing && !is_error) {
        pending->preparing = false;
        database->preparation[pending->statement] = PREPARATION_GOOD;
        PQclear(result);
        return;
    }
    if (pending->preparing)
        database->preparation[pending->statement] = PREPARATION_NONE;
    /* What follows an error until the sync is only "aborted". */
    if (pending->result != NULL && PQresultStatus(pending->result) == PGRES_FATAL_ERROR) {
        PQclear(result);
        return;
    }
    PQclear(pending->result);
    pending->result = result;
    pending->preparing = false;
}

static void end_session_setup(struct database *database, const struct database_answer *answer)
{
    if (answer->error.code != ERROR_NONE)
        go_down(database, answer->error.detail);
    else if (database->pending_count == 0) {
        database->state = DATABASE_UP;
        database->events.up(database->events.context);
    }
}

/* The transaction of the first pending statement is over. */
static void end_statement(struct database *database)
{
    struct pending pending = pending_pop(database);
    struct database_answer answer;
    unsigned generation = database->generation;
    database_answer_fill(&answer, pending.result, pending.statement);
    bool needs_new_session = database_answer_needs_new_session(&answer);
    if (needs_new_session)
        database_answer_unavailable(&answer);
    count(&pending, &answer);
    if (pending.callback != NULL)
        pending.callback(pending.context, &answer);
    else
        end_session_setup(database, &answer);
    PQclear(pending.result);
    if (needs_new_session && generation == database->generation)
        go_down(database, "a prepared statement is no longer valid");
}

/* An error that the server did not send: memory ran out, or the connection ends. It may stand for
 * the end of a statement, and the next answer would be taken for that one's. */
static bool is_of_libpq(const PGresult *result)
{
    return PQresultStatus(result) == PGRES_FATAL_ERROR &&
           PQresultErrorField(result, PG_DIAG_SQLSTATE) == NULL;
}

/* False: this connection is no more. */
static bool take_results(struct database *database)
{
    unsigned generation = database->generation;
    int empty = 0; /* two in a row: nothing is left; one only ends a statement's results */
    while (empty < 2 && !PQisBusy(database->connection)) {
        PGresult *result = PQgetResult(database->connection);
        if (result == NULL) {
            empty++;
            continue;
        }
        empty = 0;
        if (is_of_libpq(result)) {
            PQclear(result);
            go_down(database, "libpq lost an answer");
            return false;
        }
        if (database->pending_count == 0) {
            PQclear(result);
        } else if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
            PQclear(result);
            end_statement(database);
        } else {
            keep_result(database, result);
        }
        if (generation != database->generation)
            return false;
    }
    return true;
}

static bool take_notifications(struct database *database)
{
    unsigned generation = database->generation;
    bool any = false;
    for (PGnotify *notification; (notification = PQnotifies(database->connection)) != NULL;) {
        any = true;
        PQfreemem(notification);
    }
    if (any)
        database->events.notified(database->events.context);
    return generation == database->generation;
}

void database_ready(struct database *database, bool readable, bool writable)
{
    if (database->state == DATABASE_CLOSED)
        return;
    if (database->state == DATABASE_CONNECTING) {
        go_on_connecting(database);
        return;
    }
    bool lost = database->is_broken || (readable && PQconsumeInput(database->connection) != 1);
    /* What came before the loss is still good. */
    if (!take_results(database) || !take_notifications(database))
        return;
    if (lost || PQstatus(database->connection) != CONNECTION_OK) {
        go_down(database, PQerrorMessage(database->connection));
        return;
    }
    if (readable || writable)
        flush(database);
}

void database_expire(struct database *database, int64_t monotonic_us)
{
    int64_t second = 1000000;
    if (database->state == DATABASE_CONNECTING || database->state == DATABASE_PREPARING) {
        if (monotonic_us - database->since_us > DATABASE_CONNECT_TIMEOUT_S * second)
            go_down(database, "the server does not answer");
    } else if (database->state == DATABASE_UP && database->pending_count > 0) {
        if (monotonic_us - pending_first(database)->since_us > DATABASE_ANSWER_TIMEOUT_S * second)
            go_down(database, "a statement was not answered");
    }
}

static bool send_statement(struct database *database, enum statement statement,
                           const char *const values[])
{
    PGconn *connection = database->connection;
    const char *name = database_statement_name(statement);
    const char *text = database_statement_text(statement);
    int count = database_parameter_count(statement);
    bool sent;
    if (database->preparation[statement] == PREPARATION_ASKED)
        sent = PQsendQueryParams(connection, text, count, NULL, values, NULL, NULL, 0) == 1;
    else
        sent = (database->preparation[statement] == PREPARATION_GOOD ||
                PQsendPrepare(connection, name, text, 0, NULL) == 1) &&
               PQsendQueryPrepared(connection, name, count, values, NULL, NULL, 0) == 1;
    return sent && PQpipelineSync(connection) == 1;
}

bool database_submit(struct database *database, enum statement statement,
                     const char *const values[], database_callback *callback, void *context)
{
    if (database->state != DATABASE_UP || database->is_broken ||
        database->pending_count == DATABASE_MAX_PENDING)
        return false;
    bool sent = send_statement(database, statement, values);
    if (sent) {
        struct pending pending = {
            .callback = callback,
            .context = context,
            .statement = statement,
            .preparing = database->preparation[statement] == PREPARATION_NONE,
            .since_us = clock_monotonic_us(),
        };
        if (pending.preparing)
            database->preparation[statement] = PREPARATION_ASKED;
        pending_push(database, &pending);
    } else {
        database->is_broken = true;
    }
    flush(database);
    return sent;
}

int database_backend(const struct database *database)
{
    return database->connection ? PQbackendPID(database->connection) : 0;
}

size_t database_pending(const struct database *database)
{
    return database->pending_count;
}
