/*
 * An idle system is quiet: while a reader sleeps, nothing is written to the WAL and no more is
 * asked than the fallback read once a second; the first row wakes the reader at once.
 *
 * stream_idle     DATABASE_URL: the owner of a database with the schema. Prints TAP.
 */
#include <libpq-fe.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { WINDOW_S = 4, DEADLINE_S = 60, WAKE_MS = 500 };

/* what the daemon that probes tells once an hour, or when something else has changed */
static const char probes[] =
    "select bookly.probe_report('[{\"kind\": \"service\", \"name\": \"idle\", \"probe\":"
    " {\"status\": \"up\"}}, {\"kind\": \"service\", \"name\": \"gone\", \"probe\": {\"status\":"
    " \"down\"}}]')";

static int tests_run;
static int tests_failed;

static void check(bool good, const char *name)
{
    tests_run++;
    tests_failed += !good;
    printf("%sok %d - %s\n", good ? "" : "not ", tests_run, name);
}

static double now_s(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static PGconn *connect_owner(void)
{
    PGconn *connection = PQconnectdb(getenv("DATABASE_URL"));
    if (PQstatus(connection) != CONNECTION_OK) {
        printf("Bail out! %s\n", PQerrorMessage(connection));
        exit(1);
    }
    return connection;
}

/* The first value of the first row, in a static buffer; empty when there is none. */
static const char *ask(PGconn *connection, const char *statement)
{
    static char value[200];
    PGresult *result = PQexec(connection, statement);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
        printf("Bail out! %s: %s\n", statement, PQerrorMessage(connection));
        exit(1);
    }
    value[0] = '\0';
    if (PQntuples(result) > 0)
        snprintf(value, sizeof(value), "%s", PQgetvalue(result, 0, 0));
    PQclear(result);
    return value;
}

static long long ask_number(PGconn *connection, const char *statement)
{
    return strtoll(ask(connection, statement), NULL, 10);
}

static long long end_of_stream(PGconn *connection)
{
    return ask_number(connection, "select high from bookly.stream_open()");
}

static bool fall_asleep(PGconn *reader, long long position)
{
    char statement[100];
    double deadline = now_s() + DEADLINE_S;
    snprintf(statement, sizeof(statement), "select bookly.stream_try_sleep(%lld)::int", position);
    while (ask_number(reader, statement) == 0) {
        if (now_s() > deadline)
            return false;
        poll(NULL, 0, 10);
    }
    return true;
}

/* Waits for a notification; false when none came in time. */
static bool notified(PGconn *reader, int timeout_ms)
{
    struct pollfd descriptor = {.fd = PQsocket(reader), .events = POLLIN};
    double deadline = now_s() + timeout_ms / 1000.0;
    int left;
    while ((left = (int)((deadline - now_s()) * 1000)) > 0 && poll(&descriptor, 1, left) > 0) {
        PGnotify *notice;
        if (!PQconsumeInput(reader))
            return false;
        notice = PQnotifies(reader);
        if (notice != NULL) {
            PQfreemem(notice);
            return true;
        }
    }
    return false;
}

/* One window of sleep with the fallback reads; sets what happened in it. */
static void sleep_window(PGconn *reader, PGconn *watcher, long long position, long long *wal,
                         long long *transactions)
{
    const char *wal_now = "select pg_current_wal_insert_lsn() - '0/0'";
    const char *transactions_now = "select xact_commit + xact_rollback from pg_stat_database"
                                   " where datname = current_database()";
    char statement[100];
    long long wal_before = ask_number(watcher, wal_now);
    long long transactions_before = ask_number(watcher, transactions_now);
    snprintf(statement, sizeof(statement), "select count(*) from bookly.stream_read(%lld, 100)",
             position);
    for (int second = 0; second < WINDOW_S; second++) {
        if (!notified(reader, 1000))
            ask(reader, statement);
    }
    /* as the daemon does every few seconds */
    ask(reader, "select bookly.counters_fold()");
    ask(reader, probes);
    *wal = ask_number(watcher, wal_now) - wal_before;
    *transactions = ask_number(watcher, transactions_now) - transactions_before;
}

static void check_quiet(PGconn *reader, PGconn *watcher, long long position)
{
    double deadline = now_s() + DEADLINE_S;
    long long wal;
    long long transactions;
    /* A checkpoint or autovacuum after what ran before may fall into a window: then another one. */
    do
        sleep_window(reader, watcher, position, &wal, &transactions);
    while ((wal > 0 || transactions > 3 * WINDOW_S) && now_s() < deadline);
    printf("# %d s asleep: %lld bytes of WAL, %lld transactions\n", WINDOW_S, wal, transactions);
    check(wal == 0, "nothing is written while idle");
    check(transactions <= 3 * WINDOW_S, "no more is asked than the fallback read");
}

int main(void)
{
    PGconn *reader;
    PGconn *watcher;
    long long position;
    double started;

    if (getenv("DATABASE_URL") == NULL) {
        fprintf(stderr, "usage: DATABASE_URL=... stream_idle\n");
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    alarm(5 * DEADLINE_S);
    reader = connect_owner();
    watcher = connect_owner();
    ask(reader, "listen bookly_stream");
    ask(reader, "select bookly.counters_fold()");
    ask(reader, probes);
    position = end_of_stream(reader);
    check(fall_asleep(reader, position), "with nothing to read the reader falls asleep");
    check_quiet(reader, watcher, position);
    started = now_s();
    ask(watcher, "select bookly.publish_event('idle.ends', 'idle')");
    check(notified(reader, WAKE_MS), "the first row wakes the reader");
    printf("# after %.1f ms\n", (now_s() - started) * 1000);
    ask(reader, "select bookly.stream_wake()");
    check(ask_number(watcher, "select count(*) from pg_locks where locktype = 'advisory'") == 0,
          "awake it holds no lock");
    ask(watcher, "select bookly.publish_event('idle.ends', 'idle')");
    check(!notified(reader, 200), "an awake reader is not notified");
    ask(watcher, "begin; set constraints all immediate;"
                 " select bookly.publish_event('idle.ends', 'idle')");
    check(ask_number(reader, "select bookly.stream_try_sleep(9000000000)::int") == 0,
          "with a row in flight the reader stays awake");
    ask(watcher, "commit");
    PQfinish(reader);
    PQfinish(watcher);
    printf("1..%d\n", tests_run);
    return tests_failed > 0;
}
