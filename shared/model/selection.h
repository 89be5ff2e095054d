/* What a client without a `subscribe` command asks for, as fields of a query: `channels=`, and
 * filters by their bare names (`services=`, `minLevel=` …). A name that several of the channels
 * have goes to each of them. Values may be repeated, or separated by commas. Pure. */
#pragma once
#include <stdbool.h>

#include "shared/model/channel.h"
#include "shared/model/error.h"

struct filter;
struct filter_keys;

struct selection {
    unsigned channels;                     /* 1u << channel each */
    struct filter *filters[CHANNEL_COUNT]; /* NULL: everything; the owner may take one out */
};

void selection_init(struct selection *selection);
void selection_deinit(struct selection *selection);

/* Whether some channel has a filter of that name. */
bool selection_is_filter(const char *name);

/* One value of `channels`. False: UNKNOWN_CHANNEL, or no name at all. */
bool selection_add_channels(struct selection *selection, const char *value, struct error *error);
/* After all channels. False: the name is none, or none of the channels' (UNKNOWN_FIELD,
 * INVALID_VALUE), or the value is not good. */
bool selection_add_filter(struct selection *selection, const char *name, const char *value,
                          struct error *error);

/* Whether a stream row of that channel is asked for. */
bool selection_accepts(const struct selection *selection, enum channel channel,
                       const struct filter_keys *keys);
