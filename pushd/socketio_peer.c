/* What is said to a peer, and the encodings for it. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "pushd/protocol/socketio_packet.h"
#include "pushd/socketio_private.h"
#include "shared/base/memory.h"
#include "shared/json.h"

struct peer *peer_create(struct client *client, const struct socketio_namespace *namespace)
{
    struct peer *peer = memory_allocate(sizeof *peer);

    peer->client = client;
    peer->namespace = namespace;
    identifier_make(peer->id);
    peer->next = client->peers;
    client->peers = peer;
    return peer;
}

struct peer *peer_find(const struct client *client, const char *name, size_t length)
{
    for (struct peer *peer = client->peers; peer; peer = peer->next)
        if (strlen(peer->namespace->name) == length &&
            memcmp(peer->namespace->name, name, length) == 0)
            return peer;
    return NULL;
}

static void release(struct peer *peer)
{
    struct peer **link = &peer->client->peers;

    while (*link != peer)
        link = &(*link)->next;
    *link = peer->next;
    free(peer);
}

void peer_leave(struct peer *peer, enum close_reason reason)
{
    peer->accepted = false;
    peer->namespace->gone(peer, reason);
    release(peer);
}

const char *peer_id(const struct peer *peer)
{
    return peer->id;
}

struct session *peer_session(const struct peer *peer)
{
    return peer->client->session;
}

const struct socketio_namespace *peer_namespace(const struct peer *peer)
{
    return peer->namespace;
}

void *peer_context(const struct peer *peer)
{
    return peer->context;
}

void peer_set_context(struct peer *peer, void *context)
{
    peer->context = context;
}

static void send_text(struct peer *peer, struct buffer *text)
{
    struct frame *frame = frame_from_text(text->data, text->length);

    session_send(peer->client->session, frame);
    frame_unref(&frame);
    buffer_deinit(text);
}

static struct buffer packet_head(const struct peer *peer, enum socketio_type type,
                                 size_t attachment_count, int64_t id)
{
    struct buffer text;

    buffer_init(&text);
    socketio_head_append(&text, type, attachment_count, peer->namespace->name, id);
    return text;
}

void peer_accept(struct peer *peer, const char *members)
{
    struct buffer text = packet_head(peer, SOCKETIO_CONNECT, 0, -1);

    assert(!peer->accepted);
    peer->accepted = true;
    buffer_append_format(&text, "{\"sid\":\"%s\"%s%s}", peer->id, *members ? "," : "", members);
    send_text(peer, &text);
    session_joined(peer->client->session);
}

void peer_refuse(struct peer *peer, const char *error)
{
    struct buffer text = packet_head(peer, SOCKETIO_CONNECT_ERROR, 0, -1);

    assert(!peer->accepted);
    buffer_append_text(&text, error);
    send_text(peer, &text);
    release(peer);
}

void peer_send(struct peer *peer, struct frame *frame)
{
    if (peer->accepted)
        session_send(peer->client->session, frame);
}

void peer_send_conflated(struct peer *peer, struct frame *frame, unsigned slot)
{
    size_t place = (size_t)(peer->namespace - peer->client->options->namespaces);

    assert(slot >= 1 && slot <= PEER_SLOTS);
    if (peer->accepted)
        session_send_conflated(peer->client->session, frame, (unsigned)(place * PEER_SLOTS + slot));
}

static void send_attachments(struct peer *peer, const struct attachment *attachments, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct frame *frame = frame_create(FRAME_BINARY, attachments[i].length);
        size_t length;
        char *bytes = frame_payload(frame, &length);

        if (length > 0)
            memcpy(bytes, attachments[i].bytes, length);
        session_send(peer->client->session, frame);
        frame_unref(&frame);
    }
}

void peer_emit(struct peer *peer, const char *event, const char *arguments, size_t length,
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

void peer_acknowledge(struct peer *peer, int64_t id, const char *arguments, size_t length,
                      const struct attachment *attachments, size_t count)
{
    struct buffer text = packet_head(peer, count ? SOCKETIO_BINARY_ACK : SOCKETIO_ACK, count, id);

    buffer_append_character(&text, '[');
    buffer_append(&text, arguments, length);
    buffer_append_character(&text, ']');
    send_text(peer, &text);
    send_attachments(peer, attachments, count);
}

void peer_close(struct peer *peer, enum close_reason reason)
{
    session_close(peer->client->session, reason);
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
