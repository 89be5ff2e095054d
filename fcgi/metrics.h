/* What bookly.fcgi counts: rows of metrics.def, behind those of both programs. All its processes
 * add to the same cells (metrics_file.h). */
#pragma once
#include "shared/metrics.h"

struct exchange;

enum { /* rows of routes.def, and what is none */
       METRIC_ROUTE_NONE = 0
#define ROUTE(method, pattern, rule, answer, statement, arguments, summary) +1
#include "fcgi/routes.def"
       ,
       METRIC_ROUTE_COUNT
};

enum { /* rows of statuses.def, and any other */
#define STATUS(code, reason) METRIC_STATUS_##code,
#include "fcgi/statuses.def"
       METRIC_STATUS_OTHER,
       METRIC_STATUS_COUNT
};

enum {
#define LABEL(id, name, count, text) LABELS_##id = count,
#include "fcgi/metric_labels.def"
};

enum metric_fcgi {
    METRIC_FCGI_BEHIND = METRIC_SHARED_COUNT - 1,
#define METRIC(id, name, type, unit, first, second, help) METRIC_CELLS(id, type, first, second),
#include "fcgi/metrics.def"
    METRIC_FCGI_COUNT
};
_Static_assert((int)METRIC_FCGI_COUNT <= (int)METRICS_MAX, "the cells of bookly.fcgi's metrics");

const struct metric *metrics_fcgi_rows(size_t *count);
/* An exchange was answered, took_us after it arrived. */
void metrics_exchange(const struct exchange *exchange, int64_t took_us);
