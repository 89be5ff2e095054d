#include "pushd/gateway/periodic.h"

#include <stdlib.h>

#include "pushd/gateway/gateway.h"
#include "pushd/jobs/figures.h"
#include "pushd/net/database_link.h"
#include "pushd/net/loop.h"
#include "pushd/stream/delivery.h"
#include "pushd/stream/distributor.h"
#include "shared/auth/token.h"
#include "shared/base/buffer.h"
#include "shared/base/clock.h"
#include "shared/base/log.h"
#include "shared/base/memory.h"

enum { FOLDS_SPARED_MAX = 3 };

#define FOLD_INTERVAL_US INT64_C(5000000)
#define UPKEEP_INTERVAL_US INT64_C(3600000000)
#define US_PER_MS INT64_C(1000)

struct periodic {
    struct gateway *gateway;
    struct timer *dashboard, *dlq, *fold, *upkeep;
    bool awaits_dashboard, awaits_dlq;
    int64_t folded_position; /* of the stream, when the counters were last folded */
    int folds_spared;
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

void periodic_dashboard_payload(const struct database_answer *answer, struct buffer *payload)
{
    buffer_append_text(payload, "{\"metrics\":");
    buffer_append(payload, database_text(answer, 0, 0), database_length(answer, 0, 0));
    buffer_append_text(payload, ",\"dashboard\":");
    buffer_append(payload, database_text(answer, 0, 1), database_length(answer, 0, 1));
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
    periodic_dashboard_payload(answer, &payload);
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
    if (hub_count(&periodic->gateway->hub, CHANNEL_DASHBOARD) > 0)
        figures_tell(periodic->gateway->figures);
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
    database_link_submit(periodic->gateway->jobs, STATEMENT_COUNTERS_FOLD, NULL, ignored, periodic);
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
    figures_database_up(periodic->gateway->figures);
    upkeep_due(periodic);
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
    return periodic;
}

void periodic_free(struct periodic **periodic)
{
    if (!*periodic)
        return;
    timer_free(&(*periodic)->dashboard);
    timer_free(&(*periodic)->dlq);
    timer_free(&(*periodic)->fold);
    timer_free(&(*periodic)->upkeep);
    free(*periodic);
    *periodic = NULL;
}
