#include "pushd/protocol/json_text.h"

#include <stdint.h>
#include <string.h>

struct reader {
    const char *text;
    size_t length, at;
    size_t depth;
    uint8_t objects[JSON_TEXT_MAX_DEPTH / 8]; /* one bit a level: an object, not an array */
};

static bool is_space(char character)
{
    return character == ' ' || character == '\t' || character == '\n' || character == '\r';
}

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

static bool is_hexadecimal(char character)
{
    return is_digit(character) || (character >= 'a' && character <= 'f') ||
           (character >= 'A' && character <= 'F');
}

static char peek(const struct reader *reader)
{
    return reader->at < reader->length ? reader->text[reader->at] : '\0';
}

static bool take(struct reader *reader, char character)
{
    if (reader->at >= reader->length || reader->text[reader->at] != character)
        return false;
    reader->at++;
    return true;
}

static void skip_space(struct reader *reader)
{
    while (reader->at < reader->length && is_space(reader->text[reader->at]))
        reader->at++;
}

static bool take_escape(struct reader *reader)
{
    char kind = peek(reader);

    reader->at++;
    if (kind != 'u')
        return kind != '\0' && strchr("\"\\/bfnrt", kind) != NULL;
    for (int i = 0; i < 4; i++, reader->at++)
        if (!is_hexadecimal(peek(reader)))
            return false;
    return true;
}

static bool take_string(struct reader *reader)
{
    if (!take(reader, '"'))
        return false;
    while (reader->at < reader->length) {
        char character = reader->text[reader->at++];

        if (character == '"')
            return true;
        if ((unsigned char)character < 0x20)
            return false;
        if (character == '\\' && !take_escape(reader))
            return false;
    }
    return false;
}

static bool take_digits(struct reader *reader)
{
    size_t from = reader->at;

    while (is_digit(peek(reader)))
        reader->at++;
    return reader->at > from;
}

static bool take_number(struct reader *reader)
{
    take(reader, '-');
    if (!take(reader, '0') && !take_digits(reader))
        return false;
    if (take(reader, '.') && !take_digits(reader))
        return false;
    if (take(reader, 'e') || take(reader, 'E')) {
        if (!take(reader, '+'))
            take(reader, '-');
        return take_digits(reader);
    }
    return true;
}

static bool take_word(struct reader *reader, const char *word)
{
    size_t length = strlen(word);

    if (reader->length - reader->at < length ||
        memcmp(reader->text + reader->at, word, length) != 0)
        return false;
    reader->at += length;
    return true;
}

static bool take_scalar(struct reader *reader)
{
    switch (peek(reader)) {
    case '"':
        return take_string(reader);
    case 't':
        return take_word(reader, "true");
    case 'f':
        return take_word(reader, "false");
    case 'n':
        return take_word(reader, "null");
    default:
        return take_number(reader);
    }
}

static bool in_object(const struct reader *reader)
{
    size_t level = reader->depth - 1;

    return reader->depth > 0 && (reader->objects[level / 8] >> (level % 8) & 1) != 0;
}

static bool enter(struct reader *reader, bool object)
{
    size_t level = reader->depth++;
    uint8_t bit = (uint8_t)(1U << (level % 8));

    if (reader->depth > JSON_TEXT_MAX_DEPTH)
        return false;
    reader->objects[level / 8] =
        (uint8_t)(object ? reader->objects[level / 8] | bit : reader->objects[level / 8] & ~bit);
    return true;
}

static bool take_name(struct reader *reader)
{
    skip_space(reader);
    if (!take_string(reader))
        return false;
    skip_space(reader);
    return take(reader, ':');
}

/* Opens containers until a scalar or an empty container was read. */
static bool take_to_leaf(struct reader *reader)
{
    for (;;) {
        bool object;

        skip_space(reader);
        object = peek(reader) == '{';
        if (!object && peek(reader) != '[')
            return take_scalar(reader);
        reader->at++;
        if (!enter(reader, object))
            return false;
        skip_space(reader);
        if (take(reader, object ? '}' : ']')) {
            reader->depth--;
            return true;
        }
        if (object && !take_name(reader))
            return false;
    }
}

size_t json_text_skip(const char *text, size_t length, size_t from)
{
    struct reader reader = {.text = text, .length = length, .at = from};

    for (;;) {
        if (!take_to_leaf(&reader))
            return 0;
        for (;;) {
            if (reader.depth == 0)
                return reader.at;
            skip_space(&reader);
            if (take(&reader, ','))
                break;
            if (!take(&reader, in_object(&reader) ? '}' : ']'))
                return 0;
            reader.depth--;
        }
        if (in_object(&reader) && !take_name(&reader))
            return 0;
    }
}

size_t json_text_space(const char *text, size_t length, size_t from)
{
    while (from < length && is_space(text[from]))
        from++;
    return from;
}

bool json_text_valid(const char *text, size_t length)
{
    size_t end = json_text_skip(text, length, 0);

    return end > 0 && json_text_space(text, length, end) == length;
}
