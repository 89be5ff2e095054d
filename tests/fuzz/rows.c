#include "tests/fuzz/rows.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/memory.h"
#include "shared/base/utf8.h"
#include "shared/db/database.h"
#include "shared/db/sqlstate.h"

enum { SQLSTATE_LENGTH = 5 };

struct rows {
    PGresult *result;
    struct database_answer answer;
};

static void add_columns(PGresult *result)
{
    PGresAttDesc columns[ROWS_COLUMNS] = {0};
    char name[] = "column";

    for (int i = 0; i < ROWS_COLUMNS; i++)
        columns[i].name = name;
    PQsetResultAttrs(result, ROWS_COLUMNS, columns);
}

static void set_field(PGresult *result, int row, int column, char *text, size_t length)
{
    size_t characters;
    bool null = !text || (length == 2 && memcmp(text, "\\N", 2) == 0) ||
                memchr(text, '\0', length) || !utf8_count(text, length, &characters);

    PQsetvalue(result, row, column, null ? NULL : text, null ? -1 : (int)length);
}

static void add_row(PGresult *result, int row, char *line, size_t length)
{
    char *end = line + length;

    for (int column = 0; column < ROWS_COLUMNS; column++) {
        char *tab = line ? memchr(line, '\t', (size_t)(end - line)) : NULL;
        char *stop = tab ? tab : end;

        set_field(result, row, column, line, line ? (size_t)(stop - line) : 0);
        line = tab ? tab + 1 : NULL;
    }
}

static void fill_rows(struct rows *rows, char *text, size_t length)
{
    char *end = text + length;

    for (int row = 0; row < ROWS_MAX && text < end; row++) {
        char *stop = memchr(text, '\n', (size_t)(end - text));

        stop = stop ? stop : end;
        add_row(rows->result, row, text, (size_t)(stop - text));
        text = stop + 1;
        rows->answer.rows = row + 1;
    }
}

/* As database_answer_fill does it with what the server says. */
static void fill_refusal(struct database_answer *answer, const char *text)
{
    size_t length = strnlen(text, SQLSTATE_LENGTH);
    size_t characters;

    if (!utf8_count(text, strlen(text), &characters))
        text = "";
    snprintf(answer->sqlstate, sizeof answer->sqlstate, "%.*s", (int)length, text);
    text += strnlen(text, SQLSTATE_LENGTH);
    text += strspn(text, " ");
    length = utf8_cut(text, strcspn(text, ":"), sizeof answer->field - 1);
    if (strchr(text, ':'))
        snprintf(answer->field, sizeof answer->field, "%.*s", (int)length, text);
    sqlstate_explain(answer->sqlstate, text, &answer->error);
}

struct rows *rows_create(const char *text, size_t length)
{
    struct rows *rows = memory_allocate(sizeof *rows);
    char *copy = memory_copy(text, length);

    rows->result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    rows->answer.result = rows->result;
    add_columns(rows->result);
    if (*copy == '!')
        fill_refusal(&rows->answer, copy + 1);
    else
        fill_rows(rows, copy, length);
    free(copy);
    return rows;
}

const struct database_answer *rows_answer(const struct rows *rows)
{
    return &rows->answer;
}

void rows_free(struct rows **rows)
{
    if (!*rows)
        return;
    PQclear((*rows)->result);
    free(*rows);
    *rows = NULL;
}
