#include "pushd/jobs/probe_state.h"

bool probe_state_is_success(int http_status)
{
    return http_status >= 200 && http_status < 300;
}

bool probe_state_take(struct probe_state *state, bool success, int64_t now_us)
{
    enum probe_finding before = state->finding;

    if (success) {
        state->failures = 0;
        state->answered_us = now_us;
        state->finding = PROBE_UP;
    } else if (state->failures < PROBE_FAILURES_MAX && ++state->failures == PROBE_FAILURES_MAX) {
        state->finding = PROBE_DOWN;
    }
    return state->finding != before;
}
