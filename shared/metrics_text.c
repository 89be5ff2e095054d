/* The cells as text that Prometheus reads. */
#include <inttypes.h>
#include <stdio.h>

#include "shared/base/buffer.h"
#include "shared/metrics.h"

enum { SERIES_SHOWN = 32, US_PER_SECOND = 1000000 };

static const char *const bounds[METRIC_BUCKETS] = {
#define BUCKET(us, seconds) seconds,
#include "shared/catalogue/metric_buckets.def"
    "+Inf",
};

static const char *const types[] = {
    [METRIC_TYPE_COUNTER] = "counter",
    [METRIC_TYPE_GAUGE] = "gauge",
    [METRIC_TYPE_HISTOGRAM] = "histogram",
};

static const char *statement_text(size_t place)
{
    static const char *const names[] = {
#define STATEMENT(id, parameters, text) #id,
#include "shared/db/statements.def"
    };
    return names[place];
}

static const char *result_text(size_t place)
{
    static const char *const names[METRIC_RESULT_COUNT] = {"ok", "refused", "failed",
                                                           "unavailable"};
    return names[place];
}

static const char *verification_text(size_t place)
{
    static const char *const names[METRIC_VERIFICATION_COUNT] = {"cached", "verified", "refused"};
    return names[place];
}

static const char *level_text(size_t place)
{
    return log_level_name((enum log_level)place);
}

const struct metric_label metric_label_none = {NULL, 1, NULL};
#define LABEL METRIC_LABEL
#include "shared/catalogue/metric_labels.def"

static const struct metric rows[] = {
#define METRIC METRIC_ROW
#include "shared/catalogue/metrics.def"
};

const struct metric *metrics_shared_rows(size_t *count)
{
    *count = sizeof rows / sizeof *rows;
    return rows;
}

static uint64_t value_of(size_t cell)
{
    return __atomic_load_n(&metrics_cells[cell], __ATOMIC_RELAXED);
}

static void append_label(struct buffer *text, const struct metric_label *label, size_t place,
                         char *separator)
{
    if (!label->name)
        return;
    buffer_append_format(text, "%c%s=\"%s\"", *separator, label->name, label->text(place));
    *separator = ',';
}

/* name_suffix{labels, le="bound"} */
static void append_series(struct buffer *text, const struct metric *metric, size_t series,
                          const char *suffix, const char *bound)
{
    char separator = '{';
    buffer_append_format(text, "%s%s", metric->name, suffix);
    append_label(text, metric->first, series / metric->second->count, &separator);
    append_label(text, metric->second, series % metric->second->count, &separator);
    if (bound)
        buffer_append_format(text, "%cle=\"%s\"", separator, bound);
    if (bound || separator == ',')
        buffer_append_character(text, '}');
}

static void append_value(struct buffer *text, uint64_t value, enum metric_unit unit)
{
    if (unit == METRIC_UNIT_MICROSECONDS)
        buffer_append_format(text, " %" PRIu64 ".%06" PRIu64 "\n", value / US_PER_SECOND,
                             value % US_PER_SECOND);
    else
        buffer_append_format(text, " %" PRIu64 "\n", value);
}

static void append_histogram(struct buffer *text, const struct metric *metric, size_t series,
                             size_t cell)
{
    uint64_t count = 0;
    for (size_t bucket = 0; bucket < METRIC_BUCKETS; bucket++) {
        count += value_of(cell + bucket);
        append_series(text, metric, series, "_bucket", bounds[bucket]);
        append_value(text, count, METRIC_UNIT_ONE);
    }
    append_series(text, metric, series, "_sum", NULL);
    append_value(text, value_of(cell + METRIC_BUCKETS), metric->unit);
    append_series(text, metric, series, "_count", NULL);
    append_value(text, count, METRIC_UNIT_ONE);
}

static bool has_counted(const struct metric *metric, size_t cell)
{
    size_t buckets = metric->type == METRIC_TYPE_HISTOGRAM ? METRIC_BUCKETS : 1;
    for (size_t bucket = 0; bucket < buckets; bucket++)
        if (value_of(cell + bucket) > 0)
            return true;
    return false;
}

static void append_metric(struct buffer *text, const struct metric *metric)
{
    size_t series_count = metric->first->count * metric->second->count;
    size_t width = metric->type == METRIC_TYPE_HISTOGRAM ? METRIC_WIDTH_HISTOGRAM : 1;
    buffer_append_format(text, "# HELP %s %s\n# TYPE %s %s\n", metric->name, metric->help,
                         metric->name, types[metric->type]);
    for (size_t series = 0; series < series_count; series++) {
        size_t cell = metric->cell + series * width;
        if (series_count > SERIES_SHOWN && !has_counted(metric, cell))
            continue;
        if (metric->type == METRIC_TYPE_HISTOGRAM) {
            append_histogram(text, metric, series, cell);
        } else if (value_of(cell) != METRIC_ABSENT) {
            append_series(text, metric, series, "", NULL);
            append_value(text, value_of(cell), metric->unit);
        }
    }
}

void metrics_append(struct buffer *text, const struct metric *metrics, size_t count)
{
    for (size_t row = 0; row < count; row++)
        append_metric(text, &metrics[row]);
}
