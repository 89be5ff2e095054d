/* What is answered when a request is refused: RFC 9457 `application/problem+json`, with the members
 * {type, title, status, detail, code, message} and, when one field is to blame, `field`.
 * `message` repeats `detail` for clients that look there. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "shared/model/error.h"

struct buffer;
struct database_answer;

enum { PROBLEM_FIELD_SIZE = 128 };

struct problem {
    struct error error;
    char field[PROBLEM_FIELD_SIZE]; /* as the caller spells it ("data.title", "[3].level"), or "" */
};

/* Always false, so that a refusal is one line: `return problem_set(…)`. field may be NULL. */
bool problem_set(struct problem *problem, enum error_code code, const char *field,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));

/* From what the database said; argument names of functions become the names REST uses. */
bool problem_from_answer(struct problem *problem, const struct database_answer *answer);

void problem_append_json(struct buffer *buffer, const struct problem *problem);
