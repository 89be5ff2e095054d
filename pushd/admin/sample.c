#include "pushd/admin/sample.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "pushd/admin/health.h"
#include "pushd/admin/metrics.h"
#include "pushd/engine/engine.h"
#include "pushd/engine/held.h"
#include "pushd/engine/queue.h"
#include "pushd/gateway/gateway.h"
#include "pushd/jobs/figures.h"
#include "pushd/net/database_link.h"
#include "pushd/stream/distributor.h"
#include "pushd/stream/relay.h"
#include "pushd/stream/ring.h"
#include "shared/base/clock.h"
#include "shared/db/columns.h"

#define US_PER_MS INT64_C(1000)

static void take_limits(const struct settings *settings, const struct engine_counts *counts)
{
    const int64_t limits[METRIC_LIMIT_COUNT] = {
        [ENGINE_ALL] = settings->max_connections,
        [ENGINE_PROXIED] = settings->front_max_connections,
        [ENGINE_ADDRESS] = settings->max_per_address,
        [METRIC_USER] = settings->max_per_user,
    };

    for (size_t limit = 0; limit < METRIC_LIMIT_COUNT; limit++)
        metrics_set(METRIC_SESSIONS_LIMIT + limit, (uint64_t)limits[limit]);
    for (size_t limit = 0; limit < ENGINE_LIMIT_COUNT; limit++)
        metrics_set(METRIC_SESSIONS_LIMITED + limit, counts->limited[limit]);
}

static void take_clients(const struct gateway *gateway)
{
    const struct engine_counts *counts = engine_counts(gateway->engine);
    const struct queue_totals *queues = queue_totals();
    uint64_t opened = 0;

    for (size_t kind = 0; kind < TRANSPORT_COUNT; kind++) {
        size_t cell = METRIC_SESSIONS + kind * LABELS_SESSION_STATE;

        metrics_set(cell + METRIC_CONNECTING, counts->connecting[kind]);
        metrics_set(cell + METRIC_JOINED, counts->joined[kind]);
        metrics_set(METRIC_SESSIONS_OPENED + kind, counts->opened[kind]);
        opened += counts->opened[kind];
    }
    metrics_set(METRIC_SESSIONS_PROXIED, counts->proxied);
    take_limits(gateway->settings, counts);
    for (size_t reason = 0; reason < CLOSE_REASON_COUNT; reason++)
        metrics_set(METRIC_SESSIONS_CLOSED + reason, counts->closed[reason]);
    metrics_set(METRIC_HANDSHAKES, opened);
    for (size_t code = ERROR_NONE + 1; code < ERROR_COUNT; code++)
        metrics_set(METRIC_HANDSHAKES + code, counts->refused[code]);
    for (size_t state = 0; state < HTTP_CLOSED; state++)
        metrics_set(METRIC_HTTP_CONNECTIONS + state,
                    http_server_count(gateway->http, (enum http_state)state));
    for (size_t refusal = 0; refusal < HTTP_REFUSAL_COUNT; refusal++)
        metrics_set(METRIC_HTTP_REFUSALS + refusal,
                    http_server_refused(gateway->http, (enum http_refusal)refusal));
    for (size_t channel = 0; channel < CHANNEL_COUNT; channel++) {
        metrics_set(METRIC_SUBSCRIPTIONS + channel,
                    hub_count(&gateway->hub, (enum channel)channel));
        metrics_set(METRIC_AUDIENCES + channel,
                    hub_audience_count(&gateway->hub, (enum channel)channel));
    }
    metrics_set(METRIC_HELD, held_bytes());
    metrics_set(METRIC_QUEUES, queues->queues);
    metrics_set(METRIC_QUEUE_FRAMES, queues->frames);
    metrics_set(METRIC_QUEUE_BYTES, queues->bytes);
}

static void take_stream(const struct gateway *gateway, const struct database_answer *figures)
{
    const struct ring *ring = distributor_ring(gateway->distributor);
    int64_t position = distributor_position(gateway->distributor);
    bool known = figures && figures->error.code == ERROR_NONE && figures->rows == 1;
    int64_t behind = known ? database_number(figures, 0, FIGURES_HIGH) - position : 0;

    metrics_set(METRIC_RELAY_POSITION, (uint64_t)position);
    metrics_set(METRIC_RELAY_LAG, (uint64_t)relay_lag_us(gateway->relay));
    metrics_set(METRIC_RELAY_ASLEEP, relay_is_asleep(gateway->relay));
    metrics_set(METRIC_RING_ROWS, ring->next - ring->first);
    metrics_set(METRIC_RING_BYTES, ring->bytes);
    metrics_set(METRIC_RELAY_LAG_ROWS, known ? (uint64_t)(behind > 0 ? behind : 0) : METRIC_ABSENT);
    metrics_set(METRIC_IN_FLIGHT,
                known ? (uint64_t)database_number(figures, 0, FIGURES_IN_FLIGHT) : METRIC_ABSENT);
    metrics_set(METRIC_PARTITIONS,
                known ? (uint64_t)database_number(figures, 0, FIGURES_PARTITIONS) : METRIC_ABSENT);
    metrics_set(METRIC_PARTITIONS_AHEAD,
                known ? (uint64_t)database_number(figures, 0, FIGURES_AHEAD) : METRIC_ABSENT);
}

static void take_database(const struct gateway *gateway)
{
    metrics_set(METRIC_DATABASE_UP + METRIC_RELAY, relay_is_open(gateway->relay));
    metrics_set(METRIC_DATABASE_UP + METRIC_COMMAND_LINK, database_link_is_up(gateway->commands));
    metrics_set(METRIC_DATABASE_PENDING + METRIC_RELAY, relay_pending(gateway->relay));
    metrics_set(METRIC_DATABASE_PENDING + METRIC_COMMAND_LINK,
                database_link_pending(gateway->commands));
}

static uint64_t open_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    uint64_t count = 0;

    if (!folder)
        return METRIC_ABSENT;
    while (readdir(folder))
        count++;
    closedir(folder);
    return count - 3; /* ., .. and the folder itself */
}

static void take_process(const struct gateway *gateway)
{
    int64_t age_us = clock_monotonic_us() - gateway->started_us;
    struct rlimit limit = {0};

    getrlimit(RLIMIT_NOFILE, &limit);
    metrics_set(METRIC_PROCESS_CPU, (uint64_t)figures_process_cpu_us());
    metrics_set(METRIC_PROCESS_MEMORY, (uint64_t)figures_resident_bytes());
    metrics_set(METRIC_PROCESS_START, (uint64_t)(clock_wall_ms() * US_PER_MS - age_us));
    metrics_set(METRIC_PROCESS_FDS, open_descriptors());
    metrics_set(METRIC_PROCESS_FDS_MAX, limit.rlim_cur);
}

void sample_take(const struct gateway *gateway, const struct database_answer *figures)
{
    metrics_set(METRIC_READY, health_is_ready(gateway));
    take_clients(gateway);
    take_stream(gateway, figures);
    take_database(gateway);
    take_process(gateway);
}
