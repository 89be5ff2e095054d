/* unsubscribe {channels[]}: the channels' filters go too. */
#include "pushd/commands/command.h"
#include "pushd/gateway.h"
#include "pushd/subscriber.h"

void command_unsubscribe(const struct command_call *call)
{
    static const char *const names[] = {"channels", NULL};
    struct subscriber *subscriber = call->subscriber;
    struct error error = {ERROR_NONE, ""};
    unsigned mask;

    if (!command_payload_only(call, names, &error) || !command_channels(call, &mask, &error)) {
        command_refuse(call, &error);
        return;
    }
    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++) {
        if (mask & (1u << channel))
            hub_leave(&subscriber->gateway->hub, subscriber, channel);
    }
    subscriber_sync_ready(subscriber);
    command_answer_channels(call, "");
}
