/* The lines on stdin: open, more N, reset, wait MESSAGES TIMEOUT_MS, report, quit. One is obeyed
 * after the other; each is answered by a line. The end of stdin is quit, after what came before. */
#ifndef BENCH_LOAD_ORDERS_H
#define BENCH_LOAD_ORDERS_H

#include "tests/bench/load/crowd.h"

/* Until quit. */
void orders_obey(struct crowd *crowd);

#endif
