#include "tests/bench/load/json_find.h"

#include <stdio.h>
#include <string.h>

enum { NAME_SIZE = 64 };

struct needle needle_make(const char *text)
{
    return (struct needle){.text = text, .length = strlen(text)};
}

const char *needle_find(struct needle *needle, const char *text, size_t length)
{
    const char *at;

    if (needle->hint + needle->length <= length &&
        memcmp(text + needle->hint, needle->text, needle->length) == 0)
        return text + needle->hint;
    at = memmem(text, length, needle->text, needle->length);
    if (at)
        needle->hint = (size_t)(at - text);
    return at;
}

bool json_find_integer(struct needle *needle, const char *text, size_t length, int64_t *value)
{
    const char *at = needle_find(needle, text, length), *end = text + length, *first;
    bool negative;
    int64_t number = 0;

    if (!at)
        return false;
    at += needle->length;
    at += at < end && *at == ' ';
    negative = at < end && *at == '-';
    at += negative;
    for (first = at; at < end && *at >= '0' && *at <= '9'; at++)
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, *at - '0', &number))
            return false;
    *value = negative ? -number : number;
    return at > first;
}

/* What comes after `"name":` and a blank; NULL when it is not there. */
static const char *member(const char *text, size_t length, const char *name)
{
    char quoted[NAME_SIZE];
    int size = snprintf(quoted, sizeof quoted, "\"%s\":", name);
    const char *at;

    if (size >= NAME_SIZE || !(at = memmem(text, length, quoted, (size_t)size)))
        return NULL;
    at += size;
    return at + (at < text + length && *at == ' ');
}

static bool copy(const char *first, const char *end, char *value, size_t size)
{
    size_t length = (size_t)(end - first);

    if (length >= size)
        return false;
    memcpy(value, first, length);
    value[length] = '\0';
    return true;
}

bool json_find_text(const char *text, size_t length, const char *name, char *value, size_t size)
{
    const char *at = member(text, length, name), *end;

    *value = '\0';
    if (!at || at == text + length || *at != '"')
        return false;
    at++;
    end = memchr(at, '"', (size_t)(text + length - at));
    return end && copy(at, end, value, size);
}

bool json_last_text(const char *text, size_t length, char *value, size_t size)
{
    const char *first;

    *value = '\0';
    if (length < 4 || text[length - 1] != ']' || text[length - 2] != '"')
        return false;
    first = memrchr(text, '"', length - 2);
    return first && copy(first + 1, text + length - 2, value, size);
}

bool json_find_true(const char *text, size_t length, const char *name)
{
    const char *at = member(text, length, name);

    return at && text + length - at >= 4 && memcmp(at, "true", 4) == 0;
}
