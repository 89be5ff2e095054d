/* The words of the argument column of fcgi/routes.def, read one by one, and the types in
 * fcgi/types.def that they may name. Pure. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

enum word_kind {
    WORD_USER,
    WORD_ROLES,
    WORD_TOKEN_ID,
    WORD_ISSUED_AT,
    WORD_EXPIRES_AT,
    WORD_MAX_TOKEN_TTL,
    WORD_KEY,
    WORD_CORRELATION,
    WORD_BODY,
    WORD_SEGMENT, /* :name */
    WORD_QUERY,   /* ?name */
    WORD_MEMBER   /* .name */
};

enum word_type {
#define TYPE(id, name, fallback, check, summary) TYPE_##id,
#include "fcgi/types.def"
    TYPE_COUNT
};

enum { WORD_NAME_SIZE = 32 };

struct word {
    enum word_kind kind;
    enum word_type type; /* TYPE_TEXT when none is given */
    char name[WORD_NAME_SIZE];
};

/* The next word, and *words behind it; false at the end, and at what is no word. */
bool word_next(const char **words, struct word *word);
/* Whether all of the text is words, and how many. */
bool word_check_all(const char *words, size_t *count);

const char *type_fallback(enum word_type type); /* NULL: no value */
const char *type_summary(enum word_type type);  /* "must be …" */
bool type_accepts(enum word_type type, const char *value);
