#include "pushd/latency.h"

enum { US_PER_SECOND = 1000000 };

void latency_add(struct latency *latency, int64_t now_us, double ms)
{
    int64_t second = now_us / US_PER_SECOND;
    size_t place = (size_t)(second % LATENCY_SECONDS);

    if (latency->seconds[place].second != second) {
        latency->seconds[place].second = second;
        latency->seconds[place].sum_ms = 0;
        latency->seconds[place].count = 0;
    }
    latency->seconds[place].sum_ms += ms;
    latency->seconds[place].count++;
    latency->recent[latency->recent_next] = ms;
    latency->recent_next = (latency->recent_next + 1) % LATENCY_RECENT;
    if (latency->recent_count < LATENCY_RECENT)
        latency->recent_count++;
}

double latency_mean(const struct latency *latency, int64_t now_us)
{
    int64_t oldest = now_us / US_PER_SECOND - LATENCY_SECONDS;
    double sum = 0;
    uint64_t count = 0;

    for (size_t i = 0; i < LATENCY_SECONDS; i++) {
        if (latency->seconds[i].second > oldest) {
            sum += latency->seconds[i].sum_ms;
            count += latency->seconds[i].count;
        }
    }
    return count ? sum / (double)count : 0;
}

size_t latency_recent(const struct latency *latency, double recent[LATENCY_RECENT])
{
    for (size_t i = 0; i < latency->recent_count; i++)
        recent[i] =
            latency->recent[(latency->recent_next + LATENCY_RECENT - 1 - i) % LATENCY_RECENT];
    return latency->recent_count;
}
