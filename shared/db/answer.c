#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/clock.h"
#include "shared/base/log.h"
#include "shared/base/utf8.h"
#include "shared/db/connection.h"
#include "shared/db/sqlstate.h"
#include "shared/metrics.h"

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
    bool expected = sqlstate_explain(sqlstate, message, &answer->error);
    if (!expected || answer->error.code == ERROR_UNAVAILABLE)
        log_write(expected ? LOG_WARN_LEVEL : LOG_ERROR_LEVEL, "Database", "%s failed: %s %s",
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

void database_answer_count(const struct database_answer *answer, enum statement statement,
                           int64_t since_us)
{
    enum metric_result result = METRIC_REFUSED;
    if (answer->error.code == ERROR_NONE)
        result = METRIC_OK;
    else if (answer->error.code == ERROR_UNAVAILABLE)
        result = METRIC_UNAVAILABLE;
    else if (answer->error.code == ERROR_INTERNAL)
        result = METRIC_FAILED;
    metrics_count(METRIC_STATEMENTS + (size_t)statement * LABELS_RESULT + (size_t)result);
    metrics_add(METRIC_STATEMENT_SECONDS + (size_t)statement,
                (uint64_t)(clock_monotonic_us() - since_us));
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

int64_t database_number(const struct database_answer *answer, int row, int column)
{
    const char *text = database_text(answer, row, column);
    return text == NULL ? 0 : strtoll(text, NULL, 10);
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
