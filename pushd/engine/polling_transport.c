#include "pushd/engine/polling_transport.h"

#include <stdlib.h>
#include <string.h>

#include "pushd/engine/queue.h"
#include "pushd/engine/transport.h"
#include "pushd/net/http.h"
#include "pushd/protocol/engineio.h"
#include "shared/base/buffer.h"
#include "shared/base/memory.h"
#include "shared/base/utf8.h"

struct polling {
    struct transport base;
    struct http_connection *held; /* the GET that waits; NULL: none */
    char *cors;                   /* of its answer */
};

static struct polling *polling_of(const struct transport *transport)
{
    return (struct polling *)(uintptr_t)transport;
}

static void answer(struct polling *polling, int status, const char *type, const char *body,
                   size_t length)
{
    struct http_connection *connection = polling->held;
    struct buffer headers;

    buffer_init(&headers);
    buffer_append_text(&headers, "Cache-Control: no-store\r\n");
    buffer_append_text(&headers, polling->cors);
    polling->held = NULL;
    free(polling->cors);
    polling->cors = NULL;
    http_answer(connection, status, type, headers.data, body, length);
    buffer_deinit(&headers);
}

static void answer_payload(struct polling *polling, const char *payload, size_t length)
{
    answer(polling, 200, "text/plain; charset=UTF-8", payload, length);
}

static bool writable(const struct transport *transport)
{
    return polling_of(transport)->held != NULL;
}

static void append_queue(struct buffer *payload, struct queue *queue)
{
    struct frame *frame;

    while ((frame = queue_take(queue))) {
        size_t length;
        const char *bytes = frame_payload(frame, &length);

        engineio_payload_append(payload, frame_kind(frame), bytes, length);
        frame_unref(&frame);
    }
}

static void send_queue(struct transport *transport, struct queue *queue)
{
    struct buffer payload;

    buffer_init(&payload);
    append_queue(&payload, queue);
    answer_payload(polling_of(transport), payload.data, payload.length);
    buffer_deinit(&payload);
}

static void release(struct polling *polling)
{
    free(polling->cors);
    free(polling);
}

static void close_polling(struct transport *transport, enum close_reason reason,
                          struct queue *queue)
{
    struct polling *polling = polling_of(transport);

    if (polling->held) {
        /* A client that closes itself expects a noop. The others are told, unless there is
         * something to say: what comes with a close packet, socket.io-client hands out only when it
         * is back, and so a second time. These learn of the end by their next poll. */
        char last = reason == CLOSE_CLIENT_CLOSED ? ENGINEIO_NOOP : ENGINEIO_CLOSE;
        struct buffer payload;

        buffer_init(&payload);
        append_queue(&payload, queue);
        if (payload.length == 0 || reason == CLOSE_CLIENT_CLOSED)
            engineio_payload_append(&payload, FRAME_TEXT, &last, 1);
        answer_payload(polling, payload.data, payload.length);
        buffer_deinit(&payload);
    }
    release(polling);
}

static void interrupt(struct transport *transport)
{
    if (polling_of(transport)->held)
        answer_payload(polling_of(transport), "6", 1);
}

/* A client that upgrades has no poll under way; one that does raced with its own upgrade. */
static void replaced(struct transport *transport)
{
    struct polling *polling = polling_of(transport);

    if (polling->held) {
        const char *body = engineio_error_body(ENGINEIO_ERROR_BAD_REQUEST);

        answer(polling, 400, "application/json", body, strlen(body));
    }
    release(polling);
}

static const struct transport_ops polling_ops = {
    .name = "polling",
    .kind = TRANSPORT_POLLING,
    .writable = writable,
    .send = send_queue,
    .close = close_polling,
    .interrupt = interrupt,
    .replaced = replaced,
};

struct transport *polling_create(void)
{
    struct polling *polling = memory_allocate(sizeof *polling);

    polling->base.ops = &polling_ops;
    return &polling->base;
}

bool polling_is(const struct transport *transport)
{
    return transport && transport->ops == &polling_ops;
}

bool polling_holds(const struct transport *transport)
{
    return polling_of(transport)->held != NULL;
}

void polling_hold(struct transport *transport, struct http_connection *connection, const char *cors)
{
    struct polling *polling = polling_of(transport);

    polling->held = connection;
    polling->cors = memory_copy_text(cors);
    http_connection_set_context(connection, polling);
    session_writable(transport->session);
}

void polling_abandoned(struct http_connection *connection)
{
    struct polling *polling = http_connection_context(connection);

    if (!polling)
        return;
    session_transport_lost(polling->base.session, &polling->base, CLOSE_TRANSPORT_LOST);
    release(polling);
}

bool polling_receive(struct transport *transport, const char *payload, size_t length)
{
    struct session *session = transport->session;
    const char *end = payload + length;
    struct engineio_packet packet;
    struct buffer binary;
    size_t characters;
    bool valid = length > 0 && utf8_count(payload, length, &characters);

    buffer_init(&binary);
    while (valid && payload < end) {
        buffer_clear(&binary);
        valid = engineio_payload_next(&payload, end, &binary, &packet);
        if (valid && packet.kind == FRAME_BINARY)
            session_receive(session, transport, FRAME_BINARY, packet.data, packet.length);
        else if (valid)
            session_receive(session, transport, FRAME_TEXT, packet.data - 1, packet.length + 1);
    }
    buffer_deinit(&binary);
    if (!valid)
        session_offended(session, transport, CLOSE_PARSE_ERROR);
    return valid;
}
