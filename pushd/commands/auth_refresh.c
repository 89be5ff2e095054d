/* auth:refresh {token}: a newer token of the same user; every subscription is checked again. */
#include <string.h>

#include "pushd/clients/durable.h"
#include "pushd/clients/expiry.h"
#include "pushd/clients/revocations.h"
#include "pushd/commands/command.h"
#include "pushd/gateway/gateway.h"
#include "pushd/stream/subscriber.h"
#include "shared/auth/access.h"
#include "shared/auth/token.h"
#include "shared/base/buffer.h"
#include "shared/base/clock.h"
#include "shared/base/memory.h"
#include "shared/json.h"

static enum error_code check(const struct command_call *call, const char *token,
                             struct identity *identity)
{
    const struct subscriber *subscriber = call->subscriber;
    const struct gateway *gateway = subscriber->gateway;
    enum error_code code =
        token_verify(gateway->keys, token, strlen(token), clock_wall_ms() / 1000, identity);

    if (code != ERROR_NONE)
        return code;
    if (strcmp(identity->user_id, subscriber->user_id) != 0)
        return ERROR_USER_MISMATCH;
    return revocations_has(gateway->revocations, identity) ? ERROR_TOKEN_REVOKED : ERROR_NONE;
}

static void refreshed(struct change *change, bool committed)
{
    struct subscriber *subscriber = change->call.subscriber;
    char expires[CLOCK_ISO_SIZE];
    struct buffer json;

    if (!committed) {
        command_refuse_unavailable(&change->call);
        return;
    }
    expiry_start(subscriber);
    subscriber_subscriptions_ended(subscriber, change->leaves);
    clock_iso(subscriber->expires_at * 1000, expires);
    buffer_init(&json);
    buffer_append_format(&json, "{\"success\":true,\"expiresAt\":\"%s\"}", expires);
    command_answer(&change->call, json.data, json.length);
    buffer_deinit(&json);
}

static void replace(const struct command_call *call, const struct identity *identity)
{
    const struct subscriber *subscriber = call->subscriber;
    const struct settings *settings = subscriber->gateway->settings;
    struct change *change = change_create_for(call, refreshed);

    change->identity = memory_allocate(sizeof *change->identity);
    *change->identity = *identity;
    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++) {
        if (hub_has(subscriber, channel) && !access_channel(settings, channel, identity->roles))
            change->leaves |= 1u << channel;
    }
    durable_submit(subscriber->gateway->durable, change);
}

void command_auth_refresh(const struct command_call *call)
{
    static const char *const names[] = {"token", NULL};
    const char *token = json_string(json_member(call->payload, "token"));
    struct error error = {ERROR_NONE, ""};
    struct identity identity;
    enum error_code code;

    if (!command_payload_only(call, names, &error)) {
        command_refuse(call, &error);
        return;
    }
    if (!token || !*token) {
        error_set(&error, ERROR_INVALID_VALUE, "token: must be a token");
        command_refuse(call, &error);
        return;
    }
    code = check(call, token, &identity);
    if (code == ERROR_NONE) {
        replace(call, &identity);
        return;
    }
    error_set(&error, code, "token: %s", error_title(code));
    command_refuse(call, &error);
}
