/* The target of a request: the path below /api/v1 in segments, and the query in pairs, each decoded
 * exactly once. Made from the raw REQUEST_URI, because front servers disagree on what they decode:
 * `%2F` inside a segment is data. Pure. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct buffer;
struct problem;

#define TARGET_PREFIX "/api/v1"
enum { TARGET_MAX_SEGMENTS = 8, TARGET_MAX_FIELDS = 128, TARGET_MAX_NAME = 64 };

struct target_field {
    const char *name;
    const char *value; /* "" when there is no `=` */
};

struct target {
    char *memory; /* private: what all pointers point into */
    bool below_prefix;
    size_t segment_count; /* TARGET_MAX_SEGMENTS + 1 when there are more: no route is that deep */
    const char *segments[TARGET_MAX_SEGMENTS];
    size_t field_count;
    struct target_field fields[TARGET_MAX_FIELDS];
};

/* False with problem set: a broken percent escape, %00, not UTF-8, too many query fields. Free with
 * target_deinit in either case. */
bool target_parse(struct target *target, const char *uri, struct problem *problem);
void target_deinit(struct target *target);

/* Percent-encodes everything but unreserved characters (RFC 3986 2.3). */
void target_append_encoded(struct buffer *buffer, const char *text);
