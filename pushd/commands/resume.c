/* resume {cursor}, before the first subscribe: the place from which that one delivers. */
#include "pushd/commands/command.h"
#include "pushd/opening.h"
#include "pushd/subscriber.h"
#include "shared/json.h"

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
        opening_hold(call->subscriber, cursor);
        subscriber_sync_ready(call->subscriber);
        command_answer(call, "{\"success\":true}", sizeof "{\"success\":true}" - 1);
    }
}
