/* Requests on the engine's paths: handshakes, polls, posts, upgrades, preflights. Checks come in
 * the order of Socket.IO's own server, so that clients meet the errors they know. */
#include "pushd/engine_request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pushd/handshake.h"
#include "pushd/http.h"
#include "pushd/polling_transport.h"
#include "pushd/protocol/engineio.h"
#include "pushd/session_private.h"
#include "pushd/session_websocket.h"
#include "pushd/ws_transport.h"
#include "shared/base/buffer.h"
#include "shared/base/memory.h"
#include "shared/json.h"

struct attempt {
    struct engine *engine;
    struct http_request *request;
    const char *transport, *session_id, *version; /* NULL: not given */
    bool upgrade;
    struct buffer cors; /* header lines for every answer */
};

static void answer_json(struct attempt *attempt, int status, const char *more, const char *body)
{
    struct buffer headers;

    buffer_init(&headers);
    buffer_append_text(&headers, "Cache-Control: no-store\r\n");
    buffer_append_text(&headers, more);
    buffer_append(&headers, attempt->cors.data, attempt->cors.length);
    http_answer(attempt->request->connection, status, "application/json", headers.data, body,
                strlen(body));
    buffer_deinit(&headers);
}

static void answer_error(struct attempt *attempt, enum engineio_error error)
{
    attempt->engine->counts.refused++;
    answer_json(attempt, 400, "", engineio_error_body(error));
}

static void answer_refusal(struct attempt *attempt, const struct error *error)
{
    int status = error_http_status(error->code);
    const char *message = error->detail[0] ? error->detail : error_title(error->code);
    char retry[32] = "";
    struct buffer body;

    attempt->engine->counts.refused++;
    if (status == 503 || status == 429) /* spread, so that refused clients do not return as one */
        snprintf(retry, sizeof retry, "Retry-After: %ld\r\n", 1 + random() % 5);
    buffer_init(&body);
    buffer_append_format(&body, "{\"code\":\"%s\",\"message\":", error_code_text(error->code));
    json_append_string(&body, message, strlen(message));
    buffer_append_character(&body, '}');
    answer_json(attempt, status, retry, body.data);
    buffer_deinit(&body);
}

static void prepare_cors(struct attempt *attempt)
{
    const struct engine_options *options = &attempt->engine->options;
    const char *origin = NULL;

    buffer_init(&attempt->cors);
    if (!options->cors_origin)
        return;
    origin = options->cors_origin(options->context, attempt->request);
    if (origin)
        buffer_append_format(&attempt->cors,
                             "Access-Control-Allow-Origin: %s\r\n"
                             "Access-Control-Allow-Credentials: true\r\n",
                             origin);
    buffer_append_text(&attempt->cors, "Vary: Origin\r\n");
}

static void answer_preflight(struct attempt *attempt)
{
    struct error error = {0};

    if (attempt->engine->options.cors_origin &&
        attempt->cors.length == strlen("Vary: Origin\r\n") &&
        http_header(attempt->request, "origin")) {
        error_set(&error, ERROR_ORIGIN_DENIED, "this origin may not call");
        answer_refusal(attempt, &error);
        return;
    }
    answer_json(attempt, 204,
                "Access-Control-Allow-Methods: GET, POST, OPTIONS\r\n"
                "Access-Control-Allow-Headers: Authorization, Content-Type, Idempotency-Key, "
                "X-Correlation-ID, If-None-Match, Last-Event-ID\r\n"
                "Access-Control-Max-Age: 600\r\n",
                "");
}

static bool is_admitted(struct attempt *attempt, bool handshake)
{
    const struct engine_options *options = &attempt->engine->options;
    struct error error = {0};

    if (!options->admit || options->admit(options->context, attempt->request, handshake, &error))
        return true;
    answer_refusal(attempt, &error);
    return false;
}

static struct handshake *make_handshake(const struct attempt *attempt)
{
    const struct engine_options *options = &attempt->engine->options;
    struct handshake *handshake = handshake_create(attempt->request);

    if (options->client_address)
        options->client_address(options->context, attempt->request, handshake);
    return handshake;
}

/* Room for one more session, the kind of this handshake. */
static bool has_room(struct attempt *attempt, const struct handshake *handshake)
{
    const struct engine *engine = attempt->engine;
    const struct engine_options *options = &engine->options;
    struct error error = {0};

    if (engine->draining)
        error_set(&error, ERROR_UNAVAILABLE, "the server is going down");
    else if ((options->max_sessions && engine->counts.sessions >= options->max_sessions) ||
             (handshake->proxied && options->max_proxied_sessions &&
              engine->proxied >= options->max_proxied_sessions))
        error_set(&error, ERROR_UNAVAILABLE, "as many connections as this server holds");
    else
        return true;
    answer_refusal(attempt, &error);
    return false;
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
    struct session *session = session_create(attempt->engine, handshake);
    struct buffer packet = opening_packet(session, true);
    struct buffer headers;

    session_open(session, polling_create());
    buffer_init(&headers);
    buffer_append_text(&headers, "Cache-Control: no-store\r\n");
    buffer_append(&headers, attempt->cors.data, attempt->cors.length);
    http_answer(attempt->request->connection, 200, "text/plain; charset=UTF-8", headers.data,
                packet.data, packet.length);
    buffer_deinit(&headers);
    buffer_deinit(&packet);
    attempt->engine->options.handler->opened(session);
}

static void open_websocket(struct attempt *attempt, struct handshake *handshake)
{
    struct transport *transport =
        session_websocket_accept(attempt->request, attempt->engine->options.max_payload);
    struct session *session;
    struct buffer packet;
    struct frame *frame;

    if (!transport) {
        free(handshake);
        return;
    }
    session = session_create(attempt->engine, handshake);
    session_open(session, transport);
    packet = opening_packet(session, false);
    frame = frame_from_text(packet.data, packet.length);
    session_send(session, frame);
    frame_unref(&frame);
    buffer_deinit(&packet);
    attempt->engine->options.handler->opened(session);
}

/* False: answered with what is wrong with the upgrade. */
static bool upgrade_is_valid(struct attempt *attempt)
{
    int status = ws_upgrade_status(attempt->request);

    if (status == 0)
        return true;
    attempt->engine->counts.refused++;
    answer_json(attempt, status, "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
                engineio_error_body(ENGINEIO_ERROR_BAD_REQUEST));
    return false;
}

static void begin(struct attempt *attempt)
{
    struct handshake *handshake;

    if (strcmp(attempt->request->method, "GET") != 0) {
        answer_error(attempt, ENGINEIO_ERROR_BAD_METHOD);
        return;
    }
    if ((strcmp(attempt->transport, "websocket") == 0) != attempt->upgrade) {
        answer_error(attempt, ENGINEIO_ERROR_BAD_REQUEST);
        return;
    }
    if (!attempt->version || strcmp(attempt->version, "4") != 0) {
        answer_error(attempt, ENGINEIO_ERROR_UNSUPPORTED_VERSION);
        return;
    }
    if (attempt->upgrade && !upgrade_is_valid(attempt))
        return;
    if (!is_admitted(attempt, true))
        return;
    handshake = make_handshake(attempt);
    if (!has_room(attempt, handshake))
        free(handshake);
    else if (attempt->upgrade)
        open_websocket(attempt, handshake);
    else
        open_polling(attempt, handshake);
}

static void continue_upgrade(struct attempt *attempt, struct session *session)
{
    struct transport *transport;

    if (strcmp(attempt->transport, "websocket") != 0) {
        answer_error(attempt, ENGINEIO_ERROR_BAD_REQUEST);
        return;
    }
    if (!upgrade_is_valid(attempt) || !is_admitted(attempt, false))
        return;
    transport = session_websocket_accept(attempt->request, attempt->engine->options.max_payload);
    if (!transport)
        return;
    if (session_may_probe(session))
        session_probe_begin(session, transport);
    else /* opened and closed, as Socket.IO's server does: a refused handshake is an error there */
        transport->ops->close(transport, CLOSE_PARSE_ERROR, NULL);
}

static void poll(struct attempt *attempt, struct session *session)
{
    if (polling_holds(session->transport)) {
        session_offended(session, session->transport, CLOSE_PARSE_ERROR);
        answer_error(attempt, ENGINEIO_ERROR_BAD_REQUEST);
        return;
    }
    polling_hold(session->transport, attempt->request->connection,
                 attempt->cors.length ? attempt->cors.data : "");
}

static void post(struct attempt *attempt, struct session *session)
{
    const struct http_request *request = attempt->request;
    struct buffer headers;

    if (!polling_receive(session->transport, request->body, request->body_length)) {
        answer_error(attempt, ENGINEIO_ERROR_BAD_REQUEST);
        return;
    }
    if (session->state >= SESSION_CLOSING && session->close_reason == CLOSE_PARSE_ERROR) {
        answer_error(attempt, ENGINEIO_ERROR_BAD_REQUEST);
        return;
    }
    buffer_init(&headers);
    buffer_append_text(&headers, "Cache-Control: no-store\r\n");
    buffer_append(&headers, attempt->cors.data, attempt->cors.length);
    http_answer(request->connection, 200, "text/html", headers.data, "ok", 2);
    buffer_deinit(&headers);
}

static void go_on(struct attempt *attempt)
{
    struct engine *engine = attempt->engine;
    struct session *session;

    deadline_list_expire(&engine->pongs);
    HASH_FIND_STR(engine->sessions, attempt->session_id, session);
    if (!session) {
        answer_error(attempt, ENGINEIO_ERROR_UNKNOWN_SESSION);
        return;
    }
    if (!attempt->version || strcmp(attempt->version, "4") != 0) {
        answer_error(attempt, ENGINEIO_ERROR_BAD_REQUEST);
        return;
    }
    if (attempt->upgrade)
        continue_upgrade(attempt, session);
    else if (!polling_is(session->transport) || strcmp(attempt->transport, "polling") != 0)
        answer_error(attempt, ENGINEIO_ERROR_BAD_REQUEST);
    else if (strcmp(attempt->request->method, "GET") == 0)
        poll(attempt, session);
    else if (strcmp(attempt->request->method, "POST") == 0)
        post(attempt, session);
    else
        answer_error(attempt, ENGINEIO_ERROR_BAD_METHOD);
}

static bool is_plain(const struct attempt *attempt)
{
    const char *path = attempt->engine->options.plain_path;

    return path && !attempt->version && !attempt->transport && !attempt->session_id &&
           strncmp(attempt->request->path, path, strlen(path)) == 0;
}

static void answer(struct attempt *attempt)
{
    if (strcmp(attempt->request->method, "OPTIONS") == 0)
        answer_preflight(attempt);
    else if (is_plain(attempt) && !attempt->upgrade)
        answer_json(attempt, 426, "Upgrade: websocket\r\n",
                    "{\"code\":\"upgrade_required\",\"message\":\"this is a WebSocket\"}");
    else if (is_plain(attempt))
        answer_error(attempt, ENGINEIO_ERROR_BAD_REQUEST);
    else if (!attempt->transport || (strcmp(attempt->transport, "polling") != 0 &&
                                     strcmp(attempt->transport, "websocket") != 0))
        answer_error(attempt, ENGINEIO_ERROR_UNKNOWN_TRANSPORT);
    else if (attempt->session_id && attempt->session_id[0])
        go_on(attempt);
    else
        begin(attempt);
}

void engine_requested(void *engine, struct http_request *request)
{
    struct attempt attempt = {
        .engine = engine,
        .request = request,
        .transport = http_query(request, "transport"),
        .session_id = http_query(request, "sid"),
        .version = http_query(request, "EIO"),
        .upgrade = http_wants_upgrade(request),
    };

    prepare_cors(&attempt);
    answer(&attempt);
    buffer_deinit(&attempt.cors);
}

void engine_abandoned(void *engine, struct http_connection *connection)
{
    (void)engine;
    polling_abandoned(connection);
}
