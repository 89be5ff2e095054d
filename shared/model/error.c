#include "shared/model/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *code;
    int status;
    const char *title;
} rows[ERROR_COUNT] = {
    [ERROR_NONE] = {"none", 200, "OK"},
#define ERROR(id, code, status, title) [ERROR_##id] = {code, status, title},
#include "shared/catalogue/errors.def"
};

const char *error_code_text(enum error_code code)
{
    return rows[code].code;
}

bool error_code_parse(const char *text, enum error_code *code)
{
    for (int i = ERROR_NONE + 1; text && i < ERROR_COUNT; i++) {
        if (strcmp(rows[i].code, text) == 0) {
            *code = (enum error_code)i;
            return true;
        }
    }
    return false;
}

const char *error_title(enum error_code code)
{
    return rows[code].title;
}

int error_http_status(enum error_code code)
{
    return rows[code].status;
}

void error_set(struct error *error, enum error_code code, const char *format, ...)
{
    error->code = code;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->detail, sizeof error->detail, format, arguments);
    va_end(arguments);
}
