/* What the probes of one target say: it is down after PROBE_FAILURES_MAX failures in a row, and up
 * at the first success. Begins as all zeros: not known. Pure. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum { PROBE_FAILURES_MAX = 3 };
enum probe_finding { PROBE_UNKNOWN, PROBE_UP, PROBE_DOWN };

struct probe_state {
    enum probe_finding finding;
    int failures;        /* in a row */
    int64_t answered_us; /* when it last succeeded; 0: never */
};

/* True: the finding has changed. */
bool probe_state_take(struct probe_state *state, bool success, int64_t now_us);
/* HTTP statuses that count as success. */
bool probe_state_is_success(int http_status);
