/* What the files of the door share. Private to shared/db: nothing else may include libpq. */
#pragma once
#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "shared/db/database.h"

struct pending {
    database_callback *callback; /* NULL: the session's own set-up */
    void *context;
    enum statement statement;
    bool preparing;   /* the answer to the preparation comes first */
    PGresult *result; /* kept until the sync: only then is the transaction committed */
    int64_t since_us;
};

enum database_state { DATABASE_CLOSED, DATABASE_CONNECTING, DATABASE_PREPARING, DATABASE_UP };

struct database {
    char *url;
    char *user;          /* "": the url's */
    char *password_file; /* "": the url's */
    char *application_name;
    bool url_is_good;
    PGconn *connection; /* NULL: none */
    enum preparation {
        PREPARATION_NONE,
        PREPARATION_ASKED,
        PREPARATION_GOOD
    } preparation[STATEMENT_COUNT];
    PGresult *result;   /* blocking: of the last answer */
    bool outage_logged; /* blocking */

    /* non-blocking */
    enum database_state state;
    bool is_broken; /* sending failed; the next call from the loop ends the connection */
    /* Another number after each open and close: a callback may have done either. */
    unsigned generation;
    int64_t since_us; /* when the state began */
    struct database_events events;
    char *listen_channel;    /* or NULL */
    struct pending *pending; /* a ring */
    size_t pending_first;
    size_t pending_count;
};

enum {
    DATABASE_CONNECT_TIMEOUT_S = 3,
    DATABASE_ANSWER_TIMEOUT_S = 8 /* the server is silent longer than its own limit: gone */
};

/* Null-terminated keyword and value lists for libpq; valid until parameters_deinit. */
struct database_parameters {
    const char *keywords[16];
    const char *values[16];
    char *password;
};

/* False: the password's file cannot be read; why says so. */
bool database_parameters_init(struct database_parameters *parameters,
                              const struct database *database, const char **why);
void database_parameters_deinit(struct database_parameters *parameters);

int database_parameter_count(enum statement statement);
const char *database_statement_name(enum statement statement);
const char *database_statement_text(enum statement statement);
/* What both ways set on a connection once it stands. */
bool database_session_begin(PGconn *connection);
/* The `set`s of a new session, one statement. */
const char *database_session_text(bool listens);

/* Fills answer from a result; the result stays the caller's. */
void database_answer_fill(struct database_answer *answer, const PGresult *result,
                          enum statement statement);
void database_answer_unavailable(struct database_answer *answer);
/* Counts one that was sent at since_us, for the metrics. */
void database_answer_count(const struct database_answer *answer, enum statement statement,
                           int64_t since_us);
/* A prepared statement that the server no longer knows, or whose result changed: only a new
 * session helps. */
bool database_answer_needs_new_session(const struct database_answer *answer);
/* The first line of libpq's message, without the line end. */
void database_first_line(const char *message, char *line, size_t size);
