/* Subscription filters: parsed from `eventFilters`, `dlqFilters`, `logFilters` (or query
 * parameters), compared with a stream row's keys.
 * Pure. Keys are ANDed, values ORed. Two filters that accept the same rows because they were
 * given the same keys and values have the same canonical text, so that subscribers share one
 * audience. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "shared/model/channel.h"
#include "shared/model/error.h"

struct json;
struct filter;

enum { FILTER_KEYS = 3, FILTER_MAX_VALUES = 64, FILTER_MAX_VALUE_LENGTH = 200 };

/* What a stream row offers to filters; absent keys are NULL. */
struct filter_keys {
    const char *key[FILTER_KEYS];
};

/* NULL with *error set: unknown key, wrong type, unknown value, too many or too long. An empty
 * object accepts everything; an empty array restricts nothing. */
struct filter *filter_parse(enum channel channel, const struct json *object, struct error *error);
/* The same from one `name=value` at a time, as REST has it: repeated, or separated by commas
 * (which are split here). After false the filter is only good for filter_free. */
struct filter *filter_create(enum channel channel);
bool filter_add(struct filter *filter, const char *name, const char *value, struct error *error);
bool filter_has_name(enum channel channel, const char *name);
void filter_free(struct filter **filter);

bool filter_matches(const struct filter *filter, const struct filter_keys *keys);
/* A JSON object that filter_parse reads back; owned by the filter. "" accepts everything. */
const char *filter_canonical(const struct filter *filter);
/* The values of one key, for SQL; 0 when it is absent. Owned by the filter. */
size_t filter_values(const struct filter *filter, const char *name, const char *const **values);
