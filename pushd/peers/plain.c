#include "pushd/peers/plain.h"

#include <stdlib.h>
#include <string.h>

#include "pushd/engine/engine.h"
#include "pushd/engine/held.h"
#include "pushd/peers/peer_private.h"
#include "pushd/protocol/plain_message.h"
#include "pushd/protocol/refusal.h"
#include "shared/base/buffer.h"
#include "shared/base/memory.h"
#include "shared/json.h"

enum { BAD_MESSAGES_MAX = 10, WAITING_MAX = 16 };

enum plain_state {
    PLAIN_SILENT,     /* nobody knows who it is; an `auth` message will say */
    PLAIN_CONNECTING, /* the identity is being checked */
    PLAIN_SERVED,
    PLAIN_REFUSED
};

/* A message that came while the identity was being checked. */
struct waiting {
    char *text;
    size_t length;
};

struct plain {
    struct peer base;
    enum plain_state state;
    int64_t auth_id; /* the `auth` message asked for an answer; -1: it did not */
    unsigned bad_messages;
    size_t waiting_count, waiting_bytes;
    struct waiting *waiting; /* NULL: none */
};

static struct plain *plain_of(struct peer *peer)
{
    return (struct plain *)peer;
}

static void send_text(struct plain *plain, struct buffer *text)
{
    struct frame *frame = frame_from_text(text->data, text->length);

    session_send(plain->base.session, frame);
    frame_unref(&frame);
    buffer_deinit(text);
}

static void acknowledge(struct peer *peer, int64_t id, const char *json, size_t length)
{
    struct buffer text;

    buffer_init(&text);
    plain_answer_append(&text, id, json, length);
    send_text(plain_of(peer), &text);
}

/* Before the gateway knows the client, what is wrong is said here. */
static void complain(struct plain *plain, const struct error *error, const char *command,
                     int64_t id)
{
    struct buffer payload, text;

    buffer_init(&payload);
    buffer_init(&text);
    if (id >= 0) {
        refusal_append_answer(&payload, error);
        plain_answer_append(&text, id, payload.data, payload.length);
    } else {
        refusal_append_exception(&payload, error, command);
        plain_event_append(&text, "exception", payload.data, payload.length, NULL);
    }
    send_text(plain, &text);
    buffer_deinit(&payload);
}

static void accept_peer(struct peer *peer, const char *pid)
{
    (void)pid; /* a plain client resumes by its cursor */
    plain_of(peer)->state = PLAIN_SERVED;
    /* What waits is served once the gateway has said its first words, at the end of the turn. */
    if (plain_of(peer)->waiting || plain_of(peer)->auth_id >= 0)
        session_want_room(peer->session);
}

static void refuse_peer(struct peer *peer, const struct error *error)
{
    struct plain *plain = plain_of(peer);

    plain->state = PLAIN_REFUSED;
    complain(plain, error, "auth", plain->auth_id);
    session_close(peer->session,
                  error_http_status(error->code) == 503 ? CLOSE_UNAVAILABLE : CLOSE_TOKEN);
}

static const struct peer_ops ops = {accept_peer, refuse_peer, acknowledge};

static void connect_peer(struct plain *plain, const char *auth, size_t length)
{
    plain->state = PLAIN_CONNECTING;
    session_joined(plain->base.session); /* from here on it is the gateway that takes its time */
    plain->base.handler->connecting(&plain->base, auth, length);
}

static void opened(struct session *session)
{
    struct engine *engine = session_engine(session);
    struct plain *plain = memory_allocate(sizeof *plain);

    peer_init(&plain->base, &ops, engine_peer_handler(engine), session, WIRE_PLAIN);
    plain->auth_id = -1;
    session_set_context(session, plain);
    if (engine_identified(engine, session_handshake(session)))
        connect_peer(plain, "", 0);
}

static void bad_message(struct plain *plain, const struct error *error)
{
    complain(plain, error, "", -1);
    if (++plain->bad_messages == BAD_MESSAGES_MAX)
        session_close(plain->base.session, CLOSE_PARSE_ERROR);
}

static void begin(struct plain *plain, const struct plain_message *message)
{
    const struct error missing = {ERROR_TOKEN_MISSING, "the first message must be `auth`"};

    if (strcmp(message->event, "auth") == 0) {
        plain->auth_id = message->id;
        connect_peer(plain, message->data, message->data_length);
        return;
    }
    plain->state = PLAIN_REFUSED;
    complain(plain, &missing, message->event, message->id);
    session_close(plain->base.session, CLOSE_TOKEN);
}

static void keep(struct plain *plain, const char *text, size_t length)
{
    size_t limit = engine_max_payload(session_engine(plain->base.session));

    if (plain->waiting_count == WAITING_MAX || plain->waiting_bytes + length > limit) {
        session_close(plain->base.session, CLOSE_LIMIT);
        return;
    }
    if (!held_add(length)) {
        session_close(plain->base.session, CLOSE_CROWDED);
        return;
    }
    if (!plain->waiting)
        plain->waiting = memory_allocate(WAITING_MAX * sizeof *plain->waiting);
    plain->waiting[plain->waiting_count++] = (struct waiting){memory_copy(text, length), length};
    plain->waiting_bytes += length;
}

static void drop_waiting(struct plain *plain)
{
    held_remove(plain->waiting_bytes);
    for (size_t i = 0; i < plain->waiting_count; i++)
        free(plain->waiting[i].text);
    free(plain->waiting);
    plain->waiting = NULL;
    plain->waiting_count = plain->waiting_bytes = 0;
}

static void serve(struct plain *plain, const struct plain_message *message)
{
    struct peer_event event = {
        /* a token that comes later replaces the one before */
        .name = strcmp(message->event, "auth") == 0 ? "auth:refresh" : message->event,
        .arguments = message->data,
        .arguments_length = message->data_length,
        .acknowledgement = message->id,
    };

    plain->base.handler->event(&plain->base, &event);
}

static void receive(struct plain *plain, const char *text, size_t length)
{
    struct plain_message message;
    struct error error = {ERROR_NONE, ""};

    if (!plain_message_parse(text, length, &message, &error)) {
        bad_message(plain, &error);
        return;
    }
    if (plain->state == PLAIN_SILENT)
        begin(plain, &message);
    else if (plain->state == PLAIN_SERVED)
        serve(plain, &message);
    plain_message_deinit(&message);
}

static void message(struct session *session, enum frame_kind kind, const char *bytes, size_t length)
{
    struct plain *plain = session_context(session);

    if (kind == FRAME_BINARY)
        session_close(session, CLOSE_UNSUPPORTED);
    else if (plain->state == PLAIN_CONNECTING || plain->waiting)
        keep(plain, bytes, length);
    else
        receive(plain, bytes, length);
}

static void drained(struct session *session)
{
    static const char success[] = "{\"success\":true}";
    struct plain *plain = session_context(session);

    if (plain->auth_id >= 0 && plain->state == PLAIN_SERVED) {
        acknowledge(&plain->base, plain->auth_id, success, sizeof success - 1);
        plain->auth_id = -1;
    }
    for (size_t i = 0; i < plain->waiting_count && session_is_open(session); i++)
        receive(plain, plain->waiting[i].text, plain->waiting[i].length);
    drop_waiting(plain);
    peer_drained(&plain->base);
}

static void closed(struct session *session, enum close_reason reason)
{
    struct plain *plain = session_context(session);

    if (plain->state == PLAIN_CONNECTING || plain->state == PLAIN_SERVED)
        peer_leave(&plain->base, reason);
    drop_waiting(plain);
    session_set_context(session, NULL);
    free(plain);
}

const struct session_handler plain_session_handler = {opened, message, drained, closed, NULL};
