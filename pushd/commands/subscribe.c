/* subscribe {channels[], eventFilters?, dlqFilters?, logFilters?}
 *   a filter object replaces its channel's filter, null clears it, absent keeps it;
 *   that of a denied channel is ignored; of a channel neither named nor subscribed it is an error.
 */
#include <string.h>

#include "pushd/commands/command.h"
#include "pushd/gateway.h"
#include "pushd/initial.h"
#include "pushd/peer.h"
#include "pushd/subscriber.h"
#include "shared/auth/access.h"
#include "shared/base/buffer.h"
#include "shared/base/log.h"
#include "shared/json.h"

struct change {
    unsigned named;    /* masks of channels */
    unsigned granted;  /* of those named */
    unsigned filtered; /* a filter is given, or cleared */
    struct filter *filters[CHANNEL_COUNT];
};

static bool is_allowed(const struct subscriber *subscriber, enum channel channel)
{
    return access_allowed(access_channel_roles(subscriber->gateway->settings, channel),
                          subscriber->roles);
}

static bool read_filter(const struct command_call *call, enum channel channel,
                        struct change *change, struct error *error)
{
    const char *name = channel_filter_name(channel);
    const struct json *object = name ? json_member(call->payload, name) : NULL;
    bool named = change->named & (1u << channel);

    if (!object)
        return true;
    if (!named && !hub_has(call->subscriber, channel)) {
        error_set(error, ERROR_INVALID_VALUE, "%s: the channel %s is not subscribed", name,
                  channel_name(channel));
        return false;
    }
    if (named && !(change->granted & (1u << channel)))
        return true;
    change->filtered |= 1u << channel;
    if (json_kind(object) == JSON_NULL)
        return true;
    if (json_kind(object) != JSON_OBJECT) {
        error_set(error, ERROR_INVALID_VALUE, "%s: must be an object or null", name);
        return false;
    }
    change->filters[channel] = filter_parse(channel, object, error);
    return change->filters[channel] != NULL;
}

static bool read_change(const struct command_call *call, struct change *change, struct error *error)
{
    static const char *const names[] = {"channels", "eventFilters", "dlqFilters", "logFilters",
                                        NULL};

    if (!command_payload_only(call, names, error) || !command_channels(call, &change->named, error))
        return false;
    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++) {
        if ((change->named & (1u << channel)) && is_allowed(call->subscriber, channel))
            change->granted |= 1u << channel;
    }
    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++) {
        if (!read_filter(call, channel, change, error))
            return false;
    }
    return true;
}

static void apply(const struct command_call *call, struct change *change)
{
    struct subscriber *subscriber = call->subscriber;

    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++) {
        unsigned bit = 1u << channel;
        bool joins = (change->granted & bit) && !hub_has(subscriber, channel);

        if (joins || (change->filtered & bit)) {
            hub_join(&subscriber->gateway->hub, subscriber, channel, change->filters[channel]);
            change->filters[channel] = NULL;
        }
    }
}

static void append_denied(struct buffer *json, const struct change *change)
{
    const char *separator = ",\"denied\":[";

    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++) {
        if ((change->named & ~change->granted) & (1u << channel)) {
            buffer_append_format(json, "%s{\"channel\":\"%s\",\"code\":\"forbidden\"}", separator,
                                 channel_name(channel));
            separator = ",";
        }
    }
    if (change->named != change->granted)
        buffer_append_character(json, ']');
}

/* The channels that were granted, in the order in which the client named them. */
static void log_subscription(const struct command_call *call, unsigned granted)
{
    const struct json *item = json_first(json_member(call->payload, "channels"));
    const struct subscriber *subscriber = call->subscriber;
    const char *separator = "";
    enum channel channel;
    struct buffer list;

    buffer_init(&list);
    for (; item; item = json_next(item)) {
        if (channel_parse(json_string(item), &channel) && (granted & (1u << channel))) {
            buffer_append_format(&list, "%s'%s'", separator, channel_name(channel));
            separator = ",";
            granted &= ~(1u << channel);
        }
    }
    log_write(LOG_INFO_LEVEL, "WebSocketGateway",
              "Client subscribed to channels: channels=[%s], clientId=%s, userId=%s", list.data,
              peer_id(subscriber->peer), subscriber->user_id);
    buffer_deinit(&list);
}

static void grant(const struct command_call *call, struct change *change)
{
    struct buffer denied;

    apply(call, change);
    log_subscription(call, change->granted);
    subscriber_sync_ready(call->subscriber);
    buffer_init(&denied);
    append_denied(&denied, change);
    command_answer_channels(call, denied.data ? denied.data : "");
    buffer_deinit(&denied);
    initial_request(call->subscriber->gateway->initial, call->subscriber, change->granted);
}

void command_subscribe(const struct command_call *call)
{
    struct change change = {0};
    struct error error = {ERROR_NONE, ""};

    if (!read_change(call, &change, &error))
        command_refuse(call, &error);
    else if (!change.granted) {
        error_set(&error, ERROR_FORBIDDEN, "channels: none of them is open to your roles");
        command_refuse(call, &error);
    } else
        grant(call, &change);
    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++)
        filter_free(&change.filters[channel]);
}
