#include "pushd/clients/durable_row.h"

#include <string.h>

#include "pushd/clients/durable.h"
#include "pushd/engine/session.h"
#include "pushd/gateway/gateway.h"
#include "pushd/peers/peer.h"
#include "pushd/stream/subscriber.h"
#include "shared/base/buffer.h"
#include "shared/json.h"
#include "shared/model/filter.h"
#include "shared/model/role.h"

void durable_row_init(struct durable_row *row, struct subscriber *subscriber)
{
    *row = (struct durable_row){.subscriber = subscriber};
    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++) {
        const struct filter *filter = hub_filter(subscriber, channel);

        if (hub_has(subscriber, channel))
            row->filters[channel] = filter ? filter_canonical(filter) : "";
    }
}

void durable_row_change(struct durable_row *row, const struct change *change)
{
    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++) {
        const struct filter *filter = change->filters[channel];

        if (change->leaves & (1u << channel))
            row->filters[channel] = NULL;
        if (change->joins & (1u << channel))
            row->filters[channel] = filter ? filter_canonical(filter) : "";
    }
    if (change->identity)
        row->identity = change->identity;
}

static void append_text(struct buffer *json, const char *name, const char *text)
{
    buffer_append_format(json, ",\"%s\":", name);
    if (text)
        json_append_string(json, text, strlen(text));
    else
        buffer_append_text(json, "null");
}

static void append_subscriptions(struct buffer *json, const struct durable_row *row)
{
    const char *separator = "";

    buffer_append_text(json, ",\"subscriptions\":{");
    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++) {
        const char *filter = row->filters[channel];

        if (!filter)
            continue;
        buffer_append_format(json, "%s\"%s\":%s", separator, channel_name(channel),
                             *filter ? filter : "{}");
        separator = ",";
    }
    buffer_append_character(json, '}');
}

static void append_token(struct buffer *json, const struct durable_row *row)
{
    const struct subscriber *subscriber = row->subscriber;
    const struct identity *identity = row->identity;
    const char *token_id = subscriber->token_id;

    if (identity)
        token_id = identity->token_id[0] ? identity->token_id : NULL;
    buffer_append_text(json, ",\"roles\":");
    roles_append_json(json, identity ? identity->roles : subscriber->roles);
    append_text(json, "jti", token_id);
    buffer_append_format(json, ",\"issuedAt\":%lld,\"expiresAt\":%lld",
                         (long long)(identity ? identity->issued_at : subscriber->issued_at),
                         (long long)(identity ? identity->expires_at : subscriber->expires_at));
}

void durable_row_append(struct buffer *json, const struct durable_row *row)
{
    struct subscriber *subscriber = row->subscriber;
    int daemon = subscriber->gateway->daemon;

    buffer_append_format(json, "{\"pid\":\"%s\"", subscriber->pid);
    append_text(json, "sid", peer_id(subscriber->peer));
    append_text(json, "userId", subscriber->user_id);
    buffer_append_format(json, ",\"wire\":%d", (int)subscriber->wire);
    append_subscriptions(json, row);
    append_token(json, row);
    append_text(json, "url", session_handshake(peer_session(subscriber->peer))->url);
    if (row->leaves) {
        buffer_append_format(json, ",\"from\":%d}", daemon);
        return;
    }
    subscriber->transport = session_transport(peer_session(subscriber->peer));
    append_text(json, "transport", subscriber->transport);
    buffer_append_format(json, ",\"daemon\":%d,\"since\":%lld}", daemon,
                         (long long)subscriber->since_ms);
}

bool durable_row_is_stale(const struct subscriber *subscriber)
{
    return subscriber->peer &&
           (!subscriber->transport ||
            strcmp(subscriber->transport, session_transport(peer_session(subscriber->peer))));
}

bool durable_row_subscriptions(const char *text,
                               void (*found)(void *context, enum channel channel,
                                             struct filter *filter),
                               void *context)
{
    struct json *subscriptions = json_parse(text, strlen(text), NULL);
    struct error error;
    enum channel channel;

    if (!subscriptions)
        return false;
    for (const struct json *member = json_first(subscriptions); member;
         member = json_next(member)) {
        struct filter *filter = NULL;

        if (!channel_parse(json_name(member), &channel))
            continue;
        if (json_first(member)) {
            filter = filter_parse(channel, member, &error);
            if (!filter)
                continue;
        }
        found(context, channel, filter);
    }
    json_free(&subscriptions);
    return true;
}
