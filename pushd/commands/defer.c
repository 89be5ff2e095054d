/* Commands that wait for the one before them. */
#include <stdlib.h>
#include <utlist.h>

#include "pushd/commands/command.h"
#include "pushd/engine/held.h"
#include "pushd/peers/peer.h"
#include "pushd/stream/subscriber.h"
#include "shared/base/memory.h"

struct deferred {
    struct peer_event event;
    char *name, *arguments;
    struct deferred *prev, *next;
};

static bool is_too_much(const struct command_call *call, size_t length)
{
    struct error error;

    if (held_add(length))
        return false;
    error_set(&error, ERROR_RATE_LIMITED, "too much of all clients waits for its turn");
    command_refuse(call, &error);
    return true;
}

bool command_defer(const struct command_call *call, const struct peer_event *event)
{
    struct subscriber *subscriber = call->subscriber;
    struct deferred *deferred;

    if (!subscriber->changing)
        return false;
    if (command_is_one_too_many(call) || is_too_much(call, event->arguments_length))
        return true;
    deferred = memory_allocate(sizeof *deferred);
    deferred->event = *event;
    deferred->event.attachment_count = 0;
    deferred->event.attachments = NULL;
    deferred->event.name = deferred->name = memory_copy_text(event->name);
    deferred->arguments = memory_copy(event->arguments, event->arguments_length);
    deferred->event.arguments = deferred->arguments;
    subscriber->commands_pending++;
    DL_APPEND(subscriber->deferred, deferred);
    return true;
}

static void take(struct subscriber *subscriber, struct deferred *deferred)
{
    DL_DELETE(subscriber->deferred, deferred);
    subscriber->commands_pending--;
}

static void release(struct deferred *deferred)
{
    held_remove(deferred->event.arguments_length);
    free(deferred->name);
    free(deferred->arguments);
    free(deferred);
}

void command_go_on(struct subscriber *subscriber)
{
    while (subscriber->deferred && subscriber->peer && !subscriber->changing) {
        struct deferred *deferred = subscriber->deferred;

        take(subscriber, deferred);
        command_dispatch(subscriber, &deferred->event);
        release(deferred);
    }
}

void command_forget_deferred(struct subscriber *subscriber)
{
    while (subscriber->deferred) {
        struct deferred *deferred = subscriber->deferred;

        take(subscriber, deferred);
        release(deferred);
    }
}
