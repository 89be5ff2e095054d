#include "tests/fuzz/fake_clock.h"

#include <stdbool.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { START_S = 1000, US_PER_S = 1000000 };

static int64_t now_us;
static bool stands;

void fake_clock_begin(void)
{
    now_us = START_S * INT64_C(1000000);
    stands = true;
}

void fake_clock_advance(int64_t us)
{
    now_us += us;
}

void fake_clock_end(void)
{
    stands = false;
}

/* In place of libc's, for libev as well. */
__attribute__((visibility("default"))) int clock_gettime(clockid_t clock, struct timespec *time)
{
    if (!stands || clock != CLOCK_MONOTONIC)
        return (int)syscall(SYS_clock_gettime, clock, time);
    time->tv_sec = now_us / US_PER_S;
    time->tv_nsec = now_us % US_PER_S * 1000;
    return 0;
}
