#include "fcgi/word.h"

#include <stdlib.h>
#include <string.h>

#include "fcgi/value.h"
#include "shared/base/utf8.h"
#include "shared/model/uuid.h"

enum { MAX_TEXT = 200, MAX_LIMIT = 500 };

static bool is_text(const char *value)
{
    size_t characters;
    return utf8_count(value, strlen(value), &characters) && characters >= 1 &&
           characters <= MAX_TEXT;
}

static bool is_boolean(const char *value)
{
    return strcmp(value, "true") == 0 || strcmp(value, "false") == 0;
}

static bool is_limit(const char *value)
{
    size_t digits = strspn(value, "0123456789");
    if (digits < 1 || digits > 3 || value[digits])
        return false;
    long limit = strtol(value, NULL, 10);
    return limit >= 1 && limit <= MAX_LIMIT;
}

static const struct {
    const char *name;
    const char *fallback;
    bool (*check)(const char *value);
    const char *summary;
} types[TYPE_COUNT] = {
#define TYPE(id, type_name, value, function, text)                                                 \
    [TYPE_##id] = {.name = type_name, .fallback = value, .check = function, .summary = text},
#include "fcgi/types.def"
};

static const struct {
    const char *name;
    enum word_kind kind;
} plain[] = {
    {"user", WORD_USER},
    {"roles", WORD_ROLES},
    {"tokenId", WORD_TOKEN_ID},
    {"issuedAt", WORD_ISSUED_AT},
    {"expiresAt", WORD_EXPIRES_AT},
    {"maxTokenTtl", WORD_MAX_TOKEN_TTL},
    {"key", WORD_KEY},
    {"correlation", WORD_CORRELATION},
    {"body", WORD_BODY},
};

static bool equals(const char *text, size_t length, const char *name)
{
    return strlen(name) == length && strncmp(text, name, length) == 0;
}

static bool parse_kind(const char *text, size_t length, struct word *word)
{
    static const char sigils[] = ":?.";
    static const enum word_kind kinds[] = {WORD_SEGMENT, WORD_QUERY, WORD_MEMBER};
    const char *sigil = strchr(sigils, *text);
    if (sigil) {
        word->kind = kinds[sigil - sigils];
        length--;
        if (length == 0 || length >= WORD_NAME_SIZE)
            return false;
        memcpy(word->name, text + 1, length);
        return true;
    }
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        word->kind = plain[i].kind;
        if (equals(text, length, plain[i].name))
            return true;
    }
    return false;
}

static bool parse_type(const char *text, size_t length, struct word *word)
{
    for (word->type = 0; word->type < TYPE_COUNT; word->type++)
        if (equals(text, length, types[word->type].name))
            return true;
    return false;
}

bool word_next(const char **words, struct word *word)
{
    const char *text = *words + strspn(*words, " ");
    size_t length = strcspn(text, " "), kind_length = strcspn(text, "= ");
    *word = (struct word){.type = TYPE_TEXT};
    *words = text;
    if (length == 0 || !parse_kind(text, kind_length, word) ||
        (kind_length < length &&
         !parse_type(text + kind_length + 1, length - kind_length - 1, word)))
        return false;
    *words = text + length;
    return true;
}

bool word_check_all(const char *words, size_t *count)
{
    struct word word;
    for (*count = 0; word_next(&words, &word);)
        ++*count;
    return *words == '\0';
}

const char *type_fallback(enum word_type type)
{
    return types[type].fallback;
}

const char *type_summary(enum word_type type)
{
    return types[type].summary;
}

bool type_accepts(enum word_type type, const char *value)
{
    return !types[type].check || types[type].check(value);
}
