#include "pushd/admin/health.h"

#include <string.h>

#include "pushd/gateway/gateway.h"
#include "pushd/net/database_link.h"
#include "pushd/net/http.h"
#include "pushd/stream/relay.h"
#include "shared/base/buffer.h"
#include "shared/model/error.h"
#include "shared/settings.h"

#define US_PER_MS INT64_C(1000)

static bool is_behind(const struct gateway *gateway)
{
    return relay_lag_us(gateway->relay) > gateway->settings->ready_lag_ms * US_PER_MS;
}

bool health_is_ready(const struct gateway *gateway)
{
    return gateway_is_ready(gateway) && !is_behind(gateway);
}

static void append_reason(struct buffer *json, bool holds, const char *reason)
{
    if (holds)
        buffer_append_format(json, "%s\"%s\"", json->data[json->length - 1] == '[' ? "" : ",",
                             reason);
}

static void append_reasons(const struct gateway *gateway, struct buffer *json)
{
    bool database = database_link_is_up(gateway->commands) && relay_is_open(gateway->relay);

    buffer_append_text(json, "{\"status\":\"unavailable\",\"reasons\":[");
    append_reason(json, gateway->draining, "draining");
    append_reason(json, !database, "database");
    append_reason(json, database && !gateway->draining && !gateway_is_ready(gateway), "stream");
    append_reason(json, is_behind(gateway), "lag");
    buffer_append_text(json, "]}");
}

static bool may_ask(struct http_request *request)
{
    struct error error;

    if (strcmp(request->method, "GET") == 0 || strcmp(request->method, "HEAD") == 0)
        return true;
    error_set(&error, ERROR_METHOD_NOT_ALLOWED, "this path answers GET");
    http_answer_error(request->connection, &error, "Allow: GET, HEAD\r\n");
    return false;
}

static void answer(struct http_request *request, int status, const char *json, size_t length)
{
    http_answer(request->connection, status, "application/json",
                status == 200 ? "Cache-Control: no-store\r\n"
                              : "Cache-Control: no-store\r\nRetry-After: 1\r\n",
                json, length);
}

static void alive_requested(void *context, struct http_request *request)
{
    static const char up[] = "{\"status\":\"ok\"}";

    (void)context;
    if (may_ask(request))
        answer(request, 200, up, sizeof up - 1);
}

static void ready_requested(void *context, struct http_request *request)
{
    const struct gateway *gateway = context;
    struct buffer json;

    if (health_is_ready(gateway)) {
        alive_requested(context, request);
        return;
    }
    if (!may_ask(request))
        return;
    buffer_init(&json);
    append_reasons(gateway, &json);
    answer(request, 503, json.data, json.length);
    buffer_deinit(&json);
}

static void abandoned(void *context, struct http_connection *connection)
{
    (void)context;
    (void)connection; /* never held */
}

void health_add(struct gateway *gateway, struct http_server *server)
{
    const struct http_route routes[] = {
        {"/healthz", 0, alive_requested, abandoned, gateway},
        {"/readyz", 0, ready_requested, abandoned, gateway},
    };

    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++)
        http_server_add(server, &routes[i]);
}
