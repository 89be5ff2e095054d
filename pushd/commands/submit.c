/* Commands that ask the database: the client may be gone when the answer comes. */
#include <stdlib.h>

#include "pushd/commands/command.h"
#include "pushd/gateway/gateway.h"
#include "pushd/net/database_link.h"
#include "pushd/stream/subscriber.h"
#include "shared/base/memory.h"

struct pending {
    struct command_call call; /* without payload */
    command_answered *answered;
    char *name;
};

static void answered(void *context, const struct database_answer *answer)
{
    struct pending *pending = context;

    pending->call.subscriber->commands_pending--;
    if (pending->call.subscriber->peer) {
        if (answer->error.code == ERROR_NONE)
            pending->answered(&pending->call, answer);
        else
            command_refuse(&pending->call, &answer->error);
    }
    subscriber_unref(&pending->call.subscriber);
    free(pending->name);
    free(pending);
}

bool command_is_one_too_many(const struct command_call *call)
{
    const struct subscriber *subscriber = call->subscriber;
    struct error error;

    if (subscriber->commands_pending < subscriber->gateway->settings->max_commands_pending)
        return false;
    error_set(&error, ERROR_RATE_LIMITED, "too many commands wait for their answers");
    command_refuse(call, &error);
    return true;
}

void command_submit(const struct command_call *call, enum statement statement,
                    const char *const values[], command_answered *handler)
{
    struct subscriber *subscriber = call->subscriber;
    struct gateway *gateway = subscriber->gateway;
    struct pending *pending;

    if (command_is_one_too_many(call))
        return;
    pending = memory_allocate(sizeof *pending);
    pending->call = *call;
    pending->call.payload = NULL;
    pending->call.name = pending->name = memory_copy_text(call->name);
    pending->call.subscriber = subscriber_ref(subscriber);
    pending->answered = handler;
    subscriber->commands_pending++;
    /* who was told that the database is away is not kept waiting for it */
    if (!gateway->stall_told &&
        database_link_submit(gateway->commands, statement, values, answered, pending))
        return;
    command_refuse_unavailable(call);
    subscriber->commands_pending--;
    subscriber_unref(&pending->call.subscriber);
    free(pending->name);
    free(pending);
}
