/* The fields of a query, checked against the words of a route. Pure. */
#pragma once
#include <stdbool.h>

#include "fcgi/target.h"
#include "shared/model/channel.h"

struct filter;
struct problem;
struct word;

/* Every field is one that the words name, has a value of its type, and stands once unless it is a
 * filter. Filter values go into *filter, which is made when a word asks for one and stays NULL
 * otherwise; the caller frees it, also after false. */
bool query_check(const struct target *target, const char *words, enum channel channel,
                 struct filter **filter, struct problem *problem);

/* The value of the field that a word names, or its type's value when absent; NULL: none. */
const char *query_value(const struct target *target, const struct word *word);
