/* The only door to cJSON, and stricter than it: RFC 8259 text, valid UTF-8, no \u0000, no lone
 * surrogates, no repeated names in one object, nesting up to JSON_MAX_DEPTH, nothing after the
 * value.
 * The checker is pure and allocation-free but for the names it compares; json_parse runs it
 * before cJSON sees a byte. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* jansson, which libjwt calls, has functions of the same names: ours must never stand in for
 * them. */
#pragma GCC visibility push(hidden)

struct buffer;
struct json; /* a value; owned by its document */

/* JSON_MAX_VALUES: of a tree, each of which costs a hundred times its text. */
enum { JSON_MAX_DEPTH = 32, JSON_MAX_VALUES = 20000, JSON_ERROR_SIZE = 160, JSON_FIELD_SIZE = 128 };
enum json_kind { JSON_NULL, JSON_BOOLEAN, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json_error {
    size_t offset;                 /* of the offending byte */
    char field[JSON_FIELD_SIZE];   /* the member it is in ("data.title"), or "" */
    char message[JSON_ERROR_SIZE]; /* "repeated name" … */
};

/* error may be NULL here and in json_parse. */
bool json_check(const char *text, size_t length, struct json_error *error);
/* NULL: refused. Free with json_free. */
struct json *json_parse(const char *text, size_t length, struct json_error *error);
void json_free(struct json **document);

enum json_kind json_kind(const struct json *value);
/* Case counts; NULL when absent or not an object. */
const struct json *json_member(const struct json *object, const char *name);
const struct json *json_first(const struct json *container); /* element or member */
const struct json *json_next(const struct json *value);
const char *json_name(const struct json *member);
const char *json_string(const struct json *value);             /* NULL when not a string */
bool json_integer(const struct json *value, int64_t *integer); /* whole and within ±(2^53 - 1) */
bool json_boolean(const struct json *value, bool *boolean);

/* Quoted and escaped; a byte that is not UTF-8 becomes U+FFFD, so that the result is always
 * JSON. */
void json_append_string(struct buffer *buffer, const char *text, size_t length);
/* Reads the first string of a JSON array (`["name", rest…]`) without building a tree; rest
 * points into text ("" when nothing follows) and has no closing bracket. */
bool json_split_event(const char *text, size_t length, struct buffer *name, const char **rest,
                      size_t *rest_length);

#pragma GCC visibility pop
