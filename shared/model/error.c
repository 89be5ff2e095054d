#include "shared/model/error.h"

#include <stdarg.h>
#include <stdio.h>

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
