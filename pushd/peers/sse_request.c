/* GET /api/v1/sse?channels=logs,events&minLevel=warn
 *   channels, filters   what is asked for (shared/model/selection.h)
 *   ticket, userId      who asks, where no Authorization header can be set
 *   cursor, lastEventId from where, for those that cannot set Last-Event-ID
 * The digest of the URL leaves the ticket and the place out: they change, what is asked for does
 * not. */
#include "pushd/peers/sse_request.h"

#include <stdlib.h>
#include <string.h>

#include "pushd/engine/attempt.h"
#include "pushd/engine/handshake.h"
#include "pushd/engine/session_private.h"
#include "pushd/engine/sse_transport.h"
#include "pushd/net/http.h"
#include "pushd/peers/sse.h"
#include "shared/auth/digest.h"
#include "shared/model/selection.h"

static const char *const passing_names[] = {"ticket", "cursor", "lastEventId"};

static bool is_passing(const char *name)
{
    for (size_t i = 0; i < sizeof passing_names / sizeof *passing_names; i++) {
        if (strcmp(passing_names[i], name) == 0)
            return true;
    }
    return false;
}

static bool read_channels(const struct http_request *request, struct selection *selection,
                          struct error *error)
{
    const char *rest = request->query;
    struct http_parameter parameter;

    while (http_query_next(request, &rest, &parameter)) {
        if (strcmp(parameter.name, "channels") == 0 &&
            !selection_add_channels(selection, parameter.value, error))
            return false;
    }
    if (selection->channels)
        return true;
    error_set(error, ERROR_INVALID_VALUE, "channels: must name at least one channel");
    return false;
}

static bool read_filters(const struct http_request *request, struct selection *selection,
                         struct error *error)
{
    const char *rest = request->query;
    struct http_parameter parameter;

    while (http_query_next(request, &rest, &parameter)) {
        if (strcmp(parameter.name, "channels") == 0 || strcmp(parameter.name, "userId") == 0 ||
            is_passing(parameter.name))
            continue;
        if (!selection_add_filter(selection, parameter.name, parameter.value, error))
            return false;
    }
    return true;
}

static void digest_url(const struct http_request *request, char digest[DIGEST_SIZE])
{
    const char *rest = request->query;
    struct http_parameter parameter;
    struct buffer url;

    buffer_init(&url);
    while (http_query_next(request, &rest, &parameter)) {
        if (!is_passing(parameter.name))
            buffer_append_format(&url, "%s=%s\n", parameter.name, parameter.value);
    }
    digest_make(url.data, url.length, digest);
    buffer_deinit(&url);
}

static bool resumes(const struct http_request *request)
{
    return http_header(request, "last-event-id") || http_query(request, "lastEventId");
}

static void refuse(struct attempt *attempt, const struct error *error)
{
    attempt_count_refused(attempt, error->code);
    sse_transport_answer_error(attempt->request->connection, error,
                               attempt->common.data ? attempt->common.data : "",
                               resumes(attempt->request));
}

static void open_session(struct attempt *attempt, struct handshake *handshake,
                         struct selection *selection)
{
    const struct http_request *request = attempt->request;
    struct session *session = session_create(attempt->engine, SESSION_SSE, handshake);
    char url[DIGEST_SIZE];

    digest_url(request, url);
    session_open(session, sse_transport_create(attempt->engine->loop, request->connection,
                                               attempt->common.data ? attempt->common.data : "",
                                               resumes(request)));
    session->kind->handler->opened(session);
    sse_connect(session, selection, url);
}

static void answer(struct attempt *attempt, struct selection *selection)
{
    const char *method = attempt->request->method;
    struct error error = {ERROR_NONE, ""};
    struct handshake *handshake;

    if (strcmp(method, "OPTIONS") == 0)
        attempt_answer_preflight(attempt);
    else if (strcmp(method, "GET") != 0) {
        error_set(&error, ERROR_METHOD_NOT_ALLOWED, "an event stream is asked for with GET");
        refuse(attempt, &error);
    } else if (!attempt_admits(attempt, true, &error) ||
               !read_channels(attempt->request, selection, &error) ||
               !read_filters(attempt->request, selection, &error) ||
               !(handshake = attempt_handshake(attempt, &error)))
        refuse(attempt, &error);
    else
        open_session(attempt, handshake, selection);
}

void sse_requested(void *engine, struct http_request *request)
{
    struct attempt attempt;
    struct selection selection;

    attempt_init(&attempt, engine, request);
    attempt_name(&attempt, NULL);
    selection_init(&selection);
    answer(&attempt, &selection);
    selection_deinit(&selection);
    attempt_deinit(&attempt);
}
