/* Clocks, in microseconds. */
#ifndef BENCH_LOAD_INSTANT_H
#define BENCH_LOAD_INSTANT_H

#include <stdint.h>
#include <time.h>

static inline int64_t instant_us(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* The same for publishers and receivers on one machine. */
static inline int64_t instant_real_us(void)
{
    return instant_us(CLOCK_REALTIME);
}

static inline int64_t instant_monotonic_us(void)
{
    return instant_us(CLOCK_MONOTONIC);
}

/* What this process has used. */
static inline int64_t instant_cpu_us(void)
{
    return instant_us(CLOCK_PROCESS_CPUTIME_ID);
}

#endif
