#include "pushd/sse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pushd/engine.h"
#include "pushd/peer_private.h"
#include "pushd/protocol/sse_event.h"
#include "pushd/session_private.h"
#include "pushd/sse_transport.h"
#include "shared/auth/digest.h"
#include "shared/base/buffer.h"
#include "shared/base/memory.h"
#include "shared/json.h"
#include "shared/model/error.h"
#include "shared/model/filter.h"
#include "shared/model/push.h"
#include "shared/model/selection.h"

enum sse_state { SSE_CONNECTING, SSE_ACCEPTED, SSE_SUBSCRIBING, SSE_SENDING, SSE_REFUSED };

struct sse {
    struct peer base;
    enum sse_state state;
    char url[DIGEST_SIZE];
    char key[IDENTIFIER_SIZE];
    struct buffer subscribe; /* the payload */
};

static struct sse *sse_of(struct peer *peer)
{
    return (struct sse *)peer;
}

static void accept_peer(struct peer *peer, const char *pid)
{
    struct sse *sse = sse_of(peer);

    sse->state = SSE_ACCEPTED;
    snprintf(sse->key, sizeof sse->key, "%s", pid ? pid : "");
    session_want_room(peer->session); /* to subscribe once the gateway has said its first words */
}

static void refuse(struct sse *sse, const struct error *error)
{
    struct session *session = sse->base.session;

    if (!session_is_open(session))
        return;
    sse_transport_refuse(session->transport, error);
    session_close(session,
                  error_http_status(error->code) == 503 ? CLOSE_UNAVAILABLE : CLOSE_REFUSED);
}

static void refuse_peer(struct peer *peer, const struct error *error)
{
    sse_of(peer)->state = SSE_REFUSED;
    refuse(sse_of(peer), error);
}

/* An event of its own, without an id. */
static void tell_denied(struct sse *sse, const struct json *denied)
{
    const char *channel = json_string(json_member(denied, "channel"));
    const char *code = json_string(json_member(denied, "code"));
    struct buffer payload, text;
    struct frame *frame;

    buffer_init(&payload);
    buffer_init(&text);
    buffer_append_format(&payload, "{\"channel\":\"%s\",\"code\":\"%s\"}", channel, code);
    sse_event_append(&text, push_event(PUSH_SUBSCRIPTION_ENDED), payload.data, payload.length,
                     NULL);
    frame = frame_from_bytes(FRAME_RAW, text.data, text.length);
    session_send(sse->base.session, frame);
    frame_unref(&frame);
    buffer_deinit(&text);
    buffer_deinit(&payload);
}

static void begin(struct sse *sse, const struct json *answer)
{
    const struct json *denied = json_first(json_member(answer, "denied"));

    if (!session_is_open(sse->base.session))
        return;
    sse->state = SSE_SENDING;
    for (; denied; denied = json_next(denied))
        tell_denied(sse, denied);
    sse_transport_begin(sse->base.session->transport, sse->key);
}

/* Of the `subscribe` that was made from the request: nothing else is ever asked. */
static void acknowledge(struct peer *peer, int64_t id, const char *json, size_t length)
{
    struct json *answer = json_parse(json, length, NULL);
    struct error error = {ERROR_INTERNAL, ""};
    const char *detail = json_string(json_member(answer, "error"));
    bool success = false;

    (void)id;
    if (json_boolean(json_member(answer, "success"), &success) && success)
        begin(sse_of(peer), answer);
    else {
        error_code_parse(json_string(json_member(answer, "code")), &error.code);
        snprintf(error.detail, sizeof error.detail, "%s", detail ? detail : "");
        refuse(sse_of(peer), &error);
    }
    json_free(&answer);
}

static const struct peer_ops ops = {accept_peer, refuse_peer, acknowledge};

static void opened(struct session *session)
{
    struct sse *sse = memory_allocate(sizeof *sse);

    peer_init(&sse->base, &ops, engine_peer_handler(session->engine), session, WIRE_SSE);
    buffer_init(&sse->subscribe);
    session_set_context(session, sse);
}

/* {"channels":["logs"],"logFilters":{…}} */
static void append_subscribe(struct buffer *json, const struct selection *selection)
{
    const char *separator = "{\"channels\":[";

    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++) {
        if (!(selection->channels & (1u << channel)))
            continue;
        buffer_append_format(json, "%s\"%s\"", separator, channel_name(channel));
        separator = ",";
    }
    buffer_append_character(json, ']');
    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++) {
        const struct filter *filter = selection->filters[channel];

        if (filter && filter_canonical(filter)[0])
            buffer_append_format(json, ",\"%s\":%s", channel_filter_name(channel),
                                 filter_canonical(filter));
    }
    buffer_append_character(json, '}');
}

void sse_connect(struct session *session, const struct selection *selection, const char *url)
{
    struct sse *sse = session_context(session);

    snprintf(sse->url, sizeof sse->url, "%s", url);
    session->handshake->url = sse->url;
    append_subscribe(&sse->subscribe, selection);
    sse->base.handler->connecting(&sse->base, "", 0);
}

static void message(struct session *session, enum frame_kind kind, const char *bytes, size_t length)
{
    (void)session;
    (void)kind;
    (void)bytes;
    (void)length;
}

static void subscribe(struct sse *sse)
{
    const struct peer_event event = {
        .name = "subscribe",
        .arguments = sse->subscribe.data,
        .arguments_length = sse->subscribe.length,
        .acknowledgement = 0,
    };

    sse->state = SSE_SUBSCRIBING;
    sse->base.handler->event(&sse->base, &event);
    buffer_deinit(&sse->subscribe);
}

static void drained(struct session *session)
{
    struct sse *sse = session_context(session);

    if (sse->state == SSE_ACCEPTED)
        subscribe(sse);
    else
        peer_drained(&sse->base);
}

static void closed(struct session *session, enum close_reason reason)
{
    struct sse *sse = session_context(session);

    if (sse->state != SSE_REFUSED)
        peer_leave(&sse->base, reason);
    buffer_deinit(&sse->subscribe);
    session_set_context(session, NULL);
    session->handshake->url = NULL;
    free(sse);
}

const struct session_handler sse_session_handler = {opened, message, drained, closed};
