/* What went wrong, as clients see it: rows of catalogue/errors.def. */
#pragma once
#include <stdbool.h>

enum error_code {
    ERROR_NONE,
#define ERROR(id, code, status, title) ERROR_##id,
#include "shared/catalogue/errors.def"
    ERROR_COUNT
};

enum { ERROR_DETAIL_SIZE = 320 };

struct error {
    enum error_code code;
    char detail[ERROR_DETAIL_SIZE]; /* a sentence that names the field; never a secret */
};

const char *error_code_text(enum error_code code); /* "not_found" */
/* False for what is no code, NULL included; *code is left alone then. */
bool error_code_parse(const char *text, enum error_code *code);
const char *error_title(enum error_code code);
int error_http_status(enum error_code code);
void error_set(struct error *error, enum error_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
