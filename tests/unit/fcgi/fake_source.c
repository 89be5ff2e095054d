#include "tests/unit/fcgi/fake_source.h"

#include <string.h>

enum { MAX_VARIABLES = 24 };

static struct {
    const char *name, *value;
} variables[MAX_VARIABLES];
static size_t variable_count;
static const char *body_bytes;
static size_t body_length;

void fake_source_reset(void)
{
    variable_count = 0;
    body_length = 0;
}

void fake_source_set(const char *name, const char *value)
{
    variables[variable_count].name = name;
    variables[variable_count++].value = value;
}

void fake_source_body(const char *bytes, size_t length)
{
    body_bytes = bytes;
    body_length = length;
}

static const char *find_parameter(const char *name)
{
    for (size_t i = variable_count; i-- > 0;)
        if (strcmp(variables[i].name, name) == 0)
            return variables[i].value;
    return NULL;
}

static size_t read_bytes(char *bytes, size_t size)
{
    size_t length = size < body_length ? size : body_length;
    if (length == 0)
        return 0;
    memcpy(bytes, body_bytes, length);
    body_bytes += length;
    body_length -= length;
    return length;
}

const struct request_source fake_source = {.parameter = find_parameter, .read = read_bytes};
