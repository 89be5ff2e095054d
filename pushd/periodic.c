#include "pushd/periodic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "pushd/database_link.h"
#include "pushd/delivery.h"
#include "pushd/distributor.h"
#include "pushd/engine.h"
#include "pushd/gateway.h"
#include "pushd/latency.h"
#include "pushd/loop.h"
#include "shared/auth/token.h"
#include "shared/base/buffer.h"
#include "shared/base/clock.h"
#include "shared/base/log.h"
#include "shared/base/memory.h"

enum { BATCH_MAX = 512, FOLDS_SPARED_MAX = 3 };

#define FOLD_INTERVAL_US INT64_C(5000000)
#define UPKEEP_INTERVAL_US INT64_C(3600000000)
#define US_PER_MS INT64_C(1000)

struct periodic {
    struct gateway *gateway;
    struct timer *dashboard, *dlq, *fold, *upkeep;
    bool awaits_dashboard, awaits_dlq;
    struct latency latency;
    int64_t folded_position; /* of the stream, when the counters were last folded */
    int folds_spared;
    double ages_ms[BATCH_MAX]; /* of the rows of this turn, not yet written to sockets */
    size_t age_count;
    int64_t batch_us;
    int64_t cpu_us, cpu_at_us; /* when the share of a core was last taken */
};

static void append_time(struct buffer *payload)
{
    char now[CLOCK_ISO_SIZE];

    clock_iso(clock_wall_ms(), now);
    buffer_append_format(payload, ",\"timestamp\":\"%s\"}", now);
}

void periodic_dlq_payload(const struct database_answer *answer, struct buffer *payload)
{
    buffer_append_text(payload, "{\"stats\":");
    buffer_append(payload, database_text(answer, 0, 0), database_length(answer, 0, 0));
    append_time(payload);
}

static long resident_bytes(void)
{
    FILE *file = fopen("/proc/self/statm", "re");
    long size, pages = 0;

    if (file) {
        if (fscanf(file, "%ld %ld", &size, &pages) != 2)
            pages = 0;
        fclose(file);
    }
    return pages * sysconf(_SC_PAGESIZE);
}

/* Percent of one core since the last time. */
static double cpu_share(struct periodic *periodic)
{
    struct timespec used;
    int64_t now_us = clock_monotonic_us(), cpu_us;
    double share = 0;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    cpu_us = (int64_t)used.tv_sec * 1000000 + used.tv_nsec / 1000;
    if (now_us > periodic->cpu_at_us)
        share =
            100.0 * (double)(cpu_us - periodic->cpu_us) / (double)(now_us - periodic->cpu_at_us);
    periodic->cpu_us = cpu_us;
    periodic->cpu_at_us = now_us;
    return share;
}

static void append_own_metrics(struct periodic *periodic, struct buffer *payload)
{
    const struct gateway *gateway = periodic->gateway;
    const struct engine_counts *counts = engine_counts(gateway->engine);
    double recent[LATENCY_RECENT];
    size_t count = latency_recent(&periodic->latency, recent);
    int64_t now_us = clock_monotonic_us();

    buffer_append_format(payload, "\"avgLatency\":%.3f,\"recentLatencies\":[",
                         latency_mean(&periodic->latency, now_us));
    for (size_t i = 0; i < count; i++)
        buffer_append_format(payload, "%s%.3f", i ? "," : "", recent[i]);
    buffer_append_format(payload,
                         "],\"uptime\":%lld,\"connections\":{\"websocket\":%zu,\"polling\":%zu,"
                         "\"sse\":%zu},\"process\":{\"rss\":%ld,\"cpu\":%.2f},",
                         (long long)((now_us - gateway->started_us) / US_PER_MS), counts->websocket,
                         counts->polling, counts->sse, resident_bytes(), cpu_share(periodic));
}

void periodic_dashboard_payload(struct periodic *periodic, const struct database_answer *answer,
                                struct buffer *payload)
{
    const char *metrics = database_text(answer, 0, 0);

    buffer_append_text(payload, "{\"metrics\":{");
    append_own_metrics(periodic, payload);
    buffer_append_text(payload, strchr(metrics, '{') + 1);
    buffer_append_text(payload, ",\"dashboard\":");
    buffer_append_text(payload, database_text(answer, 0, 1));
    append_time(payload);
}

static void dlq_answered(void *context, const struct database_answer *answer)
{
    struct periodic *periodic = context;
    struct buffer payload;

    periodic->awaits_dlq = false;
    if (answer->error.code != ERROR_NONE)
        return;
    buffer_init(&payload);
    periodic_dlq_payload(answer, &payload);
    delivery_channel(periodic->gateway, PUSH_DLQ_STATS, payload.data, payload.length);
    buffer_deinit(&payload);
}

static void dashboard_answered(void *context, const struct database_answer *answer)
{
    struct periodic *periodic = context;
    struct buffer payload;

    periodic->awaits_dashboard = false;
    if (answer->error.code != ERROR_NONE)
        return;
    buffer_init(&payload);
    periodic_dashboard_payload(periodic, answer, &payload);
    delivery_channel(periodic->gateway, PUSH_DASHBOARD_METRICS, payload.data, payload.length);
    buffer_deinit(&payload);
}

static void ignored(void *context, const struct database_answer *answer)
{
    (void)context;
    if (answer->error.code != ERROR_NONE && answer->error.code != ERROR_UNAVAILABLE)
        log_write(LOG_WARN_LEVEL, "Periodic", "%s %s", answer->sqlstate, answer->error.detail);
}

/* Asks unless the answer before is still awaited: a slow database is not asked faster than it
 * answers. */
static void ask(struct periodic *periodic, enum channel channel, enum statement statement,
                bool *awaited, database_callback *answered)
{
    if (*awaited || hub_count(&periodic->gateway->hub, channel) == 0)
        return;
    *awaited = true;
    if (!database_link_submit(periodic->gateway->commands, statement, NULL, answered, periodic))
        *awaited = false;
}

static void dlq_due(void *context)
{
    struct periodic *periodic = context;

    timer_start(periodic->dlq, periodic->gateway->settings->dlq_interval_ms * US_PER_MS);
    ask(periodic, CHANNEL_DLQ, STATEMENT_DLQ_STATS, &periodic->awaits_dlq, dlq_answered);
}

static void dashboard_due(void *context)
{
    struct periodic *periodic = context;

    timer_start(periodic->dashboard, periodic->gateway->settings->metrics_interval_ms * US_PER_MS);
    ask(periodic, CHANNEL_DASHBOARD, STATEMENT_DASHBOARD_HALVES, &periodic->awaits_dashboard,
        dashboard_answered);
}

static void fold_due(void *context)
{
    struct periodic *periodic = context;

    int64_t position = distributor_position(periodic->gateway->distributor);

    timer_start(periodic->fold, FOLD_INTERVAL_US);
    token_keys_refresh(periodic->gateway->keys);
    /* while nothing is written there is only what time does: claims and services that fell silent
     */
    if (position == periodic->folded_position && ++periodic->folds_spared < FOLDS_SPARED_MAX)
        return;
    periodic->folds_spared = 0;
    periodic->folded_position = position;
    database_link_submit(periodic->gateway->commands, STATEMENT_COUNTERS_FOLD, NULL, ignored,
                         periodic);
}

static void upkeep_due(void *context)
{
    struct periodic *periodic = context;
    static const char *const values[] = {NULL};

    timer_start(periodic->upkeep, UPKEEP_INTERVAL_US);
    database_link_submit(periodic->gateway->commands, STATEMENT_STREAM_UPKEEP, values, ignored,
                         periodic);
}

void periodic_database_up(struct periodic *periodic)
{
    const struct settings *settings = periodic->gateway->settings;
    struct buffer json;

    buffer_init(&json);
    buffer_append_format(
        &json,
        "{\"maxNotificationsPerUser\":%lld,\"logBufferSize\":%lld,"
        "\"dlqClaimTimeoutSeconds\":%lld,\"streamRetentionSeconds\":%lld}",
        (long long)settings->max_notifications_per_user, (long long)settings->log_buffer_size,
        (long long)settings->dlq_claim_timeout_s, (long long)settings->stream_retention_s);
    {
        const char *const values[] = {json.data};

        database_link_submit(periodic->gateway->commands, STATEMENT_SETTINGS_PUT, values, ignored,
                             periodic);
    }
    buffer_deinit(&json);
    upkeep_due(periodic);
}

void periodic_measure(struct periodic *periodic, double age_ms)
{
    if (periodic->age_count == 0)
        periodic->batch_us = clock_monotonic_us();
    if (periodic->age_count < BATCH_MAX)
        periodic->ages_ms[periodic->age_count++] = age_ms;
}

/* The turn's frames are on the sockets now. */
static void written(void *context)
{
    struct periodic *periodic = context;
    int64_t now_us;

    if (periodic->age_count == 0)
        return;
    now_us = clock_monotonic_us();
    for (size_t i = 0; i < periodic->age_count; i++)
        latency_add(&periodic->latency, now_us,
                    periodic->ages_ms[i] +
                        (double)(now_us - periodic->batch_us) / (double)US_PER_MS);
    periodic->age_count = 0;
}

struct periodic *periodic_create(struct gateway *gateway)
{
    struct periodic *periodic = memory_allocate(sizeof *periodic);

    periodic->gateway = gateway;
    periodic->dashboard = timer_make(gateway->loop, dashboard_due, periodic);
    periodic->dlq = timer_make(gateway->loop, dlq_due, periodic);
    periodic->fold = timer_make(gateway->loop, fold_due, periodic);
    periodic->upkeep = timer_make(gateway->loop, upkeep_due, periodic);
    timer_start(periodic->dashboard, gateway->settings->metrics_interval_ms * US_PER_MS);
    timer_start(periodic->dlq, gateway->settings->dlq_interval_ms * US_PER_MS);
    timer_start(periodic->fold, FOLD_INTERVAL_US);
    loop_before_wait(gateway->loop, written, periodic);
    return periodic;
}

void periodic_free(struct periodic **periodic)
{
    if (!*periodic)
        return;
    loop_before_wait_end((*periodic)->gateway->loop, written, *periodic);
    timer_free(&(*periodic)->dashboard);
    timer_free(&(*periodic)->dlq);
    timer_free(&(*periodic)->fold);
    timer_free(&(*periodic)->upkeep);
    free(*periodic);
    *periodic = NULL;
}
