#include "pushd/engine/attempt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pushd/engine/handshake.h"
#include "pushd/engine/identifier.h"
#include "pushd/engine/session_private.h"
#include "pushd/engine/ws_transport.h"
#include "pushd/net/http.h"
#include "pushd/protocol/engineio.h"
#include "shared/json.h"

void attempt_init(struct attempt *attempt, struct engine *engine, struct http_request *request)
{
    const struct engine_options *options = &engine->options;
    const char *origin;

    *attempt = (struct attempt){
        .engine = engine,
        .request = request,
        .upgrade = http_wants_upgrade(request),
    };
    buffer_init(&attempt->common);
    if (!options->cors_origin)
        return;
    origin = options->cors_origin(options->context, request);
    attempt->origin_allowed = origin != NULL;
    if (origin)
        buffer_append_format(&attempt->common,
                             "Access-Control-Allow-Origin: %s\r\n"
                             "Access-Control-Allow-Credentials: true\r\n",
                             origin);
    buffer_append_text(&attempt->common, "Vary: Origin\r\n");
}

static const char *given_id(const struct attempt *attempt)
{
    const struct engine_options *options = &attempt->engine->options;

    return options->request_id ? options->request_id(options->context, attempt->request) : NULL;
}

void attempt_name(struct attempt *attempt, const char *request_id)
{
    if (!request_id)
        request_id = given_id(attempt);
    if (request_id)
        snprintf(attempt->request_id, sizeof attempt->request_id, "%s", request_id);
    else
        identifier_make(attempt->request_id);
    buffer_append_text(&attempt->common, "X-Request-Id: ");
    buffer_append_text(&attempt->common, attempt->request_id);
    buffer_append_text(&attempt->common, "\r\n");
}

void attempt_deinit(struct attempt *attempt)
{
    buffer_deinit(&attempt->common);
}

void attempt_answer(struct attempt *attempt, int status, const char *type, const char *more,
                    const char *body, size_t length)
{
    struct buffer headers;

    buffer_init(&headers);
    buffer_append_text(&headers, "Cache-Control: no-store\r\n");
    buffer_append_text(&headers, more);
    buffer_append(&headers, attempt->common.data, attempt->common.length);
    http_answer(attempt->request->connection, status, type, headers.data, body, length);
    buffer_deinit(&headers);
}

void attempt_answer_json(struct attempt *attempt, int status, const char *more, const char *body)
{
    attempt_answer(attempt, status, "application/json", more, body, strlen(body));
}

void attempt_count_refused(struct attempt *attempt, enum error_code code)
{
    attempt->engine->counts.refused[code]++;
}

void attempt_refuse(struct attempt *attempt, const struct error *error)
{
    int status = error_http_status(error->code);
    const char *message = error->detail[0] ? error->detail : error_title(error->code);
    char retry[32] = "";
    struct buffer body;

    attempt_count_refused(attempt, error->code);
    if (status == 503 || status == 429) /* spread, so that refused clients do not return as one */
        snprintf(retry, sizeof retry, "Retry-After: %ld\r\n", 1 + random() % 5);
    buffer_init(&body);
    buffer_append_format(&body, "{\"code\":\"%s\",\"message\":", error_code_text(error->code));
    json_append_string(&body, message, strlen(message));
    buffer_append_character(&body, '}');
    attempt_answer_json(attempt, status, retry, body.data);
    buffer_deinit(&body);
}

void attempt_answer_preflight(struct attempt *attempt)
{
    struct error error = {0};

    if (attempt->engine->options.cors_origin && !attempt->origin_allowed &&
        http_header(attempt->request, "origin")) {
        error_set(&error, ERROR_ORIGIN_DENIED, "this origin may not call");
        attempt_refuse(attempt, &error);
        return;
    }
    attempt_answer_json(attempt, 204,
                        "Access-Control-Allow-Methods: GET, POST, OPTIONS\r\n"
                        "Access-Control-Allow-Headers: Authorization, Content-Type, "
                        "Idempotency-Key, X-Correlation-ID, If-None-Match, Last-Event-ID\r\n"
                        "Access-Control-Max-Age: 600\r\n",
                        "");
}

bool attempt_admits(struct attempt *attempt, bool handshake, struct error *error)
{
    const struct engine_options *options = &attempt->engine->options;

    return !options->admit || options->admit(options->context, attempt->request, handshake, error);
}

bool attempt_is_upgrade(struct attempt *attempt)
{
    int status = ws_upgrade_status(attempt->request);

    if (status == 0)
        return true;
    attempt_count_refused(attempt, ERROR_BAD_REQUEST);
    attempt_answer_json(attempt, status, "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
                        engineio_error_body(ENGINEIO_ERROR_BAD_REQUEST));
    return false;
}

static bool is_full_of_its_address(const struct engine *engine, const struct handshake *handshake)
{
    const struct engine_options *options = &engine->options;
    char block[HANDSHAKE_ADDRESS_SIZE];

    return options->max_per_address && options->address_block &&
           options->address_block(options->context, handshake, block) &&
           tally_count(&engine->addresses, block) >= options->max_per_address;
}

/* The limit that one more would pass, or ENGINE_LIMIT_COUNT. */
static enum engine_limit find_limit(const struct engine *engine, const struct handshake *handshake)
{
    const struct engine_options *options = &engine->options;
    size_t parting = engine->partings.count;

    if (options->max_sessions && engine->counts.sessions + parting >= options->max_sessions)
        return ENGINE_ALL;
    if (handshake->proxied && options->max_proxied_sessions &&
        engine->counts.proxied + parting >= options->max_proxied_sessions)
        return ENGINE_PROXIED;
    return is_full_of_its_address(engine, handshake) ? ENGINE_ADDRESS : ENGINE_LIMIT_COUNT;
}

static bool has_room(struct engine *engine, const struct handshake *handshake, struct error *error)
{
    enum engine_limit limit;

    if (engine->draining) {
        error_set(error, ERROR_UNAVAILABLE, "the server is going down");
        return false;
    }
    limit = find_limit(engine, handshake);
    if (limit == ENGINE_LIMIT_COUNT)
        return true;
    engine->counts.limited[limit]++;
    if (limit == ENGINE_ADDRESS)
        error_set(error, ERROR_RATE_LIMITED, "as many connections as one address may have");
    else
        error_set(error, ERROR_UNAVAILABLE, "as many connections as this server holds");
    return false;
}

struct handshake *attempt_handshake(struct attempt *attempt, struct error *error)
{
    const struct engine_options *options = &attempt->engine->options;
    struct handshake *handshake = handshake_create(attempt->request);

    memcpy(handshake->request_id, attempt->request_id, sizeof handshake->request_id);
    if (options->client_address)
        options->client_address(options->context, attempt->request, handshake);
    if (has_room(attempt->engine, handshake, error))
        return handshake;
    free(handshake);
    return NULL;
}
