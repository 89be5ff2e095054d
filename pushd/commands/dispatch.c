#include <string.h>

#include "pushd/admin/metrics.h"
#include "pushd/commands/command.h"
#include "pushd/peers/peer.h"
#include "pushd/protocol/refusal.h"
#include "pushd/stream/subscriber.h"
#include "shared/base/buffer.h"
#include "shared/json.h"

static const struct command {
    const char *name;
    void (*run)(const struct command_call *call);
    bool changes; /* the session's row */
} commands[] = {
    {"subscribe", command_subscribe, true},
    {"unsubscribe", command_unsubscribe, true},
    {"auth:refresh", command_auth_refresh, true},
    {"resume", command_resume, true},
    {"notifications:get", command_notifications_get, false},
    {"notifications:read", command_notifications_read, false},
    {"notifications:read-all", command_notifications_read_all, false},
    {"notifications:delete", command_notifications_delete, false},
};

static const struct command *find(const char *name)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    }
    return NULL;
}

static struct json *parse_arguments(const struct peer_event *event, struct error *error)
{
    struct json_error refused;
    struct buffer text;
    struct json *arguments;

    buffer_init(&text);
    buffer_append_character(&text, '[');
    buffer_append(&text, event->arguments, event->arguments_length);
    buffer_append_character(&text, ']');
    arguments = json_parse(text.data, text.length, &refused);
    if (!arguments)
        error_set(error, ERROR_INVALID_JSON, "%s%s%s", refused.field, refused.field[0] ? ": " : "",
                  refused.message);
    buffer_deinit(&text);
    return arguments;
}

static bool take_payload(const struct json *arguments, const struct json **payload,
                         struct error *error)
{
    const struct json *first = json_first(arguments);

    *payload = NULL;
    if (first && json_next(first)) {
        error_set(error, ERROR_BAD_REQUEST, "a command takes one payload");
        return false;
    }
    if (!first || json_kind(first) == JSON_NULL)
        return true;
    if (json_kind(first) != JSON_OBJECT) {
        error_set(error, ERROR_INVALID_VALUE, "the payload must be an object");
        return false;
    }
    *payload = first;
    return true;
}

void command_dispatch(struct subscriber *subscriber, const struct peer_event *event)
{
    const struct command *command = find(event->name);
    struct command_call call = {subscriber, event->name, event->acknowledgement, NULL};
    struct error error = {ERROR_NONE, ""};
    struct json *arguments;

    if (!command) {
        error_set(&error, ERROR_UNKNOWN_COMMAND, "there is no such command");
        command_refuse(&call, &error);
        return;
    }
    if (command->changes && command_defer(&call, event))
        return;
    arguments = parse_arguments(event, &error);
    if (arguments && take_payload(arguments, &call.payload, &error))
        command->run(&call);
    else
        command_refuse(&call, &error);
    json_free(&arguments);
}

static void count(const struct command_call *call, enum error_code code)
{
    metrics_count(METRIC_COMMANDS + metrics_command(call->name) * LABELS_OUTCOME + (size_t)code);
}

static void acknowledge(const struct command_call *call, const char *json, size_t length)
{
    if (call->acknowledgement >= 0 && call->subscriber->peer)
        peer_acknowledge(call->subscriber->peer, call->acknowledgement, json, length);
}

void command_answer(const struct command_call *call, const char *json, size_t length)
{
    count(call, ERROR_NONE);
    acknowledge(call, json, length);
}

void command_refuse(const struct command_call *call, const struct error *error)
{
    struct buffer json;

    count(call, error->code);
    buffer_init(&json);
    if (call->acknowledgement >= 0) {
        refusal_append_answer(&json, error);
        acknowledge(call, json.data, json.length);
    } else {
        refusal_append_exception(&json, error, call->name);
        subscriber_push(call->subscriber, PUSH_EXCEPTION, json.data, json.length);
    }
    buffer_deinit(&json);
}

void command_refuse_unavailable(const struct command_call *call)
{
    struct error error;

    error_set(&error, ERROR_UNAVAILABLE, "the database is away, try again in a moment");
    command_refuse(call, &error);
}
