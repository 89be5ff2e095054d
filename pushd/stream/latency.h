/* How long rows took from their append until they were written to the sockets of their receivers:
 * sums by second over one minute, and the newest ones. Pure; times are given. */
#pragma once
#include <stddef.h>
#include <stdint.h>

struct buffer;

enum { LATENCY_RECENT = 10, LATENCY_SECONDS = 60 };

struct latency {
    struct {
        int64_t second;
        double sum_ms;       /* over all deliveries */
        uint64_t deliveries; /* rows times receivers */
    } seconds[LATENCY_SECONDS];
    struct {
        int64_t at_us;
        double ms;
    } recent[LATENCY_RECENT]; /* a ring */
    size_t recent_count, recent_next;
};

void latency_add(struct latency *latency, int64_t now_us, double ms, size_t receivers);
/* Appends `"seconds":[[age in s, sum of ms, deliveries], …],"recent":[[age in s, ms], …]`: those of
 * the last minute, newest first. */
void latency_append_json(const struct latency *latency, int64_t now_us, struct buffer *json);
