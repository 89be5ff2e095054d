#include "tests/bench/load/histogram.h"

static const int64_t LARGEST = INT64_C(1) << HISTOGRAM_MAX_BITS;

/* 0 to 127 are themselves; then bits 6 and below of the value shifted down, after its octave */
static size_t bucket_of(int64_t value)
{
    unsigned octave;

    if (value < 2 << HISTOGRAM_SUB_BITS)
        return (size_t)value;
    octave = 63 - (unsigned)__builtin_clzll((unsigned long long)value) - HISTOGRAM_SUB_BITS;
    return ((size_t)octave << HISTOGRAM_SUB_BITS) + (size_t)(value >> octave);
}

int64_t histogram_upper(size_t bucket)
{
    size_t octave = bucket >> HISTOGRAM_SUB_BITS;
    int64_t step = (int64_t)(bucket & ((1 << HISTOGRAM_SUB_BITS) - 1));

    if (octave <= 1)
        return (int64_t)bucket;
    octave--;
    return ((step + (1 << HISTOGRAM_SUB_BITS) + 1) << octave) - 1;
}

void histogram_add(struct histogram *histogram, int64_t value)
{
    if (value < 0)
        value = 0;
    if (value > LARGEST)
        value = LARGEST;
    if (value > histogram->max)
        histogram->max = value;
    histogram->count++;
    histogram->buckets[bucket_of(value)]++;
}

int64_t histogram_quantile(const struct histogram *histogram, double share)
{
    double exact = share * (double)histogram->count;
    uint64_t wanted = (uint64_t)exact, seen = 0;

    if (!histogram->count)
        return 0;
    wanted += (double)wanted < exact || wanted == 0;
    for (size_t bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
        seen += histogram->buckets[bucket];
        if (seen >= wanted) {
            int64_t upper = histogram_upper(bucket);

            return upper < histogram->max ? upper : histogram->max;
        }
    }
    return histogram->max;
}
