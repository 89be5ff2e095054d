#include "shared/db/sqlstate.h"

#include <string.h>

#include "shared/base/utf8.h"

/* A prefix of the SQLSTATE; the first row that fits counts. detail NULL: the server's message. */
static const struct {
    const char *sqlstate;
    enum error_code code;
    const char *detail;
} rows[] = {
    {"22023", ERROR_INVALID_VALUE, NULL},
    {"P0002", ERROR_NOT_FOUND, NULL},
    {"BK400", ERROR_UNKNOWN_FIELD, NULL},
    {"BK401", ERROR_TOKEN_REVOKED, NULL},
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

bool sqlstate_explain(const char *sqlstate, const char *message, struct error *error)
{
    size_t row = find_row(sqlstate);
    if (row == sizeof rows / sizeof rows[0]) {
        error_set(error, ERROR_INTERNAL, "an unexpected error of the database");
        return false;
    }
    const char *detail = rows[row].detail != NULL ? rows[row].detail : message;
    if (detail == NULL)
        detail = "";
    size_t length = utf8_cut(detail, strlen(detail), sizeof error->detail - 1);
    error_set(error, rows[row].code, "%.*s", (int)length, detail);
    return true;
}
