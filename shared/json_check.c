/* RFC 8259, read by recursive descent that is JSON_MAX_DEPTH deep at most.
 * The decoded names of the objects that are open lie one after the other in `names`; when an
 * object ends, its own are sorted and neighbours compared, so that a thousand names cost no
 * million comparisons. */
#include "shared/json_check.h"

#include <stdlib.h>
#include <string.h>

#include "shared/base/buffer.h"
#include "shared/base/memory.h"
#include "shared/base/utf8.h"
#include "shared/json.h"
#include "shared/json_number.h"

struct name {
    size_t start; /* in names */
    size_t length;
    size_t offset;    /* in text */
    const char *text; /* set when sorting */
};

/* Where the reader is: an element (index) or a member (its name). */
struct place {
    bool is_member;
    size_t index;
    size_t start;
    size_t length;
};

struct checker {
    const char *text;
    size_t length;
    size_t at;
    size_t depth, values_left;
    struct place path[JSON_MAX_DEPTH];
    struct buffer names;
    struct name *entries;
    size_t entry_count;
    size_t entry_capacity;
    struct json_error *error;
};

static bool check_value(struct checker *checker);

static void describe_path(const struct checker *checker, char field[JSON_FIELD_SIZE])
{
    struct buffer path;
    buffer_init(&path);
    for (size_t level = 0; level < checker->depth; level++) {
        const struct place *place = &checker->path[level];
        if (!place->is_member) {
            buffer_append_format(&path, "[%zu]", place->index);
        } else if (place->length > 0) {
            if (path.length > 0)
                buffer_append_character(&path, '.');
            buffer_append(&path, checker->names.data + place->start, place->length);
        }
        if (path.length >= JSON_FIELD_SIZE)
            break;
    }
    size_t kept = utf8_cut(path.data, path.length, JSON_FIELD_SIZE - 1);
    if (kept > 0)
        memcpy(field, path.data, kept);
    field[kept] = '\0';
    buffer_deinit(&path);
}

static bool refuse(struct checker *checker, size_t offset, const char *message)
{
    if (checker->error != NULL) {
        checker->error->offset = offset;
        describe_path(checker, checker->error->field);
        size_t length = strlen(message);
        memcpy(checker->error->message, message, length + 1);
    }
    return false;
}

static bool is_at(const struct checker *checker, char wanted)
{
    return checker->at < checker->length && checker->text[checker->at] == wanted;
}

static bool take(struct checker *checker, char wanted)
{
    if (!is_at(checker, wanted))
        return false;
    checker->at++;
    return true;
}

static void skip_space(struct checker *checker)
{
    while (is_at(checker, ' ') || is_at(checker, '\n') || is_at(checker, '\t') ||
           is_at(checker, '\r'))
        checker->at++;
}

static bool is_digit_at(const struct checker *checker)
{
    return checker->at < checker->length && checker->text[checker->at] >= '0' &&
           checker->text[checker->at] <= '9';
}

static bool take_digits(struct checker *checker)
{
    size_t start = checker->at;
    while (is_digit_at(checker))
        checker->at++;
    return checker->at > start;
}

static bool check_number(struct checker *checker)
{
    size_t start = checker->at;
    take(checker, '-');
    if (is_at(checker, '0'))
        checker->at++;
    else if (!take_digits(checker))
        return refuse(checker, checker->at, "not a JSON value");
    if (is_digit_at(checker))
        return refuse(checker, start, "a number has a leading zero");
    if (take(checker, '.') && !take_digits(checker))
        return refuse(checker, checker->at, "a number ends after its point");
    if (take(checker, 'e') || take(checker, 'E')) {
        if (!take(checker, '+'))
            take(checker, '-');
        if (!take_digits(checker))
            return refuse(checker, checker->at, "a number has an empty exponent");
    }
    if (checker->at - start > JSON_NUMBER_MAX_LENGTH)
        return refuse(checker, start, "a number is too long");
    if (!json_number_in_range(checker->text + start, checker->at - start))
        return refuse(checker, start, "a number is out of range");
    return true;
}

static int hexadecimal(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

/* The four digits at `at`; -1 when they are none. */
static int code_unit(const char *text, size_t length, size_t at)
{
    if (length < 4 || at > length - 4)
        return -1;
    int value = 0;
    for (size_t digit = 0; digit < 4; digit++) {
        int part = hexadecimal(text[at + digit]);
        if (part < 0)
            return -1;
        value = value * 16 + part;
    }
    return value;
}

static bool check_unicode_escape(struct checker *checker)
{
    size_t start = checker->at - 2;
    int unit = code_unit(checker->text, checker->length, checker->at);
    if (unit < 0)
        return refuse(checker, start, "\\u needs four hexadecimal digits");
    if (unit == 0)
        return refuse(checker, start, "the character U+0000 is not accepted");
    checker->at += 4;
    if (unit >= 0xDC00 && unit <= 0xDFFF)
        return refuse(checker, start, "a lone surrogate");
    if (unit < 0xD800 || unit > 0xDBFF)
        return true;
    if (!take(checker, '\\') || !take(checker, 'u'))
        return refuse(checker, start, "a lone surrogate");
    int low = code_unit(checker->text, checker->length, checker->at);
    if (low < 0xDC00 || low > 0xDFFF)
        return refuse(checker, start, "a lone surrogate");
    checker->at += 4;
    return true;
}

static bool check_escape(struct checker *checker)
{
    if (checker->at == checker->length)
        return refuse(checker, checker->at, "a string has no end");
    char letter = checker->text[checker->at++];
    if (letter == 'u')
        return check_unicode_escape(checker);
    if (letter == '\0' || strchr("\"\\/bfnrt", letter) == NULL)
        return refuse(checker, checker->at - 2, "an unknown escape");
    return true;
}

/* at: behind the opening quote; afterwards behind the closing one. */
static bool check_string(struct checker *checker)
{
    while (checker->at < checker->length) {
        unsigned char byte = (unsigned char)checker->text[checker->at];
        if (byte == '"') {
            checker->at++;
            return true;
        }
        if (byte < 0x20)
            return refuse(checker, checker->at, "a control character must be escaped");
        if (byte == '\\') {
            checker->at++;
            if (!check_escape(checker))
                return false;
            continue;
        }
        size_t size = utf8_character(checker->text + checker->at, checker->length - checker->at);
        if (size == 0)
            return refuse(checker, checker->at, "invalid UTF-8");
        checker->at += size;
    }
    return refuse(checker, checker->at, "a string has no end");
}

static bool check_word(struct checker *checker, const char *word)
{
    size_t length = strlen(word);
    if (checker->length - checker->at < length ||
        memcmp(checker->text + checker->at, word, length) != 0)
        return refuse(checker, checker->at, "not a JSON value");
    checker->at += length;
    return true;
}

static int compare_names(const void *one, const void *other)
{
    const struct name *left = one, *right = other;
    size_t shorter = left->length < right->length ? left->length : right->length;
    int order = memcmp(left->text, right->text, shorter);
    if (order != 0)
        return order;
    if (left->length != right->length)
        return left->length < right->length ? -1 : 1;
    return left->offset < right->offset ? -1 : 1;
}

static bool check_repeated(struct checker *checker, size_t first)
{
    size_t count = checker->entry_count - first;
    if (count < 2)
        return true;
    struct name *names = checker->entries + first;
    for (size_t index = 0; index < count; index++)
        names[index].text = checker->names.data + names[index].start;
    qsort(names, count, sizeof *names, compare_names);
    for (size_t index = 1; index < count; index++) {
        const struct name *name = &names[index], *before = &names[index - 1];
        if (name->length != before->length || memcmp(name->text, before->text, name->length) != 0)
            continue;
        struct place *place = &checker->path[checker->depth - 1];
        place->start = name->start;
        place->length = name->length;
        return refuse(checker, name->offset, "repeated name");
    }
    return true;
}

static bool check_name(struct checker *checker, struct place *place)
{
    size_t offset = checker->at;
    place->length = 0;
    if (!take(checker, '"'))
        return refuse(checker, offset, "a name in double quotes is expected");
    if (!check_string(checker))
        return false;
    if (checker->entry_count == checker->entry_capacity) {
        checker->entry_capacity = checker->entry_capacity == 0 ? 16 : checker->entry_capacity * 2;
        checker->entries =
            memory_resize(checker->entries, checker->entry_capacity * sizeof *checker->entries);
    }
    struct name *name = &checker->entries[checker->entry_count++];
    buffer_reserve(&checker->names, 0);
    *name = (struct name){.start = checker->names.length, .offset = offset};
    json_decode_string(checker->text, offset + 1, &checker->names);
    name->length = checker->names.length - name->start;
    place->start = name->start;
    place->length = name->length;
    return true;
}

static bool check_member(struct checker *checker, struct place *place)
{
    skip_space(checker);
    if (!check_name(checker, place))
        return false;
    skip_space(checker);
    if (!take(checker, ':'))
        return refuse(checker, checker->at, "a colon is expected");
    return check_value(checker);
}

static bool check_object(struct checker *checker, struct place *place)
{
    size_t first = checker->entry_count, names_start = checker->names.length;
    place->is_member = true;
    skip_space(checker);
    if (take(checker, '}'))
        return true;
    for (;;) {
        if (!check_member(checker, place))
            return false;
        skip_space(checker);
        if (take(checker, '}'))
            break;
        if (!take(checker, ','))
            return refuse(checker, checker->at, "a comma or } is expected");
    }
    if (!check_repeated(checker, first))
        return false;
    checker->entry_count = first;
    checker->names.length = names_start;
    return true;
}

static bool check_array(struct checker *checker, struct place *place)
{
    skip_space(checker);
    if (take(checker, ']'))
        return true;
    for (;; place->index++) {
        if (!check_value(checker))
            return false;
        skip_space(checker);
        if (take(checker, ']'))
            return true;
        if (!take(checker, ','))
            return refuse(checker, checker->at, "a comma or ] is expected");
    }
}

static bool check_container(struct checker *checker, char opening)
{
    if (checker->depth == JSON_MAX_DEPTH)
        return refuse(checker, checker->at, "nested too deeply");
    checker->at++;
    struct place *place = &checker->path[checker->depth++];
    *place = (struct place){0};
    bool good = opening == '{' ? check_object(checker, place) : check_array(checker, place);
    if (good)
        checker->depth--;
    return good;
}

static bool check_value(struct checker *checker)
{
    skip_space(checker);
    if (checker->at == checker->length)
        return refuse(checker, checker->at, "the text ends too early");
    if (checker->values_left-- == 0)
        return refuse(checker, checker->at, "too many values");
    char first = checker->text[checker->at];
    switch (first) {
    case '{':
    case '[':
        return check_container(checker, first);
    case '"':
        checker->at++;
        return check_string(checker);
    case 't':
        return check_word(checker, "true");
    case 'f':
        return check_word(checker, "false");
    case 'n':
        return check_word(checker, "null");
    default:
        return check_number(checker);
    }
}

bool json_check_values(const char *text, size_t length, size_t most, struct json_error *error)
{
    struct checker checker = {.text = text, .length = length, .values_left = most, .error = error};
    if (error != NULL)
        *error = (struct json_error){0};
    bool good = check_value(&checker);
    if (good) {
        skip_space(&checker);
        if (checker.at < length)
            good = refuse(&checker, checker.at, "something follows the value");
    }
    buffer_deinit(&checker.names);
    free(checker.entries);
    return good;
}

bool json_check(const char *text, size_t length, struct json_error *error)
{
    return json_check_values(text, length, SIZE_MAX, error);
}
