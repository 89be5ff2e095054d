/* What several commands check in their payloads. */
#include <string.h>

#include "pushd/commands/command.h"
#include "pushd/stream/subscriber.h"
#include "shared/base/buffer.h"
#include "shared/json.h"
#include "shared/model/channel.h"

static bool is_among(const char *name, const char *const names[])
{
    for (; *names; names++) {
        if (strcmp(*names, name) == 0)
            return true;
    }
    return false;
}

bool command_payload_only(const struct command_call *call, const char *const names[],
                          struct error *error)
{
    const struct json *member = call->payload ? json_first(call->payload) : NULL;

    for (; member; member = json_next(member)) {
        if (!is_among(json_name(member), names)) {
            error_set(error, ERROR_UNKNOWN_FIELD, "%.100s: is not known here", json_name(member));
            return false;
        }
    }
    return true;
}

bool command_channels(const struct command_call *call, unsigned *mask, struct error *error)
{
    const struct json *channels = call->payload ? json_member(call->payload, "channels") : NULL;
    const struct json *item;
    enum channel channel;

    *mask = 0;
    if (!channels || json_kind(channels) != JSON_ARRAY || !json_first(channels)) {
        error_set(error, ERROR_INVALID_VALUE, "channels: must be a list of channel names");
        return false;
    }
    for (item = json_first(channels); item; item = json_next(item)) {
        if (!json_string(item)) {
            error_set(error, ERROR_INVALID_VALUE, "channels: must hold names only");
            return false;
        }
        if (!channel_parse(json_string(item), &channel)) {
            error_set(error, ERROR_UNKNOWN_CHANNEL, "channels: there is no channel '%.100s'",
                      json_string(item));
            return false;
        }
        *mask |= 1u << channel;
    }
    return true;
}

void command_answer_channels(const struct command_call *call, const char *denied)
{
    const char *separator = "";
    struct buffer json;

    buffer_init(&json);
    buffer_append_text(&json, "{\"success\":true,\"channels\":[");
    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++) {
        if (hub_has(call->subscriber, channel)) {
            buffer_append_format(&json, "%s\"%s\"", separator, channel_name(channel));
            separator = ",";
        }
    }
    buffer_append_character(&json, ']');
    buffer_append_text(&json, denied);
    buffer_append_character(&json, '}');
    command_answer(call, json.data, json.length);
    buffer_deinit(&json);
}
