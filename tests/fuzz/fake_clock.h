/* A monotonic clock that stands still between the steps of an input, so that what a timer does
 * belongs to the input. Real outside of them: libFuzzer looks at it, too. */
#pragma once
#include <stdint.h>

void fake_clock_begin(void);
void fake_clock_advance(int64_t us);
void fake_clock_end(void);
