/* What may stand in a request's body: JSON (RFC 8259, checked by shared/json.h) or, where a route
 * takes them, lines of JSON (NDJSON). The text itself is passed on as it came. Pure. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct buffer;
struct json;
struct problem;
struct request;

enum body_media { BODY_JSON, BODY_LINES, BODY_OTHER };
enum body_shape { BODY_OBJECT, BODY_OBJECT_OR_ARRAY };

/* application/json or application/x-ndjson; a charset other than UTF-8 makes it BODY_OTHER. */
enum body_media body_media(const char *content_type /* or NULL */);

/* The first character that is no JSON white space; NUL: there is none. */
char body_first_character(const char *text, size_t length);

/* The body is one JSON value of that shape. */
bool body_check(const struct request *request, enum body_shape shape, struct problem *problem);
/* The body is missing or has no members: for routes that take none. */
bool body_check_empty(const struct request *request, struct problem *problem);
/* The body as a tree with no other members than `names` (NULL ends them). NULL: problem is set.
 * Free with json_free. */
struct json *body_parse(const struct request *request, const char *const names[],
                        struct problem *problem);

/* Lines of JSON as one array; blank lines are skipped. The problem names the line, from 1. */
bool body_lines_to_array(const char *text, size_t length, struct buffer *array,
                         struct problem *problem);
/* The number of the line that holds the element of that index; 0 when there is none. */
size_t body_line_of(const char *text, size_t length, size_t index);
