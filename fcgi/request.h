/* One request as it came: method, target, the headers the program looks at, and the whole body.
 * Read through a source, so that tests need no server. Strings belong to the source or the request.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "fcgi/problem.h"
#include "fcgi/target.h"
#include "shared/base/buffer.h"

enum method {
#define METHOD(id, name) METHOD_##id,
#include "fcgi/methods.def"
    METHOD_COUNT /* any other */
};

#define METHOD_BIT(method) (1u << (method))
const char *method_name(enum method method); /* "" for any other */

enum { REQUEST_MAX_BODY = 1048576, REQUEST_MAX_CORRELATION_ID = 128 };

struct request_source {
    const char *(*parameter)(const char *name); /* a CGI variable; NULL when absent */
    size_t (*read)(char *bytes, size_t size);   /* of the body; fewer only at its end */
};

struct request {
    enum method method;
    struct target target;
    const char *authorization; /* each header: NULL when absent */
    const char *content_type;
    const char *correlation_id;
    const char *host;
    const char *idempotency_key;
    const char *if_none_match;
    const char *origin;
    bool preflight; /* OPTIONS that asks for a method on behalf of an origin */
    struct buffer body;
    struct problem refusal; /* ERROR_NONE, or why the target or the body cannot be used */
    bool refused_by_front;  /* what the front server read of it is not to be trusted */
    bool stream_must_wait;  /* an event stream that comes back, while pushd is away */
};

/* Always reads the body to its end, whatever is wrong with the request: front servers turn an
 * answer before that into an error of their own. Free with request_deinit. */
void request_read(struct request *request, const struct request_source *source);
void request_deinit(struct request *request);
