/* The fields of a query, checked against the words of a route. Pure. */
#pragma once
#include <stdbool.h>

#include "fcgi/target.h"

struct problem;
struct selection;
struct word;

/* Every field is one that the words name, has a value of its type, and stands once unless it names
 * channels or is a filter. Those go into the selection, to the channels that are in it already. */
bool query_check(const struct target *target, const char *words, struct selection *selection,
                 struct problem *problem);

/* The value of the field that a word names, or its type's value when absent; NULL: none. */
const char *query_value(const struct target *target, const struct word *word);
