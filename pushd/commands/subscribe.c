/* subscribe {channels[], eventFilters?, dlqFilters?, logFilters?}
 *   a filter object replaces its channel's filter, null clears it, absent keeps it;
 *   that of a denied channel is ignored; of a channel neither named nor subscribed it is an error.
 */
#include <string.h>

#include "pushd/clients/durable.h"
#include "pushd/commands/command.h"
#include "pushd/gateway/gateway.h"
#include "pushd/gateway/initial.h"
#include "pushd/stream/catchup.h"
#include "pushd/stream/subscriber.h"
#include "shared/auth/access.h"
#include "shared/base/buffer.h"
#include "shared/json.h"

struct request {
    unsigned named;    /* masks of channels */
    unsigned granted;  /* of those named */
    unsigned filtered; /* a filter is given, or cleared */
    struct filter *filters[CHANNEL_COUNT];
};

static bool is_allowed(const struct subscriber *subscriber, enum channel channel)
{
    return access_channel(subscriber->gateway->settings, channel, subscriber->roles);
}

static bool read_filter(const struct command_call *call, enum channel channel,
                        struct request *request, struct error *error)
{
    const char *name = channel_filter_name(channel);
    const struct json *object = name ? json_member(call->payload, name) : NULL;
    bool named = request->named & (1u << channel);

    if (!object)
        return true;
    if (!named && !hub_has(call->subscriber, channel)) {
        error_set(error, ERROR_INVALID_VALUE, "%s: the channel %s is not subscribed", name,
                  channel_name(channel));
        return false;
    }
    if (named && !(request->granted & (1u << channel)))
        return true;
    request->filtered |= 1u << channel;
    if (json_kind(object) == JSON_NULL)
        return true;
    if (json_kind(object) != JSON_OBJECT) {
        error_set(error, ERROR_INVALID_VALUE, "%s: must be an object or null", name);
        return false;
    }
    request->filters[channel] = filter_parse(channel, object, error);
    return request->filters[channel] != NULL;
}

static bool read_request(const struct command_call *call, struct request *request,
                         struct error *error)
{
    static const char *const names[] = {"channels", "eventFilters", "dlqFilters", "logFilters",
                                        NULL};

    if (!command_payload_only(call, names, error) ||
        !command_channels(call, &request->named, error))
        return false;
    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++) {
        if ((request->named & (1u << channel)) && is_allowed(call->subscriber, channel))
            request->granted |= 1u << channel;
    }
    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++) {
        if (!read_filter(call, channel, request, error))
            return false;
    }
    return true;
}

static void append_denied(struct buffer *json, const struct request *request)
{
    const char *separator = ",\"denied\":[";

    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++) {
        if ((request->named & ~request->granted) & (1u << channel)) {
            buffer_append_format(json, "%s{\"channel\":\"%s\",\"code\":\"forbidden\"}", separator,
                                 channel_name(channel));
            separator = ",";
        }
    }
    if (request->named != request->granted)
        buffer_append_character(json, ']');
}

/* The channels that were granted, in the order in which the client named them. */
static void append_granted(struct buffer *list, const struct command_call *call, unsigned granted)
{
    const struct json *item = json_first(json_member(call->payload, "channels"));
    enum channel channel;

    for (; item; item = json_next(item)) {
        if (channel_parse(json_string(item), &channel) && (granted & (1u << channel))) {
            buffer_append_format(list, "%s'%s'", list->length ? "," : "", channel_name(channel));
            granted &= ~(1u << channel);
        }
    }
}

static void subscribed(struct change *change, bool committed)
{
    struct subscriber *subscriber = change->call.subscriber;
    struct gateway *gateway = subscriber->gateway;

    if (!committed) {
        command_refuse_unavailable(&change->call);
        return;
    }
    subscriber_log_channels(subscriber, change->granted);
    subscriber_sync_ready(subscriber);
    command_answer_channels(&change->call, change->denied);
    initial_request(gateway->initial, subscriber, change->initial);
    if (subscriber->follow == FOLLOW_HELD)
        catchup_begin(gateway->catchup, subscriber);
}

static void grant(const struct command_call *call, struct request *request)
{
    struct subscriber *subscriber = call->subscriber;
    struct change *change = change_create_for(call, subscribed);
    struct buffer text;

    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++) {
        unsigned bit = 1u << channel;

        if (((request->granted & bit) && !hub_has(subscriber, channel)) ||
            (request->filtered & bit)) {
            change->joins |= bit;
            change->filters[channel] = request->filters[channel];
            request->filters[channel] = NULL;
        }
    }
    change->initial = request->granted;
    buffer_init(&text);
    append_denied(&text, request);
    change->denied = buffer_take(&text);
    append_granted(&text, call, request->granted);
    change->granted = buffer_take(&text);
    if (change->joins)
        durable_submit(subscriber->gateway->durable, change);
    else { /* nothing that is not durable already */
        subscribed(change, true);
        change_free(&change);
    }
}

void command_subscribe(const struct command_call *call)
{
    struct request request = {0};
    struct error error = {ERROR_NONE, ""};

    if (!read_request(call, &request, &error))
        command_refuse(call, &error);
    else if (!request.granted) {
        error_set(&error, ERROR_FORBIDDEN, "channels: none of them is open to your roles");
        command_refuse(call, &error);
    } else
        grant(call, &request);
    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++)
        filter_free(&request.filters[channel]);
}
