/* The values of a route's statement, made from a request as the words in fcgi/routes.def say, and
 * checked on the way: what no word names is refused. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "shared/base/buffer.h"
#include "shared/model/selection.h"

struct exchange;
struct json;

enum { ARGUMENTS_MAX = 8 };

struct arguments {
    const char *values[ARGUMENTS_MAX]; /* NULL: SQL null */
    /* private: what values may point into */
    struct buffer texts[ARGUMENTS_MAX];
    struct selection selection;
    struct json *document;
};

/* False with the exchange's problem set. Free with arguments_deinit in either case. */
bool arguments_bind(struct arguments *arguments, struct exchange *exchange);
void arguments_deinit(struct arguments *arguments);
