/* How long rows took from their append to the sockets: the mean over a window of one minute, and
 * the newest ones. Pure; times are given. */
#pragma once
#include <stddef.h>
#include <stdint.h>

enum { LATENCY_RECENT = 10, LATENCY_SECONDS = 60 };

struct latency {
    struct {
        int64_t second;
        double sum_ms;
        uint64_t count;
    } seconds[LATENCY_SECONDS];
    double recent[LATENCY_RECENT]; /* a ring */
    size_t recent_count, recent_next;
};

void latency_add(struct latency *latency, int64_t now_us, double ms);
double latency_mean(const struct latency *latency, int64_t now_us); /* 0 without any */
/* Newest first; returns how many. */
size_t latency_recent(const struct latency *latency, double recent[LATENCY_RECENT]);
