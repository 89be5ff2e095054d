/* Which row of fcgi/routes.def answers. Pure. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "fcgi/request.h"
#include "shared/db/database.h"

struct exchange;

enum rule {
#define RULE(id, channel, roles, who) RULE_##id,
#include "fcgi/rules.def"
    RULE_COUNT
};

/* Makes the response; false with the problem set. */
typedef bool route_answer(struct exchange *exchange);

struct route {
    enum method method;
    const char *pattern;
    enum rule rule;
    route_answer *answer;
    enum statement statement;
    const char *arguments;
    const char *summary;
};

/* For tests and documents that walk all rows. */
const struct route *router_rows(size_t *count);

struct route_match {
    const struct route *route; /* NULL: no such path, or not with this method */
    unsigned methods;          /* METHOD_BITs the path answers; 0: no such path */
    const struct target *target;
};

void router_find(enum method method, const struct target *target, struct route_match *match);
/* The path segment that the pattern calls name. */
const char *router_segment(const struct route_match *match, const char *name, size_t name_length);
/* "GET, HEAD, OPTIONS" */
void router_append_methods(struct buffer *buffer, unsigned methods);
