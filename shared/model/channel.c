#include "shared/model/channel.h"

#include <string.h>

static const struct {
    const char *name;
    const char *filter_name;
} rows[CHANNEL_COUNT] = {
#define CHANNEL(id, name, setting, filters, summary) [CHANNEL_##id] = {name, filters},
#include "shared/catalogue/channels.def"
};

bool channel_parse(const char *text, enum channel *channel)
{
    for (int candidate = 0; candidate < CHANNEL_COUNT; candidate++) {
        if (strcmp(text, rows[candidate].name) == 0) {
            *channel = (enum channel)candidate;
            return true;
        }
    }
    return false;
}

const char *channel_name(enum channel channel)
{
    return rows[channel].name;
}

const char *channel_filter_name(enum channel channel)
{
    return rows[channel].filter_name;
}
