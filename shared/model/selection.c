#include "shared/model/selection.h"

#include <stdlib.h>
#include <string.h>

#include "shared/base/memory.h"
#include "shared/base/utf8.h"
#include "shared/model/filter.h"

enum { SHOWN_LENGTH = 100 };

void selection_init(struct selection *selection)
{
    *selection = (struct selection){0};
}

void selection_deinit(struct selection *selection)
{
    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++)
        filter_free(&selection->filters[channel]);
}

bool selection_is_filter(const char *name)
{
    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++) {
        if (filter_has_name(channel, name))
            return true;
    }
    return false;
}

static bool add_channel(struct selection *selection, const char *name, struct error *error)
{
    enum channel channel;
    if (channel_parse(name, &channel)) {
        selection->channels |= 1u << channel;
        return true;
    }
    error_set(error, ERROR_UNKNOWN_CHANNEL, "channels: there is no channel '%.*s'",
              (int)utf8_cut(name, strlen(name), SHOWN_LENGTH), name);
    return false;
}

bool selection_add_channels(struct selection *selection, const char *value, struct error *error)
{
    if (*value == '\0') {
        error_set(error, ERROR_INVALID_VALUE, "channels: must name a channel");
        return false;
    }
    for (bool more = true; more;) {
        size_t length = strcspn(value, ",");
        char *name = memory_copy(value, length);
        bool added = add_channel(selection, name, error);
        free(name);
        if (!added)
            return false;
        more = value[length] == ',';
        value += length + more;
    }
    return true;
}

bool selection_add_filter(struct selection *selection, const char *name, const char *value,
                          struct error *error)
{
    bool used = false;
    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++) {
        if (!(selection->channels & (1u << channel)) || !filter_has_name(channel, name))
            continue;
        used = true;
        if (selection->filters[channel] == NULL)
            selection->filters[channel] = filter_create(channel);
        if (!filter_add(selection->filters[channel], name, value, error))
            return false;
    }
    if (used)
        return true;
    size_t length = utf8_cut(name, strlen(name), SHOWN_LENGTH);
    if (selection_is_filter(name))
        error_set(error, ERROR_INVALID_VALUE, "%.*s: is a filter of none of these channels",
                  (int)length, name);
    else
        error_set(error, ERROR_UNKNOWN_FIELD, "%.*s: unknown field", (int)length, name);
    return false;
}

bool selection_accepts(const struct selection *selection, enum channel channel,
                       const struct filter_keys *keys)
{
    if (channel >= CHANNEL_COUNT || !(selection->channels & (1u << channel)))
        return false;
    const struct filter *filter = selection->filters[channel];
    return filter == NULL || filter_matches(filter, keys);
}
