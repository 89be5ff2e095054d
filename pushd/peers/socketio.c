/* Packets from clients: who may say what when, as the protocol has it. A packet that breaks it ends
 * the session; what a command makes of well-formed arguments is not decided here. */
#include "pushd/peers/socketio.h"

#include <stdlib.h>
#include <string.h>

#include "pushd/admin/metrics.h"
#include "pushd/engine/engine.h"
#include "pushd/engine/held.h"
#include "pushd/peers/socketio_private.h"
#include "pushd/protocol/socketio_packet.h"
#include "shared/base/memory.h"
#include "shared/json.h"

enum { ATTACHMENT_BYTES_FACTOR = 2 };

static void opened(struct session *session)
{
    struct client *client = memory_allocate(sizeof *client);

    client->session = session;
    client->options = engine_context(session_engine(session));
    session_set_context(session, client);
}

static const struct socketio_namespace *find_namespace(const struct client *client,
                                                       const struct socketio_packet *packet)
{
    for (size_t i = 0; i < client->options->namespace_count; i++) {
        const struct socketio_namespace *namespace = &client->options->namespaces[i];

        if (strlen(namespace->name) == packet->namespace_length &&
            memcmp(namespace->name, packet->namespace_name, packet->namespace_length) == 0)
            return namespace;
    }
    return NULL;
}

static void refuse_namespace(struct client *client, const struct socketio_packet *packet)
{
    static const char error[] = ",{\"message\":\"Invalid namespace\"}";
    struct frame *frame = frame_create(FRAME_TEXT, 2 + packet->namespace_length + sizeof error - 1);
    size_t length;
    char *text = frame_payload(frame, &length);

    memcpy(text, "44", 2);
    memcpy(text + 2, packet->namespace_name, packet->namespace_length);
    memcpy(text + 2 + packet->namespace_length, error, sizeof error - 1);
    session_send(client->session, frame);
    frame_unref(&frame);
}

static void connect_peer(struct client *client, const struct socketio_packet *packet)
{
    const struct socketio_namespace *namespace = find_namespace(client, packet);
    struct socketio_peer *peer;

    if (!namespace) {
        metrics_count(METRIC_JOINS + ERROR_NOT_FOUND);
        refuse_namespace(client, packet);
        return;
    }
    peer = socketio_peer_create(client, namespace);
    namespace->handler->connecting(&peer->base, packet->payload, packet->payload_length);
}

/* The decoded name, or "" where it is one that only JSON can hold. */
static void decode_name(const struct socketio_packet *packet, struct buffer *name)
{
    struct buffer array;
    const char *rest;
    size_t rest_length;

    buffer_init(&array);
    buffer_append_character(&array, '[');
    buffer_append(&array, packet->name, packet->name_length);
    buffer_append_character(&array, ']');
    if (!json_split_event(array.data, array.length, name, &rest, &rest_length))
        buffer_clear(name);
    buffer_deinit(&array);
}

static void deliver_event(struct socketio_peer *peer, const struct socketio_packet *packet,
                          const struct attachment *attachments)
{
    struct buffer name;
    struct peer_event event = {
        .arguments = packet->arguments,
        .arguments_length = packet->arguments_length,
        .acknowledgement = packet->id,
        .attachment_count = packet->attachment_count,
        .attachments = attachments,
    };

    buffer_init(&name);
    decode_name(packet, &name);
    event.name = name.length ? name.data : "";
    peer->namespace->handler->event(&peer->base, &event);
    buffer_deinit(&name);
}

static void deliver(struct client *client, const struct socketio_packet *packet,
                    const struct attachment *attachments)
{
    struct socketio_peer *peer =
        socketio_peer_find(client, packet->namespace_name, packet->namespace_length);

    if (!peer && packet->type == SOCKETIO_CONNECT) {
        connect_peer(client, packet);
        return;
    }
    if (!peer || !peer->base.accepted || packet->type == SOCKETIO_CONNECT ||
        packet->type == SOCKETIO_CONNECT_ERROR) {
        session_close(client->session, CLOSE_PARSE_ERROR);
        return;
    }
    if (packet->type == SOCKETIO_DISCONNECT)
        socketio_peer_leave(peer, CLOSE_CLIENT_DISCONNECTED);
    else if (packet->type == SOCKETIO_EVENT || packet->type == SOCKETIO_BINARY_EVENT)
        deliver_event(peer, packet, attachments);
    /* what is left acknowledges something, and nothing here asks for that */
}

static void drop_partial(struct client *client)
{
    struct partial_packet *partial = client->partial;

    if (!partial)
        return;
    client->partial = NULL;
    held_remove(partial->bytes + partial->length);
    for (size_t i = 0; i < partial->count; i++)
        free((void *)(uintptr_t)partial->attachments[i].bytes);
    free(partial->text);
    free(partial);
}

static void begin_partial(struct client *client, const char *text, size_t length, size_t expected)
{
    struct partial_packet *partial;

    if (!held_add(length)) {
        session_close(client->session, CLOSE_CROWDED);
        return;
    }
    partial = memory_allocate(sizeof *partial + expected * sizeof partial->attachments[0]);
    partial->text = memory_copy(text, length);
    partial->length = length;
    partial->expected = expected;
    client->partial = partial;
}

static void receive_text(struct client *client, const char *text, size_t length)
{
    struct socketio_packet packet;

    if (client->partial || !socketio_parse(text, length, &packet) ||
        packet.attachment_count > client->options->max_attachments)
        session_close(client->session, CLOSE_PARSE_ERROR);
    else if (packet.attachment_count > 0)
        begin_partial(client, text, length, packet.attachment_count);
    else
        deliver(client, &packet, NULL);
}

static void receive_binary(struct client *client, const char *bytes, size_t length)
{
    struct partial_packet *partial = client->partial;
    size_t limit = ATTACHMENT_BYTES_FACTOR * engine_max_payload(session_engine(client->session));
    struct socketio_packet packet;

    if (!partial) {
        session_close(client->session, CLOSE_PARSE_ERROR);
        return;
    }
    if (partial->bytes + length > limit || !held_add(length)) {
        session_close(client->session,
                      partial->bytes + length > limit ? CLOSE_TOO_LARGE : CLOSE_CROWDED);
        return;
    }
    partial->bytes += length;
    partial->attachments[partial->count++] =
        (struct attachment){memory_copy(bytes, length), length};
    if (partial->count < partial->expected)
        return;
    if (socketio_parse(partial->text, partial->length, &packet))
        deliver(client, &packet, partial->attachments);
    drop_partial(client);
}

static void message(struct session *session, enum frame_kind kind, const char *bytes, size_t length)
{
    if (kind == FRAME_BINARY)
        receive_binary(session_context(session), bytes, length);
    else
        receive_text(session_context(session), bytes, length);
}

static void drained(struct session *session)
{
    const struct client *client = session_context(session);

    for (struct socketio_peer *peer = client->peers; peer; peer = peer->next)
        peer_drained(&peer->base);
}

static void closed(struct session *session, enum close_reason reason)
{
    struct client *client = session_context(session);

    while (client->peers)
        socketio_peer_leave(client->peers, reason);
    drop_partial(client);
    session_set_context(session, NULL);
    free(client);
}

static void upgraded(struct session *session)
{
    const struct client *client = session_context(session);

    for (struct socketio_peer *peer = client->peers; peer; peer = peer->next)
        peer_upgraded(&peer->base);
}

const struct session_handler socketio_session_handler = {opened, message, drained, closed,
                                                         upgraded};
