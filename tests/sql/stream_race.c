/*
 * Every committed row reaches every reader, once, in the same order.
 *
 * 16 writers mix single rows, batches, pauses, rollbacks, savepoints rolled back and constraints
 * made immediate; 4 readers fall asleep and wake, 3 reading as the daemon does, the last page by
 * page as a poll does. Now and then a conductor makes all writers pause, so that readers do fall
 * asleep; the first row after that must wake them.
 *
 * stream_race [ROWS]     DATABASE_URL: the owner of a database with the schema. Prints TAP.
 */
#include <libpq-fe.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    WRITERS = 16,
    READERS = 4,
    BATCH = 50,
    PAGE = 1000,
    SCAN = 700,
    AWAKE_INTERVAL_MS = 2,
    DROWSY_MS = 40,
    FALLBACK_MS = 1000,
    QUIET_MS = 150,
    CONDUCTOR_INTERVAL_MS = 400,
    DEADLINE_S = 1800
};

struct reader {
    pthread_t thread;
    bool pages;
    long long start;
    long long *ids;
    size_t count;
    size_t capacity;
    long sleeps;
    long late;
    double age_max_ms;
    bool disordered;
};

struct writer {
    pthread_t thread;
    unsigned seed;
    long committed;
};

static const char *database_url;
static long rows_wanted = 50000;
static atomic_long rows_committed;
static atomic_bool writers_pause;
static atomic_bool writers_done;
static atomic_llong last_id;

static double now_ms(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec * 1000 + (double)at.tv_nsec / 1e6;
}

static void nap(int ms)
{
    poll(NULL, 0, ms);
}

static void die(PGconn *connection, const char *what)
{
    printf("Bail out! %s: %s\n", what, PQerrorMessage(connection));
    exit(1);
}

static PGresult *run(PGconn *connection, const char *statement)
{
    PGresult *result = PQexec(connection, statement);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        die(connection, statement);
    return result;
}

static void execute(PGconn *connection, const char *statement)
{
    PQclear(run(connection, statement));
}

static long long number(PGconn *connection, const char *statement)
{
    PGresult *result = run(connection, statement);
    long long value = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return value;
}

static PGconn *connect_as(const char *role)
{
    char statement[100];
    PGconn *connection = PQconnectdb(database_url);
    if (PQstatus(connection) != CONNECTION_OK)
        die(connection, "connect");
    snprintf(statement, sizeof(statement), "set role %s", role);
    execute(connection, statement);
    return connection;
}

/* ---- writers ---- */

static long publish(PGconn *connection, int count)
{
    for (int i = 0; i < count; i++)
        execute(connection, "select bookly.publish_event('race.happened', 'race', '{\"n\": 1}')");
    return count;
}

static long ingest(PGconn *connection)
{
    execute(connection, "select count(bookly.write_log('info', 'race', null, 'line ' || i))"
                        " from generate_series(1, 50) i");
    return BATCH;
}

static long write_plain(PGconn *connection, struct writer *writer)
{
    long rows;
    execute(connection, "begin");
    rows = publish(connection, 1 + rand_r(&writer->seed) % 5);
    if (rand_r(&writer->seed) % 4 == 0)
        nap(rand_r(&writer->seed) % 20);
    rows += publish(connection, 1);
    execute(connection, "commit");
    return rows;
}

static long write_early(PGconn *connection, struct writer *writer)
{
    long rows;
    execute(connection, "begin; set constraints all immediate");
    rows = publish(connection, 1 + rand_r(&writer->seed) % 3);
    nap(rand_r(&writer->seed) % 15);
    rows += publish(connection, 1);
    execute(connection, "commit");
    return rows;
}

/* With immediate constraints the ids of what is rolled back were given already: readers meet holes.
 */
static long write_savepoint(PGconn *connection, struct writer *writer)
{
    long rows = 0;
    execute(connection, "begin");
    if (rand_r(&writer->seed) % 2)
        execute(connection, "set constraints all immediate");
    if (rand_r(&writer->seed) % 2)
        rows += publish(connection, 1);
    execute(connection, "savepoint a");
    publish(connection, 2);
    nap(rand_r(&writer->seed) % 5);
    execute(connection, "rollback to a");
    rows += publish(connection, 2);
    execute(connection, "savepoint b");
    rows += publish(connection, 1);
    execute(connection, "release b; commit");
    return rows;
}

static long write_nothing(PGconn *connection, struct writer *writer)
{
    execute(connection, "begin");
    if (rand_r(&writer->seed) % 2)
        execute(connection, "set constraints all immediate");
    publish(connection, 3);
    if (rand_r(&writer->seed) % 3 == 0)
        nap(rand_r(&writer->seed) % 10);
    execute(connection, "rollback");
    return 0;
}

static void *write_rows(void *argument)
{
    struct writer *writer = argument;
    PGconn *connection = connect_as("bookly_service");
    while (atomic_load(&rows_committed) < rows_wanted) {
        long rows = 0;
        int choice = rand_r(&writer->seed) % 20;
        while (atomic_load(&writers_pause))
            nap(1);
        if (choice < 9)
            rows = publish(connection, 1);
        else if (choice < 12)
            rows = ingest(connection);
        else if (choice < 15)
            rows = write_plain(connection, writer);
        else if (choice < 17)
            rows = write_savepoint(connection, writer);
        else if (choice < 18)
            rows = write_early(connection, writer);
        else
            rows = write_nothing(connection, writer);
        writer->committed += rows;
        atomic_fetch_add(&rows_committed, rows);
    }
    PQfinish(connection);
    return NULL;
}

static void *conduct(void *argument)
{
    (void)argument;
    while (atomic_load(&rows_committed) < rows_wanted) {
        nap(CONDUCTOR_INTERVAL_MS);
        atomic_store(&writers_pause, true);
        nap(QUIET_MS);
        atomic_store(&writers_pause, false);
    }
    return NULL;
}

/* ---- readers ---- */

static void keep(struct reader *reader, long long id)
{
    if (reader->count > 0 && reader->ids[reader->count - 1] >= id)
        reader->disordered = true;
    if (reader->count == reader->capacity) {
        reader->capacity = reader->capacity ? reader->capacity * 2 : 4096;
        reader->ids = realloc(reader->ids, reader->capacity * sizeof(*reader->ids));
        if (reader->ids == NULL)
            abort();
    }
    reader->ids[reader->count++] = id;
}

/* Reads once; returns the number of rows, moves the position. */
static int read_page(PGconn *connection, struct reader *reader, long long *position, double *age_ms)
{
    char statement[160];
    PGresult *result;
    int rows;
    snprintf(statement, sizeof(statement),
             reader->pages ? "select id, age_ms from bookly.stream_page(%lld, null, %d, %d,"
                             " '{events,logs}', '{}', '{}')"
                           : "select id, age_ms from bookly.stream_read(%lld, %d)",
             *position, PAGE, SCAN);
    result = run(connection, statement);
    rows = PQntuples(result) - 1;
    for (int i = 0; i < rows; i++)
        keep(reader, strtoll(PQgetvalue(result, i, 0), NULL, 10));
    *age_ms = rows > 0 ? strtod(PQgetvalue(result, 0, 1), NULL) : 0;
    *position = strtoll(PQgetvalue(result, rows, 0), NULL, 10);
    PQclear(result);
    return rows;
}

static bool woken(PGconn *connection)
{
    struct pollfd descriptor = {.fd = PQsocket(connection), .events = POLLIN};
    double deadline = now_ms() + FALLBACK_MS;
    for (;;) {
        PGnotify *notice;
        int left = (int)(deadline - now_ms());
        if (left <= 0 || poll(&descriptor, 1, left) == 0)
            return false;
        if (!PQconsumeInput(connection))
            die(connection, "listen");
        notice = PQnotifies(connection);
        if (notice != NULL) {
            PQfreemem(notice);
            return true;
        }
    }
}

static void drain_notices(PGconn *connection)
{
    PGnotify *notice;
    while ((notice = PQnotifies(connection)) != NULL)
        PQfreemem(notice);
}

static void sleep_until_woken(PGconn *connection, struct reader *reader, long long *position)
{
    char statement[100];
    double age_ms;
    snprintf(statement, sizeof(statement), "select bookly.stream_try_sleep(%lld)::int", *position);
    drain_notices(connection);
    if (!number(connection, statement))
        return;
    reader->sleeps++;
    if (!woken(connection)) {
        drain_notices(connection);
        /* What the fallback finds after half a second was committed without waking us. */
        if (read_page(connection, reader, position, &age_ms) > 0 && age_ms > FALLBACK_MS / 2)
            reader->late++;
    }
    execute(connection, "select bookly.stream_wake()");
}

static void *read_rows(void *argument)
{
    struct reader *reader = argument;
    PGconn *connection = connect_as("bookly_pushd");
    long long position = reader->start;
    double active_ms = now_ms();
    execute(connection, "listen bookly_stream");
    while (!atomic_load(&writers_done) || position < atomic_load(&last_id)) {
        double age_ms;
        int rows = read_page(connection, reader, &position, &age_ms);
        if (age_ms > reader->age_max_ms)
            reader->age_max_ms = age_ms;
        if (rows > 0)
            active_ms = now_ms();
        else if (now_ms() - active_ms > DROWSY_MS) {
            sleep_until_woken(connection, reader, &position);
            active_ms = now_ms();
        } else
            nap(AWAKE_INTERVAL_MS);
    }
    PQfinish(connection);
    return NULL;
}

/* ---- the run ---- */

static int tests_run;
static int tests_failed;

static void check(bool good, const char *name, int index)
{
    tests_run++;
    tests_failed += !good;
    printf("%sok %d - %s%s%.0d\n", good ? "" : "not ", tests_run, name, index ? " " : "", index);
}

static void compare(PGconn *owner, struct reader *readers, long long start)
{
    char statement[100];
    PGresult *stored;
    snprintf(statement, sizeof(statement),
             "select id from bookly_data.stream where id > %lld order by id", start);
    stored = run(owner, statement);
    check((long)PQntuples(stored) == atomic_load(&rows_committed),
          "the stream holds what the writers committed", 0);
    for (int r = 0; r < READERS; r++) {
        bool same = readers[r].count == (size_t)PQntuples(stored);
        for (size_t i = 0; same && i < readers[r].count; i++)
            same = readers[r].ids[i] == strtoll(PQgetvalue(stored, (int)i, 0), NULL, 10);
        check(same, "every committed row once, in order: reader", r + 1);
        check(!readers[r].disordered, "ids only grow: reader", r + 1);
        check(readers[r].sleeps > 0, "fell asleep at times: reader", r + 1);
        check(readers[r].late == 0, "was woken, never late: reader", r + 1);
        printf("# reader %d: %zu rows, %ld sleeps, %ld late, oldest row %.0f ms\n", r + 1,
               readers[r].count, readers[r].sleeps, readers[r].late, readers[r].age_max_ms);
        free(readers[r].ids);
    }
    PQclear(stored);
}

static double race(PGconn *owner, struct reader *readers, struct writer *writers)
{
    pthread_t conductor;
    double started = now_ms();
    double elapsed;
    for (int r = 0; r < READERS; r++)
        pthread_create(&readers[r].thread, NULL, read_rows, &readers[r]);
    for (int w = 0; w < WRITERS; w++)
        pthread_create(&writers[w].thread, NULL, write_rows, &writers[w]);
    pthread_create(&conductor, NULL, conduct, NULL);
    for (int w = 0; w < WRITERS; w++)
        pthread_join(writers[w].thread, NULL);
    elapsed = now_ms() - started;
    pthread_join(conductor, NULL);
    atomic_store(&last_id, number(owner, "select coalesce(max(id), 0) from bookly_data.stream"));
    atomic_store(&writers_done, true);
    for (int r = 0; r < READERS; r++)
        pthread_join(readers[r].thread, NULL);
    return elapsed / 1000;
}

int main(int argc, char **argv)
{
    static struct reader readers[READERS];
    static struct writer writers[WRITERS];
    PGconn *owner;
    long long start;
    double seconds;

    database_url = getenv("DATABASE_URL");
    if (argc > 1)
        rows_wanted = strtol(argv[1], NULL, 10);
    if (database_url == NULL || rows_wanted < 1) {
        fprintf(stderr, "usage: DATABASE_URL=... stream_race [ROWS]\n");
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    alarm(DEADLINE_S);
    owner = PQconnectdb(database_url);
    if (PQstatus(owner) != CONNECTION_OK)
        die(owner, "connect");
    execute(owner, "set client_min_messages = warning");
    execute(owner, "grant bookly_service, bookly_pushd to current_user");
    start = number(owner, "select low from bookly.stream_open()");
    for (int r = 0; r < READERS; r++) {
        readers[r].start = start;
        readers[r].pages = r == READERS - 1;
    }
    for (int w = 0; w < WRITERS; w++)
        writers[w].seed = (unsigned)w * 7919 + (unsigned)time(NULL);
    seconds = race(owner, readers, writers);
    printf("# %ld rows by %d writers in %.1f s: %.0f rows/s\n", atomic_load(&rows_committed),
           WRITERS, seconds, (double)atomic_load(&rows_committed) / seconds);
    compare(owner, readers, start);
    PQfinish(owner);
    printf("1..%d\n", tests_run);
    return tests_failed > 0;
}
