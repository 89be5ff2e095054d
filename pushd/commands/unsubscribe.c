/* unsubscribe {channels[]}: the channels' filters go too. */
#include "pushd/clients/durable.h"
#include "pushd/commands/command.h"
#include "pushd/gateway/gateway.h"
#include "pushd/stream/subscriber.h"

static void unsubscribed(struct change *change, bool committed)
{
    if (!committed) {
        command_refuse_unavailable(&change->call);
        return;
    }
    subscriber_sync_ready(change->call.subscriber);
    command_answer_channels(&change->call, "");
}

void command_unsubscribe(const struct command_call *call)
{
    static const char *const names[] = {"channels", NULL};
    struct error error = {ERROR_NONE, ""};
    struct change *change;
    unsigned mask;

    if (!command_payload_only(call, names, &error) || !command_channels(call, &mask, &error)) {
        command_refuse(call, &error);
        return;
    }
    change = change_create_for(call, unsubscribed);
    change->leaves = mask;
    durable_submit(call->subscriber->gateway->durable, change);
}
