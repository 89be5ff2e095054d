/* The blocking way. libpq's own blocking calls wait for ever on a server that is frozen, so
 * that waiting is done here, with a deadline. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/clock.h"
#include "shared/base/log.h"
#include "shared/db/connection.h"

enum {
    WHY_SIZE = 300,
    MAX_ENDS = 4 /* of statements in a pipeline of two; more: libpq has nothing to wait for */
};

static void disconnect(struct database *database)
{
    PQfinish(database->connection);
    database->connection = NULL;
    memset(database->preparation, 0, sizeof database->preparation);
}

/* Once an outage, not once a request. */
static void log_outage(struct database *database, const char *message)
{
    char why[WHY_SIZE];
    database_first_line(message[0] == '\0' ? "no answer in time" : message, why, sizeof why);
    if (!database->outage_logged)
        log_write(LOG_ERROR_LEVEL, "Database", "not available: %s", why);
    database->outage_logged = true;
}

/* 1 ready, 0 the deadline passed, -1 failed. */
static int wait_socket(PGconn *connection, short events, int64_t deadline_us)
{
    for (;;) {
        int64_t left_us = deadline_us - clock_monotonic_us();
        if (left_us <= 0)
            return 0;
        struct pollfd watched = {.fd = PQsocket(connection), .events = events};
        int ready = poll(&watched, 1, (int)((left_us + 999) / 1000));
        if (ready > 0)
            return 1;
        if (ready < 0 && errno != EINTR)
            return -1;
    }
}

static bool poll_connection(PGconn *connection, int64_t deadline_us)
{
    PostgresPollingStatusType wanted = PGRES_POLLING_WRITING;
    while (wanted != PGRES_POLLING_OK) {
        if (wanted == PGRES_POLLING_FAILED)
            return false;
        short events = wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT;
        if (wait_socket(connection, events, deadline_us) != 1)
            return false;
        wanted = PQconnectPoll(connection);
    }
    return true;
}

/* The next result, or NULL at the end of the statement, or NULL with *lost. */
static PGresult *next_result(PGconn *connection, int64_t deadline_us, bool *lost)
{
    int unsent;
    while ((unsent = PQflush(connection)) == 1) {
        if (wait_socket(connection, POLLIN | POLLOUT, deadline_us) != 1 ||
            PQconsumeInput(connection) != 1) {
            *lost = true;
            return NULL;
        }
    }
    *lost = unsent < 0;
    while (!*lost && PQisBusy(connection))
        *lost =
            wait_socket(connection, POLLIN, deadline_us) != 1 || PQconsumeInput(connection) != 1;
    return *lost ? NULL : PQgetResult(connection);
}

/* The last result counts: an error of a deferred trigger comes after the rows. NULL: the
 * connection went. */
static PGresult *finish(PGconn *connection, bool sent)
{
    int64_t deadline_us = clock_monotonic_us() + DATABASE_ANSWER_TIMEOUT_S * INT64_C(1000000);
    PGresult *last = NULL;
    bool lost = !sent;
    while (!lost) {
        PGresult *result = next_result(connection, deadline_us, &lost);
        if (result == NULL)
            break;
        PQclear(last);
        last = result;
    }
    if (lost || PQstatus(connection) != CONNECTION_OK) {
        PQclear(last);
        return NULL;
    }
    return last;
}

static bool set_up(struct database *database)
{
    PGconn *connection = database->connection;
    bool sent = PQsendQueryParams(connection, database_session_text(false), 0, NULL, NULL, NULL,
                                  NULL, 0) == 1;
    PGresult *result = finish(connection, sent);
    bool good = result != NULL && PQresultStatus(result) == PGRES_TUPLES_OK;
    PQclear(result);
    return good;
}

static bool connect_now(struct database *database)
{
    struct database_parameters parameters;
    const char *why;
    if (!database_parameters_init(&parameters, database, &why)) {
        database_parameters_deinit(&parameters);
        log_outage(database, why);
        return false;
    }
    int64_t deadline_us = clock_monotonic_us() + DATABASE_CONNECT_TIMEOUT_S * INT64_C(1000000);
    database->connection = PQconnectStartParams(parameters.keywords, parameters.values, 1);
    database_parameters_deinit(&parameters);
    if (database->connection != NULL && PQstatus(database->connection) != CONNECTION_BAD &&
        poll_connection(database->connection, deadline_us) &&
        database_session_begin(database->connection) && set_up(database)) {
        if (database->outage_logged)
            log_write(LOG_INFO_LEVEL, "Database", "available again");
        database->outage_logged = false;
        return true;
    }
    log_outage(database, PQerrorMessage(database->connection));
    disconnect(database);
    return false;
}

/* A server that ended has said so on the socket: seen here, before a statement is risked on it. */
static bool is_alive(struct database *database)
{
    PGconn *connection = database->connection;
    struct pollfd watched = {.fd = PQsocket(connection), .events = POLLIN};
    /* A second look: the farewell comes with the first, the end of the stream only with the
     * next. */
    for (int look = 0; look < 2 && PQstatus(connection) == CONNECTION_OK; look++) {
        if (poll(&watched, 1, 0) <= 0)
            return true;
        if (PQconsumeInput(connection) != 1)
            return false;
    }
    return PQstatus(connection) == CONNECTION_OK;
}

static bool ensure_connection(struct database *database)
{
    if (database->connection != NULL && !is_alive(database))
        disconnect(database);
    return database->connection != NULL || connect_now(database);
}

/* NULL: the connection went. */
static PGresult *prepare(struct database *database, enum statement statement)
{
    bool sent = PQsendPrepare(database->connection, database_statement_name(statement),
                              database_statement_text(statement), 0, NULL) == 1;
    return finish(database->connection, sent);
}

/* False: *result is the refusal, or NULL when the connection went. */
static bool ensure_prepared(struct database *database, enum statement statement, PGresult **result)
{
    if (database->preparation[statement] == PREPARATION_GOOD)
        return true;
    *result = prepare(database, statement);
    if (*result == NULL || PQresultStatus(*result) != PGRES_COMMAND_OK)
        return false;
    PQclear(*result);
    *result = NULL;
    database->preparation[statement] = PREPARATION_GOOD;
    return true;
}

static bool send(struct database *database, enum statement statement, const char *const values[])
{
    return PQsendQueryPrepared(database->connection, database_statement_name(statement),
                               database_parameter_count(statement), values, NULL, NULL, 0) == 1;
}

static PGresult *run(struct database *database, enum statement statement,
                     const char *const values[])
{
    PGresult *refusal = NULL;
    if (!ensure_prepared(database, statement, &refusal))
        return refusal;
    return finish(database->connection, send(database, statement, values));
}

/* The first refusal counts (after it nothing is done), else the last answer. NULL: the connection
 * went. */
static PGresult *finish_pipeline(PGconn *connection, bool sent)
{
    int64_t deadline_us = clock_monotonic_us() + DATABASE_ANSWER_TIMEOUT_S * INT64_C(1000000);
    PGresult *kept = NULL;
    bool lost = !sent, synced = false, refused = false;
    for (int ends = 0; !lost && !synced && ends < MAX_ENDS;) {
        PGresult *result = next_result(connection, deadline_us, &lost);
        ExecStatusType status = PQresultStatus(result);
        synced = result != NULL && status == PGRES_PIPELINE_SYNC;
        ends += result == NULL;
        if (result == NULL || synced || refused) {
            PQclear(result);
            continue;
        }
        refused = status == PGRES_FATAL_ERROR;
        PQclear(kept);
        kept = result;
    }
    if (!synced || PQexitPipelineMode(connection) != 1 || PQstatus(connection) != CONNECTION_OK) {
        PQclear(kept);
        return NULL;
    }
    return kept;
}

static PGresult *run_behind(struct database *database, const struct database_question *first,
                            const struct database_question *second)
{
    PGresult *refusal = NULL;
    if (!ensure_prepared(database, first->statement, &refusal) ||
        !ensure_prepared(database, second->statement, &refusal))
        return refusal;
    bool sent = PQenterPipelineMode(database->connection) == 1 &&
                send(database, first->statement, first->values) &&
                send(database, second->statement, second->values) &&
                PQpipelineSync(database->connection) == 1;
    return finish_pipeline(database->connection, sent);
}

bool database_query(struct database *database, enum statement statement, const char *const values[],
                    struct database_answer *answer)
{
    return database_query_behind(database, NULL, statement, values, answer);
}

static void ask(struct database *database, const struct database_question *first,
                const struct database_question *second, struct database_answer *answer)
{
    PQclear(database->result);
    database->result = NULL;
    database_answer_unavailable(answer);
    if (!ensure_connection(database))
        return;
    database->result = first != NULL ? run_behind(database, first, second)
                                     : run(database, second->statement, second->values);
    if (database->result == NULL) {
        /* It may have been committed: whether to say it again is for the caller's client to
         * decide. */
        log_outage(database, PQerrorMessage(database->connection));
        disconnect(database);
        return;
    }
    database_answer_fill(answer, database->result, second->statement);
    if (database_answer_needs_new_session(answer)) {
        database_answer_unavailable(answer);
        disconnect(database);
    }
}

bool database_query_behind(struct database *database, const struct database_question *first,
                           enum statement statement, const char *const values[],
                           struct database_answer *answer)
{
    const struct database_question second = {statement, values};
    int64_t since_us = clock_monotonic_us();
    ask(database, first, &second, answer);
    database_answer_count(answer, statement, since_us);
    return answer->error.code == ERROR_NONE;
}
