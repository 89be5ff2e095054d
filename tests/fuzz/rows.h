/* Answers of the database out of text: a row a line, columns apart by tabs, `\N` for null; a text
 * that begins with `!` is a refusal, `!BK404 field: why`. The door to libpq's results. */
#pragma once
#include <stddef.h>

struct database_answer;
struct rows;

enum { ROWS_COLUMNS = 12, ROWS_MAX = 32 };

/* text need not end in a NUL. Every row has ROWS_COLUMNS columns, those that are not there null.
 * What the database never sends (a NUL, no UTF-8) is left out. */
struct rows *rows_create(const char *text, size_t length);
const struct database_answer *rows_answer(const struct rows *rows);
void rows_free(struct rows **rows); /* and what the answer points to */
