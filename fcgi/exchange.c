#include "fcgi/exchange.h"

#include "fcgi/etag.h"
#include "fcgi/guard.h"
#include "fcgi/revocation.h"

static bool answer_options(struct exchange *exchange)
{
    struct response *response = &exchange->response;
    struct buffer methods;
    buffer_init(&methods);
    router_append_methods(&methods, exchange->match.methods);
    response->status = 204;
    response_header(response, "Allow", methods.data);
    if (exchange->request.preflight && guard_origin(exchange->settings, &exchange->request))
        guard_preflight(response, methods.data);
    buffer_deinit(&methods);
    return true;
}

static bool refuse_method(struct exchange *exchange)
{
    struct buffer methods;
    buffer_init(&methods);
    router_append_methods(&methods, exchange->match.methods);
    response_header(&exchange->response, "Allow", methods.data);
    problem_set(&exchange->problem, ERROR_METHOD_NOT_ALLOWED, NULL, "this path answers %s",
                methods.data);
    buffer_deinit(&methods);
    return false;
}

static bool answer_waiting_stream(struct exchange *exchange)
{
    static const char again[] = "retry: 3000\n\n";
    struct response *response = &exchange->response;
    response->status = 200;
    response->content_type = "text/event-stream";
    buffer_append_text(&response->body, again);
    return true;
}

/* From the outside in: browser, path, method, caller, and then what the request says. */
static bool answer(struct exchange *exchange)
{
    struct request *request = &exchange->request;
    struct problem *problem = &exchange->problem;
    if (!request->preflight && !guard_origin(exchange->settings, request))
        return problem_set(problem, ERROR_ORIGIN_DENIED, NULL,
                           "this origin may not call; CORS_ORIGIN lists those that may");
    if (request->stream_must_wait)
        return answer_waiting_stream(exchange);
    if (request->refusal.error.code != ERROR_NONE &&
        (request->refusal.error.code != ERROR_TOO_LARGE || request->refused_by_front)) {
        *problem = request->refusal;
        return false;
    }
    router_find(request->method, &request->target, &exchange->match);
    if (!exchange->match.methods)
        return problem_set(problem, ERROR_NOT_FOUND, NULL, "there is nothing at this path");
    if (request->method == METHOD_OPTIONS)
        return answer_options(exchange);
    if (!exchange->match.route)
        return refuse_method(exchange);
    if (!guard_caller(exchange))
        return false;
    if (request->refusal.error.code != ERROR_NONE) {
        *problem = request->refusal;
        return false;
    }
    return exchange->match.route->answer(exchange);
}

/* Whatever else is wrong with the request: a revoked token comes first. */
static void refuse(struct exchange *exchange)
{
    if (exchange->token_unchecked)
        revocation_check(exchange);
    guard_challenge(&exchange->response, exchange->problem.error.code);
    response_problem(&exchange->response, &exchange->problem);
}

static void add_etag(struct exchange *exchange)
{
    struct response *response = &exchange->response;
    const struct request *request = &exchange->request;
    if (response->status != 200 || request->stream_must_wait ||
        (request->method != METHOD_GET && request->method != METHOD_HEAD))
        return;
    char etag[ETAG_SIZE];
    etag_make(response->body.data, response->body.length, etag);
    response_header(response, "ETag", etag);
    if (request->if_none_match && etag_matches(request->if_none_match, etag))
        response_not_modified(response);
}

static void add_common_headers(struct exchange *exchange)
{
    struct response *response = &exchange->response;
    response_header(response, "Cache-Control", "private, no-cache");
    response_header(response, "Vary", "Origin, Authorization");
    response_header(response, "X-Content-Type-Options", "nosniff");
    response_header(response, "X-Request-Id", exchange->id);
    if (exchange->request.correlation_id)
        response_header(response, "X-Correlation-ID", exchange->request.correlation_id);
    if (exchange->request.origin && guard_origin(exchange->settings, &exchange->request))
        guard_share(response, exchange->request.origin);
}

void exchange_run(struct exchange *exchange, const struct request_source *source)
{
    response_init(&exchange->response);
    exchange->problem = (struct problem){0};
    exchange->match = (struct route_match){0};
    exchange->identity = (struct identity){0};
    exchange->token_unchecked = false;
    request_read(&exchange->request, source);
    if (!answer(exchange))
        refuse(exchange);
    add_etag(exchange);
    add_common_headers(exchange);
}

void exchange_deinit(struct exchange *exchange)
{
    request_deinit(&exchange->request);
    response_deinit(&exchange->response);
}
