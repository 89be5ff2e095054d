#include "pushd/stream/latency.h"

#include "shared/base/buffer.h"

enum { US_PER_SECOND = 1000000 };

void latency_add(struct latency *latency, int64_t now_us, double ms, size_t receivers)
{
    int64_t second = now_us / US_PER_SECOND;
    size_t place = (size_t)(second % LATENCY_SECONDS);

    if (latency->seconds[place].second != second) {
        latency->seconds[place].second = second;
        latency->seconds[place].sum_ms = 0;
        latency->seconds[place].deliveries = 0;
    }
    latency->seconds[place].sum_ms += ms * (double)receivers;
    latency->seconds[place].deliveries += receivers;
    latency->recent[latency->recent_next].at_us = now_us;
    latency->recent[latency->recent_next].ms = ms;
    latency->recent_next = (latency->recent_next + 1) % LATENCY_RECENT;
    if (latency->recent_count < LATENCY_RECENT)
        latency->recent_count++;
}

static void append_seconds(const struct latency *latency, int64_t now_s, struct buffer *json)
{
    const char *comma = "";

    for (int64_t age = 0; age < LATENCY_SECONDS && age <= now_s; age++) {
        size_t place = (size_t)((now_s - age) % LATENCY_SECONDS);

        if (latency->seconds[place].second != now_s - age || !latency->seconds[place].deliveries)
            continue;
        buffer_append_format(json, "%s[%d,%.3f,%llu]", comma, (int)age,
                             latency->seconds[place].sum_ms,
                             (unsigned long long)latency->seconds[place].deliveries);
        comma = ",";
    }
}

static void append_recent(const struct latency *latency, int64_t now_us, struct buffer *json)
{
    for (size_t i = 0; i < latency->recent_count; i++) {
        size_t place = (latency->recent_next + LATENCY_RECENT - 1 - i) % LATENCY_RECENT;
        int64_t age_us = now_us - latency->recent[place].at_us;

        if (age_us >= (int64_t)LATENCY_SECONDS * US_PER_SECOND)
            return;
        buffer_append_format(json, "%s[%.3f,%.3f]", i ? "," : "", (double)age_us / US_PER_SECOND,
                             latency->recent[place].ms);
    }
}

void latency_append_json(const struct latency *latency, int64_t now_us, struct buffer *json)
{
    buffer_append_text(json, "\"seconds\":[");
    append_seconds(latency, now_us / US_PER_SECOND, json);
    buffer_append_text(json, "],\"recent\":[");
    append_recent(latency, now_us, json);
    buffer_append_character(json, ']');
}
