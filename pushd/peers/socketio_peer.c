/* What is said to a peer, and the encodings for it. */
#include <stdlib.h>
#include <string.h>

#include "pushd/peers/socketio_private.h"
#include "pushd/protocol/socketio_packet.h"
#include "shared/base/memory.h"
#include "shared/json.h"
#include "shared/model/error.h"

static struct socketio_peer *peer_of(const struct peer *peer)
{
    return (struct socketio_peer *)(uintptr_t)peer;
}

static void send_text(struct peer *peer, struct buffer *text)
{
    struct frame *frame = frame_from_text(text->data, text->length);

    session_send(peer->session, frame);
    frame_unref(&frame);
    buffer_deinit(text);
}

static struct buffer packet_head(const struct peer *peer, enum socketio_type type,
                                 size_t attachment_count, int64_t id)
{
    struct buffer text;

    buffer_init(&text);
    socketio_head_append(&text, type, attachment_count, peer_of(peer)->namespace->name, id);
    return text;
}

static void accept_peer(struct peer *peer, const char *pid)
{
    struct buffer text = packet_head(peer, SOCKETIO_CONNECT, 0, -1);

    buffer_append_format(&text, "{\"sid\":\"%s\"", peer->id);
    if (pid)
        buffer_append_format(&text, ",\"pid\":\"%s\"", pid);
    buffer_append_character(&text, '}');
    send_text(peer, &text);
}

static void release(struct socketio_peer *peer)
{
    struct socketio_peer **link = &peer->client->peers;

    while (*link != peer)
        link = &(*link)->next;
    *link = peer->next;
    free(peer);
}

static void refuse_peer(struct peer *peer, const struct error *error)
{
    const char *message = error->detail[0] ? error->detail : error_title(error->code);
    struct buffer text = packet_head(peer, SOCKETIO_CONNECT_ERROR, 0, -1);

    buffer_append_text(&text, "{\"message\":");
    json_append_string(&text, message, strlen(message));
    buffer_append_format(&text, ",\"data\":{\"code\":\"%s\"}}", error_code_text(error->code));
    send_text(peer, &text);
    release(peer_of(peer));
}

static void send_attachments(struct peer *peer, const struct attachment *attachments, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct frame *frame =
            frame_from_bytes(FRAME_BINARY, attachments[i].bytes, attachments[i].length);

        session_send(peer->session, frame);
        frame_unref(&frame);
    }
}

void socketio_emit(struct peer *peer, const char *event, const char *arguments, size_t length,
                   const struct attachment *attachments, size_t count)
{
    struct buffer text =
        packet_head(peer, count ? SOCKETIO_BINARY_EVENT : SOCKETIO_EVENT, count, -1);

    buffer_append_character(&text, '[');
    json_append_string(&text, event, strlen(event));
    if (length > 0) {
        buffer_append_character(&text, ',');
        buffer_append(&text, arguments, length);
    }
    buffer_append_character(&text, ']');
    send_text(peer, &text);
    send_attachments(peer, attachments, count);
}

void socketio_acknowledge(struct peer *peer, int64_t id, const char *arguments, size_t length,
                          const struct attachment *attachments, size_t count)
{
    struct buffer text = packet_head(peer, count ? SOCKETIO_BINARY_ACK : SOCKETIO_ACK, count, id);

    buffer_append_character(&text, '[');
    buffer_append(&text, arguments, length);
    buffer_append_character(&text, ']');
    send_text(peer, &text);
    send_attachments(peer, attachments, count);
}

static void acknowledge(struct peer *peer, int64_t id, const char *json, size_t length)
{
    socketio_acknowledge(peer, id, json, length, NULL, 0);
}

static const struct peer_ops ops = {accept_peer, refuse_peer, acknowledge};

struct socketio_peer *socketio_peer_create(struct client *client,
                                           const struct socketio_namespace *namespace)
{
    struct socketio_peer *peer = memory_allocate(sizeof *peer);
    size_t place = (size_t)(namespace - client->options->namespaces);

    peer_init(&peer->base, &ops, namespace->handler, client->session, namespace->wire);
    peer->base.first_slot = (uint8_t)(place * PEER_SLOTS);
    peer->client = client;
    peer->namespace = namespace;
    peer->next = client->peers;
    client->peers = peer;
    return peer;
}

struct socketio_peer *socketio_peer_find(const struct client *client, const char *name,
                                         size_t length)
{
    for (struct socketio_peer *peer = client->peers; peer; peer = peer->next)
        if (strlen(peer->namespace->name) == length &&
            memcmp(peer->namespace->name, name, length) == 0)
            return peer;
    return NULL;
}

void socketio_peer_leave(struct socketio_peer *peer, enum close_reason reason)
{
    peer_leave(&peer->base, reason);
    release(peer);
}

const struct socketio_namespace *socketio_peer_namespace(const struct peer *peer)
{
    return peer_of(peer)->namespace;
}

struct frame *socketio_event_frame(const char *namespace_name, const char *event,
                                   const char *payload, size_t length, const char *cursor)
{
    struct buffer text;
    struct frame *frame;

    buffer_init(&text);
    buffer_reserve(&text, length + strlen(event) + 128);
    socketio_head_append(&text, SOCKETIO_EVENT, 0, namespace_name, -1);
    buffer_append_character(&text, '[');
    json_append_string(&text, event, strlen(event));
    if (length > 0) {
        buffer_append_character(&text, ',');
        buffer_append(&text, payload, length);
    }
    if (cursor) {
        buffer_append_character(&text, ',');
        json_append_string(&text, cursor, strlen(cursor));
    }
    buffer_append_character(&text, ']');
    frame = frame_from_text(text.data, text.length);
    buffer_deinit(&text);
    return frame;
}
