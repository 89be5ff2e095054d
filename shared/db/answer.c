/* SQLSTATE to what clients see, in one place. */
#include <stdio.h>
#include <string.h>

#include "shared/base/log.h"
#include "shared/base/utf8.h"
#include "shared/db/connection.h"

/* A prefix of the SQLSTATE; the first row that fits counts. detail NULL: the server's own
 * message, written by our functions for clients. Every other message could show SQL or
 * another's data and is replaced. */
static const struct {
    const char *sqlstate;
    enum error_code code;
    const char *detail;
} rows[] = {
    {"22023", ERROR_INVALID_VALUE, NULL},
    {"P0002", ERROR_NOT_FOUND, NULL},
    {"BK409", ERROR_CONFLICT, NULL},
    {"BK410", ERROR_CONFLICT, NULL},
    {"BK422", ERROR_IDEMPOTENCY_MISMATCH, NULL},
    {"22P02", ERROR_INVALID_VALUE, "a value is not of the form it should have"},
    {"22P05", ERROR_INVALID_VALUE, "a text holds a character that cannot be stored"},
    {"22021", ERROR_INVALID_VALUE, "a text holds a character that cannot be stored"},
    {"22003", ERROR_INVALID_VALUE, "a number is out of range"},
    {"22007", ERROR_INVALID_VALUE, "a time is not of the form it should have"},
    {"22008", ERROR_INVALID_VALUE, "a time is out of range"},
    {"22030", ERROR_INVALID_VALUE, "an object holds a repeated name"},
    {"54", ERROR_INVALID_VALUE, "a value is too large to be stored"},
    {"08", ERROR_UNAVAILABLE, "the database is not available"},
    {"25006", ERROR_UNAVAILABLE, "the database accepts no changes now"},
    {"40", ERROR_UNAVAILABLE, "the database asks to try again"},
    {"53", ERROR_UNAVAILABLE, "the database is overloaded"},
    {"55P03", ERROR_UNAVAILABLE, "the database asks to try again"},
    {"57", ERROR_UNAVAILABLE, "the database is not available"},
};

static size_t find_row(const char *sqlstate)
{
    size_t row = 0;
    while (row < sizeof rows / sizeof rows[0] &&
           strncmp(sqlstate, rows[row].sqlstate, strlen(rows[row].sqlstate)) != 0)
        row++;
    return row;
}

static void copy_field(char *target, size_t size, const char *text)
{
    size_t length = text == NULL ? 0 : utf8_cut(text, strlen(text), size - 1);
    if (length > 0)
        memcpy(target, text, length);
    target[length] = '\0';
}

static void fill_error(struct database_answer *answer, const PGresult *result,
                       enum statement statement)
{
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (sqlstate == NULL) { /* made by libpq itself: the connection went */
        database_answer_unavailable(answer);
        return;
    }
    copy_field(answer->sqlstate, sizeof answer->sqlstate, sqlstate);
    copy_field(answer->field, sizeof answer->field,
               PQresultErrorField(result, PG_DIAG_COLUMN_NAME));
    size_t row = find_row(sqlstate);
    if (row == sizeof rows / sizeof rows[0]) {
        error_set(&answer->error, ERROR_INTERNAL, "an unexpected error of the database");
        log_write(LOG_ERROR_LEVEL, "Database", "%s failed: %s %s",
                  database_statement_name(statement), sqlstate, message == NULL ? "" : message);
        return;
    }
    const char *detail = rows[row].detail != NULL ? rows[row].detail : message;
    answer->error.code = rows[row].code;
    copy_field(answer->error.detail, sizeof answer->error.detail, detail);
    if (answer->error.code == ERROR_UNAVAILABLE)
        log_write(LOG_WARN_LEVEL, "Database", "%s failed: %s %s",
                  database_statement_name(statement), sqlstate, message == NULL ? "" : message);
}

void database_answer_fill(struct database_answer *answer, const PGresult *result,
                          enum statement statement)
{
    *answer = (struct database_answer){.result = result};
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
        answer->rows = PQntuples(result);
    else
        fill_error(answer, result, statement);
}

void database_answer_unavailable(struct database_answer *answer)
{
    *answer = (struct database_answer){0};
    error_set(&answer->error, ERROR_UNAVAILABLE, "the database is not available");
}

bool database_answer_needs_new_session(const struct database_answer *answer)
{
    return strcmp(answer->sqlstate, "26000") == 0 || strcmp(answer->sqlstate, "0A000") == 0;
}

const char *database_text(const struct database_answer *answer, int row, int column)
{
    const PGresult *result = answer->result;
    if (result == NULL || row >= answer->rows || column >= PQnfields(result) ||
        PQgetisnull(result, row, column))
        return NULL;
    return PQgetvalue(result, row, column);
}

size_t database_length(const struct database_answer *answer, int row, int column)
{
    return database_text(answer, row, column) == NULL
               ? 0
               : (size_t)PQgetlength(answer->result, row, column);
}

void database_first_line(const char *message, char *line, size_t size)
{
    size_t length = strcspn(message, "\n");
    snprintf(line, size, "%.*s", (int)utf8_cut(message, length, size - 1), message);
}
