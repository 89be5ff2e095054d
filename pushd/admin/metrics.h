/* What pushd counts: rows of metrics.def, behind those of both programs. Counted where it happens
 * by metrics_add(METRIC_…), or kept by whoever knows and copied when somebody asks (sample.c). */
#pragma once
#include "pushd/engine/close_reason.h"
#include "pushd/engine/engine.h"
#include "pushd/engine/session.h"
#include "pushd/net/http.h"
#include "shared/metrics.h"
#include "shared/model/channel.h"
#include "shared/model/error.h"
#include "shared/model/push.h"

enum metric_session_state { METRIC_CONNECTING, METRIC_JOINED, METRIC_SESSION_STATE_COUNT };
enum metric_limit { METRIC_USER = ENGINE_LIMIT_COUNT, METRIC_LIMIT_COUNT }; /* and the engine's */
enum metric_drop { METRIC_CONFLATED, METRIC_SESSION_ENDED, METRIC_DROP_COUNT };
enum metric_connection { METRIC_RELAY, METRIC_COMMAND_LINK, METRIC_CONNECTION_COUNT };
enum metric_gap { METRIC_EPOCH, METRIC_RETENTION, METRIC_INVALID, METRIC_GAP_COUNT };

enum { /* rows of commands.def, and what is none */
#define COMMAND(id, event, payload, answer) METRIC_COMMAND_##id,
#include "shared/catalogue/commands.def"
       METRIC_COMMAND_UNKNOWN,
       METRIC_COMMAND_COUNT
};

enum {
#define LABEL(id, name, count, text) LABELS_##id = count,
#include "pushd/admin/metric_labels.def"
};

enum metric_pushd {
    METRIC_PUSHD_BEHIND = METRIC_SHARED_COUNT - 1,
#define METRIC(id, name, type, unit, first, second, help) METRIC_CELLS(id, type, first, second),
#include "pushd/admin/metrics.def"
    METRIC_PUSHD_COUNT
};
_Static_assert((int)METRIC_PUSHD_COUNT <= (int)METRICS_MAX, "the cells of pushd's metrics");

const struct metric *metrics_pushd_rows(size_t *count);
/* "subscribe" …; what is none: METRIC_COMMAND_UNKNOWN. */
size_t metrics_command(const char *name);
/* The reason of a sync:gap. */
size_t metrics_gap(const char *reason);
