/* The five channels, and which push belongs to which. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

enum channel {
#define CHANNEL(id, name, setting, filters, summary) CHANNEL_##id,
#include "shared/catalogue/channels.def"
    CHANNEL_COUNT,
    CHANNEL_NONE = CHANNEL_COUNT
};

bool channel_parse(const char *text, enum channel *channel);
const char *channel_name(enum channel channel);
const char *channel_filter_name(enum channel channel); /* "eventFilters", or NULL */
