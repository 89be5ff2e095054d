/* The answers of bench_load: one line of JSON each, on stdout. */
#ifndef BENCH_LOAD_REPORT_H
#define BENCH_LOAD_REPORT_H

#include "tests/bench/load/crowd.h"

/* {"opened","failed","seconds","handshakes_per_second","refused":{"503":1,"timeout":2,…}} */
void report_batch(const struct crowd *crowd);

/* Everything that was counted since the last reset; times in microseconds. */
void report_tally(const struct crowd *crowd);

/* {"messages","open"} */
void report_progress(const struct crowd *crowd);

/* {"error":…}; the text must need no escape. */
void report_error(const char *text);

#endif
