#include "shared/metrics.h"

static uint64_t own[METRICS_MAX];
uint64_t *metrics_cells = own;

/* Upper bounds in microseconds: those of metrics_text.c. */
static const int64_t bounds_us[METRIC_BUCKETS - 1] = {
#define BUCKET(us, seconds) us,
#include "shared/catalogue/metric_buckets.def"
};

void metrics_observe(size_t cell, int64_t us, uint64_t times)
{
    size_t bucket = 0;
    while (bucket < METRIC_BUCKETS - 1 && us > bounds_us[bucket])
        bucket++;
    metrics_add(cell + bucket, times);
    metrics_add(cell + METRIC_BUCKETS, (us > 0 ? (uint64_t)us : 0) * times);
}

void metrics_use(uint64_t *cells)
{
    metrics_cells = cells;
}

static void line_written(enum log_level level)
{
    metrics_count(METRIC_LOG_LINES + (size_t)level);
}

void metrics_begin(void)
{
    log_on_line(line_written);
}
