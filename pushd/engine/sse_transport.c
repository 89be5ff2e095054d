#include "pushd/engine/sse_transport.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pushd/engine/identifier.h"
#include "pushd/engine/queue.h"
#include "pushd/net/http.h"
#include "pushd/net/loop.h"
#include "pushd/protocol/sse_event.h"
#include "shared/base/buffer.h"
#include "shared/base/memory.h"
#include "shared/model/error.h"

enum {
    SEND_SIZE = 65536,  /* what is copied together for one send */
    NOISE_MAX = 16384,  /* bytes that a client may send, though nobody reads them */
    RETRY_MIN_MS = 2000 /* and as much again by chance: not all come back at once */
};

struct sse_transport {
    struct transport base;
    struct loop *loop;
    struct http_connection *held; /* NULL once it is answered */
    char *cors;
    struct watcher *watcher;
    struct buffer output; /* what the kernel did not take */
    size_t noise;
    int fd; /* -1: the stream has not begun */
    bool resumes, broken;
    char key[IDENTIFIER_SIZE];
};

static struct sse_transport *stream_of(const struct transport *transport)
{
    return (struct sse_transport *)(uintptr_t)transport;
}

static bool writable(const struct transport *transport)
{
    const struct sse_transport *stream = stream_of(transport);

    return stream->fd >= 0 && !stream->broken && stream->output.length == 0;
}

/* A failure is only noted: it is found again by reading, where the session may be told. */
static void flush(struct sse_transport *stream)
{
    struct buffer *output = &stream->output;

    while (output->length > 0) {
        ssize_t sent = send(stream->fd, output->data, output->length, MSG_NOSIGNAL);

        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0) {
            stream->broken = errno != EAGAIN;
            break;
        }
        buffer_consume(output, (size_t)sent);
    }
    if (output->length == 0 || stream->broken)
        buffer_deinit(output);
    watcher_set(stream->watcher, output->length > 0 ? LOOP_READ | LOOP_WRITE : LOOP_READ);
}

static void append_frame(struct sse_transport *stream, const struct frame *frame)
{
    size_t length;
    const char *bytes = frame_wire(frame, &length);

    buffer_append(&stream->output, bytes, length);
    if (bytes[length - 1] == SSE_EVENT_OPEN)
        buffer_append_format(&stream->output, "%s\n\n", stream->key);
}

static void send_queue(struct transport *transport, struct queue *queue)
{
    struct sse_transport *stream = stream_of(transport);

    while (queue->count > 0 && writable(transport)) {
        while (queue->count > 0 && stream->output.length < SEND_SIZE) {
            struct frame *frame = queue_take(queue);

            append_frame(stream, frame);
            frame_unref(&frame);
        }
        flush(stream);
    }
}

static void release(struct sse_transport *stream)
{
    watcher_free(&stream->watcher);
    buffer_deinit(&stream->output);
    free(stream->cors);
    free(stream);
}

static enum error_code code_of(enum close_reason reason)
{
    switch (reason) {
    case CLOSE_TOKEN:
        return ERROR_TOKEN_EXPIRED;
    case CLOSE_LIMIT:
        return ERROR_RATE_LIMITED;
    default:
        return ERROR_UNAVAILABLE;
    }
}

static void close_stream(struct transport *transport, enum close_reason reason, struct queue *queue)
{
    struct sse_transport *stream = stream_of(transport);
    struct error error;

    if (stream->held) {
        error_set(&error, code_of(reason), "%s",
                  reason == CLOSE_TOKEN   ? "the token ran out"
                  : reason == CLOSE_LIMIT ? "as many clients as one user may have"
                                          : "not now, try again in a moment");
        sse_transport_refuse(transport, &error);
    }
    if (stream->fd >= 0) {
        send_queue(transport, queue);
        watcher_free(&stream->watcher);
        close(stream->fd);
    }
    release(stream);
}

static const struct transport_ops sse_ops = {
    .name = "sse",
    .kind = TRANSPORT_SSE,
    .writable = writable,
    .send = send_queue,
    .close = close_stream,
};

struct transport *sse_transport_create(struct loop *loop, struct http_connection *connection,
                                       const char *cors, bool resumes)
{
    struct sse_transport *stream = memory_allocate(sizeof *stream);

    stream->base.ops = &sse_ops;
    stream->loop = loop;
    stream->held = connection;
    stream->cors = memory_copy_text(cors);
    stream->fd = -1;
    stream->resumes = resumes;
    buffer_init(&stream->output);
    http_connection_set_context(connection, stream);
    return &stream->base;
}

static void lost(struct sse_transport *stream)
{
    session_transport_lost(stream->base.session, &stream->base, CLOSE_TRANSPORT_LOST);
    watcher_free(&stream->watcher);
    close(stream->fd);
    release(stream);
}

static void ready(void *context, unsigned events)
{
    struct sse_transport *stream = context;
    char bytes[1024];
    ssize_t count;

    if (events & LOOP_WRITE) {
        flush(stream);
        if (writable(&stream->base))
            session_writable(stream->base.session);
    }
    if (!(events & LOOP_READ))
        return;
    count = recv(stream->fd, bytes, sizeof bytes, 0);
    if (count > 0) {
        stream->noise += (size_t)count;
        if (stream->noise > NOISE_MAX)
            session_offended(stream->base.session, &stream->base, CLOSE_PARSE_ERROR);
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
        lost(stream);
    }
}

void sse_transport_begin(struct transport *transport, const char *key)
{
    struct sse_transport *stream = stream_of(transport);
    struct buffer headers;

    buffer_init(&headers);
    buffer_append_text(&headers, "Cache-Control: no-store\r\nX-Accel-Buffering: no\r\n");
    buffer_append_text(&headers, stream->cors);
    snprintf(stream->key, sizeof stream->key, "%s", key);
    stream->fd =
        http_answer_stream(stream->held, "text/event-stream", headers.data, &stream->output);
    stream->held = NULL;
    buffer_deinit(&headers);
    buffer_append_format(&stream->output, "retry: %ld\n\n", RETRY_MIN_MS + random() % RETRY_MIN_MS);
    stream->watcher = watcher_create(stream->loop, stream->fd, LOOP_READ, ready, stream);
    flush(stream);
    session_writable(stream->base.session);
}

void sse_transport_answer_error(struct http_connection *connection, const struct error *error,
                                const char *cors, bool resumes)
{
    int status = error_http_status(error->code);
    bool passes = (status == 503 && error->code != ERROR_WEBSOCKET_DISABLED) || status == 429;
    struct buffer headers;
    char text[40];

    buffer_init(&headers);
    buffer_append_text(&headers, "Cache-Control: no-store\r\n");
    buffer_append_text(&headers, cors);
    if (passes && resumes) {
        snprintf(text, sizeof text, "retry: %ld\n\n", RETRY_MIN_MS + random() % RETRY_MIN_MS);
        http_answer(connection, 200, "text/event-stream", headers.data, text, strlen(text));
    } else {
        if (passes)
            buffer_append_format(&headers, "Retry-After: %ld\r\n", 1 + random() % 5);
        else if (status == 401)
            buffer_append_text(&headers, "WWW-Authenticate: Bearer\r\n");
        else if (status == 405)
            buffer_append_text(&headers, "Allow: GET, OPTIONS\r\n");
        http_answer_error(connection, error, headers.data);
    }
    buffer_deinit(&headers);
}

void sse_transport_refuse(struct transport *transport, const struct error *error)
{
    struct sse_transport *stream = stream_of(transport);
    struct http_connection *connection = stream->held;

    stream->held = NULL;
    sse_transport_answer_error(connection, error, stream->cors, stream->resumes);
}

void sse_transport_abandoned(void *context, struct http_connection *connection)
{
    struct sse_transport *stream = http_connection_context(connection);

    (void)context;
    if (!stream)
        return;
    session_transport_lost(stream->base.session, &stream->base, CLOSE_TRANSPORT_LOST);
    release(stream);
}
