#include "fcgi/request.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fcgi/value.h"

static const char *const method_names[METHOD_COUNT] = {
#define METHOD(id, name) [METHOD_##id] = name,
#include "fcgi/methods.def"
};

const char *method_name(enum method method)
{
    return method < METHOD_COUNT ? method_names[method] : "";
}

static enum method method_parse(const char *text)
{
    enum method method = 0;
    while (method < METHOD_COUNT && strcmp(method_names[method], text ? text : "") != 0)
        method++;
    return method;
}

static bool parse_length(const char *text, uint64_t *length)
{
    size_t digits = strspn(text, "0123456789");
    *length = strtoull(text, NULL, 10);
    return digits > 0 && digits < 19 && text[digits] == '\0';
}

/* Reads to the end and keeps at most REQUEST_MAX_BODY bytes; returns how many came. */
static uint64_t read_whole(struct request *request, const struct request_source *source)
{
    static char piece[65536];
    uint64_t total = 0;
    size_t got;
    do {
        got = source->read(piece, sizeof piece);
        total += got;
        if (total <= REQUEST_MAX_BODY)
            buffer_append(&request->body, piece, got);
    } while (got == sizeof piece);
    return total;
}

static void read_body(struct request *request, const struct request_source *source)
{
    const char *declared_text = source->parameter("CONTENT_LENGTH");
    uint64_t total = read_whole(request, source), declared = total;
    struct problem *refusal = &request->refusal;
    if (refusal->error.code != ERROR_NONE)
        return;
    if (declared_text && *declared_text && !parse_length(declared_text, &declared))
        problem_set(refusal, ERROR_BAD_REQUEST, "Content-Length", "Content-Length: not a length");
    else if (total > REQUEST_MAX_BODY || declared > REQUEST_MAX_BODY)
        problem_set(refusal, ERROR_TOO_LARGE, NULL, "the body is larger than %d bytes",
                    REQUEST_MAX_BODY);
    else if (total != declared)
        problem_set(refusal, ERROR_BAD_REQUEST, NULL,
                    "the body has another length than Content-Length says");
}

static void read_correlation_id(struct request *request, const struct request_source *source)
{
    const char *text = source->parameter("HTTP_X_CORRELATION_ID");
    if (!text || !*text)
        return;
    if (value_is_visible(text, REQUEST_MAX_CORRELATION_ID))
        request->correlation_id = text;
    else if (request->refusal.error.code == ERROR_NONE)
        problem_set(&request->refusal, ERROR_INVALID_VALUE, "X-Correlation-ID",
                    "X-Correlation-ID: must be 1 to %d visible characters",
                    REQUEST_MAX_CORRELATION_ID);
}

/* From 500 on: who had the request ended before it was answered. */
static enum error_code code_of_status(unsigned long status)
{
    if (status >= 500)
        return ERROR_UNAVAILABLE;
    for (enum error_code code = ERROR_NONE + 1; code < ERROR_COUNT; code++)
        if ((unsigned long)error_http_status(code) == status)
            return code;
    return ERROR_BAD_REQUEST;
}

/* What the web server refused, or could not get answered, it shows us as a GET (Apache's
 * ErrorDocument, lighttpd's server.error-handler). A POST without a Content-Length is no error in
 * HTTP/1.1 (RFC 9112 6.3: it has no body): that one is carried out. */
static void read_front_refusal(struct request *request, const struct request_source *source)
{
    const char *text = source->parameter("REDIRECT_STATUS");
    unsigned long status = text ? strtoul(text, NULL, 10) : 0;
    if (status == 411) {
        request->method = METHOD_POST;
    } else if (status >= 400) {
        request->refused_by_front = true;
        problem_set(&request->refusal, code_of_status(status), NULL,
                    status >= 500 ? "the request was interrupted, try again"
                                  : "the web server could not accept the request");
    }
}

/* A browser's EventSource gives up for good on any status but 200. One that comes back with its
 * Last-Event-ID while pushd is being restarted is told to try again, as pushd tells it itself. */
static bool must_wait(const struct request *request, const struct request_source *source)
{
    const char *text = source->parameter("REDIRECT_STATUS");
    unsigned long status = text ? strtoul(text, NULL, 10) : 0;
    const char *last_event_id = source->parameter("HTTP_LAST_EVENT_ID");
    const struct target *target = &request->target;

    return status >= 502 && status <= 504 && request->method == METHOD_GET && last_event_id &&
           *last_event_id && target->below_prefix && target->segment_count == 1 &&
           strcmp(target->segments[0], "sse") == 0;
}

void request_read(struct request *request, const struct request_source *source)
{
    *request = (struct request){.method = method_parse(source->parameter("REQUEST_METHOD"))};
    buffer_init(&request->body);
    read_front_refusal(request, source);
    const char *uri = source->parameter("REQUEST_URI");
    struct problem malformed = {0};
    if (!target_parse(&request->target, uri ? uri : "", &malformed) && !request->refused_by_front)
        request->refusal = malformed;
    request->stream_must_wait = must_wait(request, source);
    request->authorization = source->parameter("HTTP_AUTHORIZATION");
    request->content_type = source->parameter("CONTENT_TYPE");
    request->host = source->parameter("HTTP_HOST");
    request->idempotency_key = source->parameter("HTTP_IDEMPOTENCY_KEY");
    request->if_none_match = source->parameter("HTTP_IF_NONE_MATCH");
    request->origin = source->parameter("HTTP_ORIGIN");
    request->preflight = request->method == METHOD_OPTIONS && request->origin &&
                         source->parameter("HTTP_ACCESS_CONTROL_REQUEST_METHOD");
    read_correlation_id(request, source);
    read_body(request, source);
}

void request_deinit(struct request *request)
{
    target_deinit(&request->target);
    buffer_deinit(&request->body);
}
