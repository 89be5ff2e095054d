/* What is counted, in Prometheus' terms: counters, gauges, histograms, rows of metrics.def files.
 * All of a program's are cells of one array; counting is one addition, which several processes may
 * do to the same array (fcgi/metrics_file.h). Times are microseconds in a cell, seconds where they
 * are shown. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "shared/base/log.h"
#include "shared/db/database.h"

struct buffer;

enum metric_type { METRIC_TYPE_COUNTER, METRIC_TYPE_GAUGE, METRIC_TYPE_HISTOGRAM };
enum metric_unit { METRIC_UNIT_ONE, METRIC_UNIT_MICROSECONDS };

enum {
    METRIC_BUCKETS = 15, /* of a histogram; the last one takes what is over all bounds */
    METRIC_WIDTH_COUNTER = 1,
    METRIC_WIDTH_GAUGE = 1,
    METRIC_WIDTH_HISTOGRAM = METRIC_BUCKETS + 1, /* and the sum */
    METRICS_MAX = 8192
};

enum metric_result {
    METRIC_OK,
    METRIC_REFUSED, /* as our functions refuse what is wrong with a question */
    METRIC_FAILED,
    METRIC_UNAVAILABLE,
    METRIC_RESULT_COUNT
};
enum metric_verification {
    METRIC_CACHED,
    METRIC_VERIFIED,
    METRIC_INVALID_TOKEN,
    METRIC_VERIFICATION_COUNT
};

enum { /* how many values a label has */
       LABELS_NONE = 1,
#define LABEL(id, name, count, text) LABELS_##id = count,
#include "shared/catalogue/metric_labels.def"
};

/* The cells of a row: METRIC_id, its name in the code, is the first of them; with two labels that
 * of (a, b) is METRIC_id + a * LABELS_second + b. */
#define METRIC_CELLS(id, type, first, second)                                                      \
    METRIC_##id, METRIC_##id##_LAST =                                                              \
                     METRIC_##id + METRIC_WIDTH_##type * LABELS_##first * LABELS_##second - 1

enum metric_shared {
#define METRIC(id, name, type, unit, first, second, help) METRIC_CELLS(id, type, first, second),
#include "shared/catalogue/metrics.def"
    METRIC_SHARED_COUNT
};

/* A gauge that is not known now: its series is left out. */
#define METRIC_ABSENT UINT64_MAX

extern uint64_t *metrics_cells; /* for the functions below alone */

static inline void metrics_add(size_t cell, uint64_t amount)
{
    __atomic_fetch_add(&metrics_cells[cell], amount, __ATOMIC_RELAXED);
}

static inline void metrics_count(size_t cell)
{
    metrics_add(cell, 1);
}

static inline void metrics_set(size_t cell, uint64_t value)
{
    __atomic_store_n(&metrics_cells[cell], value, __ATOMIC_RELAXED);
}

/* So many that took us; cell: the first of a histogram. */
void metrics_observe(size_t cell, int64_t us, uint64_t times);
/* From now on other cells count, all of which are 0 or counted before; they must stay. */
void metrics_use(uint64_t *cells);
/* Counts log lines, too. */
void metrics_begin(void);

struct metric_label {
    const char *name; /* NULL: none */
    size_t count;
    const char *(*text)(size_t place);
};

struct metric {
    const char *name;
    const char *help;
    enum metric_type type;
    enum metric_unit unit;
    const struct metric_label *first, *second;
    size_t cell;
};

extern const struct metric_label metric_label_none;

/* What a row of a table of labels, and one of a table of metrics, is made into. */
#define METRIC_LABEL(id, name, count, text)                                                        \
    static const struct metric_label metric_label_##id = {name, count, text};
#define metric_label_NONE metric_label_none
#define METRIC_ROW(id, name, type, unit, first, second, help)                                      \
    {name,                                                                                         \
     help,                                                                                         \
     METRIC_TYPE_##type,                                                                           \
     METRIC_UNIT_##unit,                                                                           \
     &metric_label_##first,                                                                        \
     &metric_label_##second,                                                                       \
     METRIC_##id},

const struct metric *metrics_shared_rows(size_t *count);
/* In Prometheus' text format, version 0.0.4. Of a row with more than 32 series those that have
 * counted nothing yet are left out. */
void metrics_append(struct buffer *text, const struct metric *rows, size_t count);
