#include "fcgi/router.h"

#include <string.h>

#include "fcgi/handlers/handlers.h"

static const struct route routes[] = {
#define ROUTE(method_id, path, rule_id, function, statement_id, words, text)                       \
    {.method = METHOD_##method_id,                                                                 \
     .pattern = path,                                                                              \
     .rule = RULE_##rule_id,                                                                       \
     .answer = function,                                                                           \
     .statement = STATEMENT_##statement_id,                                                        \
     .arguments = words,                                                                           \
     .summary = text},
#include "fcgi/routes.def"
};
enum { ROUTE_COUNT = sizeof routes / sizeof *routes };

const struct route *router_rows(size_t *count)
{
    *count = ROUTE_COUNT;
    return routes;
}

/* The segment of a pattern after its `/`, and how long it is; NULL at the end. */
static const char *pattern_segment(const char *pattern, size_t *length)
{
    if (*pattern != '/')
        return NULL;
    *length = strcspn(pattern + 1, "/");
    return pattern + 1;
}

/* How literal the match is, the first segment counting most: a bit each. -1: no match. */
static int match_pattern(const char *pattern, const struct target *target)
{
    int literal = 1;
    size_t index = 0, length;
    const char *part;
    for (; (part = pattern_segment(pattern, &length)); pattern = part + length, index++) {
        if (index >= target->segment_count || index >= TARGET_MAX_SEGMENTS)
            return -1;
        const char *segment = target->segments[index];
        bool named = *part == ':';
        if (named ? !*segment : strlen(segment) != length || strncmp(segment, part, length) != 0)
            return -1;
        literal = literal * 2 + !named;
    }
    return index == target->segment_count ? literal : -1;
}

static const char *most_literal_pattern(const struct target *target)
{
    const char *pattern = NULL;
    int best = 0;
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        int literal = match_pattern(routes[i].pattern, target);
        if (literal > best) {
            best = literal;
            pattern = routes[i].pattern;
        }
    }
    return pattern;
}

void router_find(enum method method, const struct target *target, struct route_match *match)
{
    *match = (struct route_match){.target = target};
    const char *pattern = target->below_prefix ? most_literal_pattern(target) : NULL;
    if (!pattern)
        return;
    match->methods = METHOD_BIT(METHOD_OPTIONS);
    enum method wanted = method == METHOD_HEAD ? METHOD_GET : method;
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        if (strcmp(routes[i].pattern, pattern) != 0)
            continue;
        match->methods |= METHOD_BIT(routes[i].method);
        if (routes[i].method == METHOD_GET)
            match->methods |= METHOD_BIT(METHOD_HEAD);
        if (routes[i].method == wanted)
            match->route = &routes[i];
    }
}

const char *router_segment(const struct route_match *match, const char *name, size_t name_length)
{
    const char *pattern = match->route->pattern, *part;
    size_t length;
    for (size_t i = 0; (part = pattern_segment(pattern, &length)); pattern = part + length, i++)
        if (*part == ':' && length - 1 == name_length && strncmp(part + 1, name, name_length) == 0)
            return match->target->segments[i];
    return NULL;
}

void router_append_methods(struct buffer *buffer, unsigned methods)
{
    const char *separator = "";
    for (enum method method = 0; method < METHOD_COUNT; method++) {
        if (!(methods & METHOD_BIT(method)))
            continue;
        buffer_append_format(buffer, "%s%s", separator, method_name(method));
        separator = ", ";
    }
}
