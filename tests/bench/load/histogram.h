/* Times in microseconds, counted in buckets whose width grows with the value: 64 to each power of
 * two, so that what is read back is at most 1/64 (1.6 %) above what was put in. Values below 128
 * are exact; negative ones (clocks that differ) count as 0; those above 2^40 as 2^40. No
 * allocation: zero bytes are an empty histogram. */
#ifndef BENCH_LOAD_HISTOGRAM_H
#define BENCH_LOAD_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

enum { HISTOGRAM_SUB_BITS = 6, HISTOGRAM_MAX_BITS = 40 };
enum { HISTOGRAM_BUCKETS = (HISTOGRAM_MAX_BITS - HISTOGRAM_SUB_BITS + 2) << HISTOGRAM_SUB_BITS };

struct histogram {
    uint64_t count;
    int64_t max;
    uint64_t buckets[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *histogram, int64_t value);

/* The smallest value that `share` (0 to 1) of all values do not exceed; 0 when there are none. */
int64_t histogram_quantile(const struct histogram *histogram, double share);

/* The largest value that the bucket counts. */
int64_t histogram_upper(size_t bucket);

#endif
