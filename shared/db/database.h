/* One connection to PostgreSQL: the door to libpq. Two ways to use it, never both on one
 * connection:
 * - database_query: blocking, for a FastCGI process; connects lazily, reconnects on the next call
 *   after a loss.
 * - database_submit: pipelined and non-blocking, for a daemon's loop; answers come by callback,
 *   in order.
 * Statements are rows of statements.def, prepared at their first use on a connection. Values
 * are text; NULL is SQL null. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/model/error.h"

struct buffer;
struct database;
struct settings;

enum statement {
#define STATEMENT(id, parameters, text) STATEMENT_##id,
#include "shared/db/statements.def"
    STATEMENT_COUNT
};

/* An answer; valid until the next query, or until the callback returns. error.code is ERROR_NONE
 * when rows came; what the database refused is told as the rows of sqlstate.c say. */
struct database_answer {
    struct error error;
    char sqlstate[6];
    char field[64]; /* the column the database named, or "" */
    int rows;
    const void *result; /* private */
};

/* NULL when SQL null, or beyond the answer. */
const char *database_text(const struct database_answer *answer, int row, int column);
int64_t database_number(const struct database_answer *answer, int row, int column); /* 0 for null */
size_t database_length(const struct database_answer *answer, int row, int column);

struct database *database_create(const struct settings *settings, const char *application_name);
void database_free(struct database **database);

/* True: rows came. Takes 8 s at most (the server itself gives up after 5 s), connecting 3 s. A
 * statement that was sent and lost is never repeated: it may have been committed. */
bool database_query(struct database *database, enum statement statement, const char *const values[],
                    struct database_answer *answer);

struct database_question {
    enum statement statement;
    const char *const *values;
};
/* The same behind another statement, in one round trip and one transaction: what the first refuses
 * is the answer, and the second is not done. Rows of the first are dropped. */
bool database_query_behind(struct database *database, const struct database_question *first,
                           enum statement statement, const char *const values[],
                           struct database_answer *answer);

/* A PostgreSQL array literal, one element at a time: begin "{", then database_array_append…,
 * then "}". */
void database_array_append(struct buffer *array, const char *value);
/* The whole literal. */
void database_array(struct buffer *array, const char *const values[], size_t count);

/* --- non-blocking --- */
typedef void database_callback(void *context, const struct database_answer *answer);

struct database_events {
    /* Watch fd for these from now on; fd -1: nothing to watch, said while the old fd is still
     * open.
     * While connecting fd may change; stop and start the watcher at every call. */
    void (*wants)(void *context, int fd, bool read, bool write);
    /* Connected, session set, listening. */
    void (*up)(void *context);
    /* After every pending callback was answered UNAVAILABLE. */
    void (*down)(void *context, const char *why);
    /* NOTIFYs on the listened channel; once for many. */
    void (*notified)(void *context);
    void *context;
};

/* Begins; up or down tells the outcome (down perhaps before it returns). The owner retries with
 * back-off after down; database_open may be called from within down. Host names in DATABASE_URL
 * are resolved blocking: use sockets or addresses. A listening session is ended by the server
 * after 10 s without a statement. */
void database_open(struct database *database, const struct database_events *events,
                   const char *listen_channel /* or NULL */);
/* Pending callbacks are answered UNAVAILABLE; down is not called. Allowed inside a callback;
 * database_free is not. */
void database_close(struct database *database);
void database_ready(struct database *database, bool readable, bool writable); /* the loop says so */
/* The owner calls it about once a second: goes down when a connection attempt takes over 3 s,
 * or when a statement was not answered for 8 s (the server itself gives up after 5 s). */
void database_expire(struct database *database, int64_t monotonic_us);
/* Queues one statement; the values are copied. False when not up or when DATABASE_MAX_PENDING
 * statements wait:
 * nothing is called back. Each statement is its own transaction, answered after its commit. */
bool database_submit(struct database *database, enum statement statement,
                     const char *const values[], database_callback *callback, void *context);
size_t database_pending(const struct database *database);
/* The server process as the connection was told it; 0 when not connected. */
int database_backend(const struct database *database);

enum { DATABASE_MAX_PENDING = 4096 };
