/* resume {cursor}, before the first subscribe: the place from which that one delivers. */
#include "pushd/clients/durable.h"
#include "pushd/clients/opening.h"
#include "pushd/commands/command.h"
#include "pushd/gateway/gateway.h"
#include "pushd/stream/awaiting.h"
#include "pushd/stream/subscriber.h"
#include "shared/base/memory.h"
#include "shared/json.h"

static void goes_on(void *context, bool gone)
{
    struct change *change = context;
    struct subscriber *subscriber = change->call.subscriber;

    subscriber->changing = false;
    if (!gone && subscriber->peer) {
        opening_hold(subscriber, change->cursor);
        subscriber_sync_ready(subscriber);
        command_answer(&change->call, "{\"success\":true}", sizeof "{\"success\":true}" - 1);
        command_go_on(subscriber);
    }
    change_free(&change);
}

void command_resume(const struct command_call *call)
{
    static const char *const names[] = {"cursor", NULL};
    const char *cursor = json_string(json_member(call->payload, "cursor"));
    struct error error = {ERROR_NONE, ""};

    if (!command_payload_only(call, names, &error))
        command_refuse(call, &error);
    else if (!cursor) {
        error_set(&error, ERROR_INVALID_VALUE, "cursor: must be a cursor");
        command_refuse(call, &error);
    } else if (hub_has_any(call->subscriber)) {
        error_set(&error, ERROR_CONFLICT, "cursor: comes before the first subscription");
        command_refuse(call, &error);
    } else {
        struct change *change = change_create_for(call, NULL);

        change->cursor = memory_copy_text(cursor);
        call->subscriber->changing = true; /* what it says next comes after this */
        awaiting_place(call->subscriber->gateway->awaiting, cursor, goes_on, change);
    }
}
