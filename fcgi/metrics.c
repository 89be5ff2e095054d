#include "fcgi/metrics.h"

#include "fcgi/exchange.h"

static const struct {
    int code;
    const char *text;
} statuses[METRIC_STATUS_COUNT] = {
#define STATUS(code, reason) {code, #code},
#include "fcgi/statuses.def"
    {0, "other"},
};

static const char *route_text(size_t place)
{
    static const char *const names[METRIC_ROUTE_COUNT] = {
#define ROUTE(method, pattern, rule, answer, statement, arguments, summary) #method " " pattern,
#include "fcgi/routes.def"
        "none",
    };
    return names[place];
}

static const char *status_text(size_t place)
{
    return statuses[place].text;
}

static const char *code_text(size_t place)
{
    return error_code_text((enum error_code)place);
}

#define LABEL METRIC_LABEL
#include "fcgi/metric_labels.def"

static const struct metric rows[] = {
#define METRIC METRIC_ROW
#include "fcgi/metrics.def"
};

const struct metric *metrics_fcgi_rows(size_t *count)
{
    *count = sizeof rows / sizeof *rows;
    return rows;
}

static size_t route_place(const struct route *route)
{
    size_t count;
    return route ? (size_t)(route - router_rows(&count)) : METRIC_ROUTE_NONE;
}

static size_t status_place(int status)
{
    size_t place = 0;
    while (place < METRIC_STATUS_OTHER && statuses[place].code != status)
        place++;
    return place;
}

void metrics_exchange(const struct exchange *exchange, int64_t took_us)
{
    size_t route = route_place(exchange->match.route);
    metrics_count(METRIC_REQUESTS + route * LABELS_STATUS +
                  status_place(exchange->response.status));
    if (exchange->problem.error.code != ERROR_NONE)
        metrics_count(METRIC_REFUSALS + (size_t)exchange->problem.error.code);
    metrics_observe(METRIC_REQUEST_SECONDS + route * METRIC_WIDTH_HISTOGRAM, took_us, 1);
}
