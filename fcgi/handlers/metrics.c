/* GET /metrics: what all processes of this program on this host have counted, for Prometheus.
 *
 * With a token, and for nobody by address: behind a further proxy on the same machine the whole
 * world comes from the loopback. While the database is away a token that is good otherwise will do:
 * that is when figures are wanted. */
#include "fcgi/metrics.h"
#include "fcgi/body.h"
#include "fcgi/exchange.h"
#include "fcgi/handlers/handlers.h"
#include "fcgi/metrics_file.h"
#include "fcgi/query.h"
#include "fcgi/revocation.h"
#include "shared/model/selection.h"

static void respond(struct response *response)
{
    size_t count;
    const struct metric *rows = metrics_shared_rows(&count);
    response->status = 200;
    response->content_type = "text/plain; version=0.0.4; charset=utf-8";
    metrics_append(&response->body, rows, count);
    rows = metrics_fcgi_rows(&count);
    metrics_append(&response->body, rows, count);
}

bool metrics_answer(struct exchange *exchange)
{
    struct selection none;
    selection_init(&none);
    if (!query_check(&exchange->request.target, "", &none, &exchange->problem) ||
        !body_check_empty(&exchange->request, &exchange->problem) || !revocation_check(exchange))
        return false;
    if (!metrics_file_in_use())
        return problem_set(&exchange->problem, ERROR_NOT_FOUND, NULL,
                           "nothing is counted here: METRICS_FILE is not set, or is not usable");
    respond(&exchange->response);
    return true;
}
