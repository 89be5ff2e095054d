/* The two clocks. Everything pure takes times as arguments instead. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#define CLOCK_ISO_SIZE 25

int64_t clock_wall_ms(void); /* since 1970-01-01 UTC */
int64_t clock_monotonic_us(void);
void clock_iso(int64_t wall_ms, char text[CLOCK_ISO_SIZE]); /* 2025-01-05T10:00:00.000Z */
