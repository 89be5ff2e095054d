/* Requests on the engine's paths: handshakes, polls, posts, upgrades, preflights. Checks come in
 * the order of Socket.IO's own server, so that clients meet the errors they know. */
#include "pushd/engine/engine_request.h"

#include <stdlib.h>
#include <string.h>

#include "pushd/engine/attempt.h"
#include "pushd/engine/handshake.h"
#include "pushd/engine/polling_transport.h"
#include "pushd/engine/session_private.h"
#include "pushd/engine/session_websocket.h"
#include "pushd/net/http.h"
#include "pushd/peers/plain_request.h"
#include "pushd/protocol/engineio.h"
#include "shared/base/buffer.h"

/* What a request of Engine.IO says; NULL: not given. */
struct call {
    struct attempt attempt;
    const char *transport, *session_id, *version;
    struct session *session; /* of that id; NULL: there is none */
};

static void answer_error(struct call *call, enum engineio_error error)
{
    static const enum error_code codes[] = {
        [ENGINEIO_ERROR_UNKNOWN_TRANSPORT] = ERROR_BAD_REQUEST,
        [ENGINEIO_ERROR_UNKNOWN_SESSION] = ERROR_NOT_FOUND,
        [ENGINEIO_ERROR_BAD_METHOD] = ERROR_METHOD_NOT_ALLOWED,
        [ENGINEIO_ERROR_BAD_REQUEST] = ERROR_BAD_REQUEST,
        [ENGINEIO_ERROR_UNSUPPORTED_VERSION] = ERROR_BAD_REQUEST,
    };

    attempt_count_refused(&call->attempt, codes[error]);
    attempt_answer_json(&call->attempt, 400, "", engineio_error_body(error));
}

static struct buffer opening_packet(const struct session *session, bool may_upgrade)
{
    const struct engine_options *options = &session->engine->options;
    struct engineio_opening opening = {
        .session_id = session->id,
        .may_upgrade = may_upgrade,
        .ping_interval_ms = options->ping_interval_ms,
        .ping_timeout_ms = options->ping_timeout_ms,
        .max_payload = options->max_payload,
    };
    struct buffer packet;

    buffer_init(&packet);
    engineio_opening_append(&packet, &opening);
    return packet;
}

static void open_polling(struct attempt *attempt, struct handshake *handshake)
{
    struct session *session = session_create(attempt->engine, SESSION_ENGINEIO, handshake);
    struct buffer packet = opening_packet(session, true);

    session_open(session, polling_create());
    attempt_answer(attempt, 200, "text/plain; charset=UTF-8", "", packet.data, packet.length);
    buffer_deinit(&packet);
    session->kind->handler->opened(session);
}

static void open_websocket(struct attempt *attempt, struct handshake *handshake)
{
    struct transport *transport = session_websocket_accept(attempt->request, attempt->request_id,
                                                           attempt->engine->options.max_payload);
    struct session *session;
    struct buffer packet;
    struct frame *frame;

    if (!transport) {
        free(handshake);
        return;
    }
    session = session_create(attempt->engine, SESSION_ENGINEIO, handshake);
    session_open(session, transport);
    packet = opening_packet(session, false);
    frame = frame_from_text(packet.data, packet.length);
    session_send(session, frame);
    frame_unref(&frame);
    buffer_deinit(&packet);
    session->kind->handler->opened(session);
}

static void begin(struct call *call)
{
    struct attempt *attempt = &call->attempt;
    struct error error = {ERROR_NONE, ""};
    struct handshake *handshake;

    if (strcmp(attempt->request->method, "GET") != 0) {
        answer_error(call, ENGINEIO_ERROR_BAD_METHOD);
        return;
    }
    if ((strcmp(call->transport, "websocket") == 0) != attempt->upgrade) {
        answer_error(call, ENGINEIO_ERROR_BAD_REQUEST);
        return;
    }
    if (!call->version || strcmp(call->version, "4") != 0) {
        answer_error(call, ENGINEIO_ERROR_UNSUPPORTED_VERSION);
        return;
    }
    if (attempt->upgrade && !attempt_is_upgrade(attempt))
        return;
    if (!attempt_admits(attempt, true, &error) || !(handshake = attempt_handshake(attempt, &error)))
        attempt_refuse(attempt, &error);
    else if (attempt->upgrade)
        open_websocket(attempt, handshake);
    else
        open_polling(attempt, handshake);
}

static void continue_upgrade(struct call *call, struct session *session)
{
    struct attempt *attempt = &call->attempt;
    struct error error = {ERROR_NONE, ""};
    struct transport *transport;

    if (strcmp(call->transport, "websocket") != 0) {
        answer_error(call, ENGINEIO_ERROR_BAD_REQUEST);
        return;
    }
    if (!attempt_is_upgrade(attempt))
        return;
    if (!attempt_admits(attempt, false, &error)) {
        attempt_refuse(attempt, &error);
        return;
    }
    transport = session_websocket_accept(attempt->request, attempt->request_id,
                                         attempt->engine->options.max_payload);
    if (!transport)
        return;
    if (session_may_probe(session))
        session_probe_begin(session, transport);
    else /* opened and closed, as Socket.IO's server does: a refused handshake is an error there */
        transport->ops->close(transport, CLOSE_PARSE_ERROR, NULL);
}

static void poll(struct call *call, struct session *session)
{
    const struct attempt *attempt = &call->attempt;

    if (polling_holds(session->transport)) {
        session_offended(session, session->transport, CLOSE_PARSE_ERROR);
        answer_error(call, ENGINEIO_ERROR_BAD_REQUEST);
        return;
    }
    polling_hold(session->transport, attempt->request->connection,
                 attempt->common.length ? attempt->common.data : "");
}

static void post(struct call *call, struct session *session)
{
    const struct http_request *request = call->attempt.request;

    if (!polling_receive(session->transport, request->body, request->body_length) ||
        (session->state >= SESSION_CLOSING && session->close_reason == CLOSE_PARSE_ERROR))
        answer_error(call, ENGINEIO_ERROR_BAD_REQUEST);
    else
        attempt_answer(&call->attempt, 200, "text/html", "", "ok", 2);
}

static void go_on(struct call *call)
{
    struct engine *engine = call->attempt.engine;
    const char *method = call->attempt.request->method;
    struct session *session = call->session;

    if (!session || session->kind != &engine->kinds[SESSION_ENGINEIO])
        answer_error(call, ENGINEIO_ERROR_UNKNOWN_SESSION);
    else if (!call->version || strcmp(call->version, "4") != 0)
        answer_error(call, ENGINEIO_ERROR_BAD_REQUEST);
    else if (call->attempt.upgrade)
        continue_upgrade(call, session);
    else if (!polling_is(session->transport) || strcmp(call->transport, "polling") != 0)
        answer_error(call, ENGINEIO_ERROR_BAD_REQUEST);
    else if (strcmp(method, "GET") == 0)
        poll(call, session);
    else if (strcmp(method, "POST") == 0)
        post(call, session);
    else
        answer_error(call, ENGINEIO_ERROR_BAD_METHOD);
}

static bool is_plain(const struct call *call)
{
    const struct attempt *attempt = &call->attempt;
    const char *path = attempt->engine->options.plain_path;

    return path && !call->version && !call->transport && !call->session_id &&
           strncmp(attempt->request->path, path, strlen(path)) == 0;
}

static void answer(struct call *call)
{
    struct attempt *attempt = &call->attempt;

    if (strcmp(attempt->request->method, "OPTIONS") == 0)
        attempt_answer_preflight(attempt);
    else if (is_plain(call))
        plain_requested(attempt);
    else if (!call->transport ||
             (strcmp(call->transport, "polling") != 0 && strcmp(call->transport, "websocket") != 0))
        answer_error(call, ENGINEIO_ERROR_UNKNOWN_TRANSPORT);
    else if (call->session_id && call->session_id[0])
        go_on(call);
    else
        begin(call);
}

static void find_session(struct call *call)
{
    struct engine *engine = call->attempt.engine;

    deadline_list_expire(&engine->pongs);
    HASH_FIND_STR(engine->sessions, call->session_id, call->session);
}

void engine_requested(void *engine, struct http_request *request)
{
    struct call call = {
        .transport = http_query(request, "transport"),
        .session_id = http_query(request, "sid"),
        .version = http_query(request, "EIO"),
    };

    attempt_init(&call.attempt, engine, request);
    if (call.session_id && call.session_id[0])
        find_session(&call);
    attempt_name(&call.attempt, call.session ? call.session->handshake->request_id : NULL);
    answer(&call);
    attempt_deinit(&call.attempt);
}

void engine_abandoned(void *engine, struct http_connection *connection)
{
    (void)engine;
    polling_abandoned(connection);
}
