#include "pushd/jobs/figures.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "pushd/admin/metrics.h"
#include "pushd/engine/engine.h"
#include "pushd/gateway/gateway.h"
#include "pushd/net/database_link.h"
#include "pushd/net/loop.h"
#include "pushd/stream/latency.h"
#include "shared/base/buffer.h"
#include "shared/base/clock.h"
#include "shared/base/memory.h"

enum { BATCH_MAX = 512 }; /* rows of a turn that are measured */

#define LOOK_INTERVAL_US INT64_C(2000000)
#define WRITE_INTERVAL_US INT64_C(1000000) /* at least, between two writes */
#define CPU_INTERVAL_US INT64_C(1000000)   /* at least, for a share of a core */
#define US_PER_MS INT64_C(1000)
/* Smaller changes alone are not worth a write. */
#define RSS_STEP 1048576.0
#define CPU_STEP 1.0

struct sample {
    size_t websocket, polling, sse;
    int64_t rss; /* bytes */
    double cpu;  /* percent of one core */
    uint64_t rows;
};

struct figures {
    struct gateway *gateway;
    struct timer *look;
    struct latency latency;
    struct {
        double age_ms;
        size_t receivers;
    } batch[BATCH_MAX]; /* rows that are not yet written to all of their sockets */
    size_t batch_count;
    int64_t batch_us;
    bool batch_closed; /* its turn has ended: written when the engine has passed the mark */
    uint64_t batch_mark;
    uint64_t rows;         /* measured so far */
    int64_t cpu_us, at_us; /* the process's, when the share of a core was last taken */
    double cpu;
    struct sample told;
    int64_t told_us;
    bool must_tell, is_telling;
};

int64_t figures_resident_bytes(void)
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

int64_t figures_process_cpu_us(void)
{
    struct timespec used;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (int64_t)used.tv_sec * 1000000 + used.tv_nsec / 1000;
}

static void take_cpu_share(struct figures *figures, int64_t now_us)
{
    int64_t cpu_us = figures_process_cpu_us();

    if (now_us - figures->at_us < CPU_INTERVAL_US)
        return;
    figures->cpu = 100.0 * (double)(cpu_us - figures->cpu_us) / (double)(now_us - figures->at_us);
    figures->cpu_us = cpu_us;
    figures->at_us = now_us;
}

static struct sample take_sample(struct figures *figures, int64_t now_us)
{
    const struct engine_counts *counts = engine_counts(figures->gateway->engine);

    take_cpu_share(figures, now_us);
    return (struct sample){
        .websocket = counts->joined[TRANSPORT_WEBSOCKET],
        .polling = counts->joined[TRANSPORT_POLLING],
        .sse = counts->joined[TRANSPORT_SSE],
        .rss = figures_resident_bytes(),
        .cpu = figures->cpu,
        .rows = figures->rows,
    };
}

static bool has_changed(const struct sample *told, const struct sample *now)
{
    return told->rows != now->rows || told->websocket != now->websocket ||
           told->polling != now->polling || told->sse != now->sse ||
           fabs((double)(told->rss - now->rss)) >= RSS_STEP ||
           fabs(told->cpu - now->cpu) >= CPU_STEP;
}

static void told(void *context, const struct database_answer *answer)
{
    struct figures *figures = context;

    figures->is_telling = false;
    if (answer->error.code != ERROR_NONE)
        figures->must_tell = true;
}

static void tell(struct figures *figures, const struct sample *sample, int64_t now_us)
{
    struct buffer json;
    char number[12];

    buffer_init(&json);
    buffer_append_format(&json,
                         "{\"uptimeMs\":%lld,\"websocket\":%zu,\"polling\":%zu,\"sse\":%zu,"
                         "\"rss\":%lld,\"cpu\":%.2f,",
                         (long long)((now_us - figures->gateway->started_us) / US_PER_MS),
                         sample->websocket, sample->polling, sample->sse, (long long)sample->rss,
                         sample->cpu);
    latency_append_json(&figures->latency, now_us, &json);
    buffer_append_character(&json, '}');
    snprintf(number, sizeof number, "%d", figures->gateway->daemon);
    {
        const char *const values[] = {number, json.data};

        figures->is_telling = true;
        figures->must_tell = false;
        if (!database_link_submit(figures->gateway->commands, STATEMENT_DAEMON_REPORT, values, told,
                                  figures)) {
            figures->is_telling = false;
            figures->must_tell = true;
        }
    }
    buffer_deinit(&json);
    figures->told = *sample;
    figures->told_us = now_us;
}

void figures_tell(struct figures *figures)
{
    int64_t now_us = clock_monotonic_us();
    struct sample sample;

    if (figures->is_telling || now_us - figures->told_us < WRITE_INTERVAL_US ||
        !database_link_is_up(figures->gateway->commands))
        return;
    sample = take_sample(figures, now_us);
    if (figures->must_tell || has_changed(&figures->told, &sample))
        tell(figures, &sample, now_us);
}

void figures_database_up(struct figures *figures)
{
    figures->must_tell = true;
    figures->told_us = clock_monotonic_us() - WRITE_INTERVAL_US;
    figures_tell(figures);
}

static void look_due(void *context)
{
    struct figures *figures = context;

    timer_start(figures->look, LOOK_INTERVAL_US);
    figures_tell(figures);
}

void figures_measure(struct figures *figures, double age_ms, size_t receivers)
{
    if (receivers == 0 || figures->batch_closed || figures->batch_count == BATCH_MAX)
        return;
    if (figures->batch_count == 0)
        figures->batch_us = clock_monotonic_us();
    figures->batch[figures->batch_count].age_ms = age_ms;
    figures->batch[figures->batch_count++].receivers = receivers;
}

/* Many sockets are written to in several turns. Rows that are handed out until then are not
 * measured, so that what is remembered stays small. */
static void turn_ended(void *context)
{
    struct figures *figures = context;
    const struct engine *engine = figures->gateway->engine;
    int64_t now_us;
    double took_ms;

    if (figures->batch_count == 0)
        return;
    if (!figures->batch_closed)
        figures->batch_mark = engine_mark(engine);
    figures->batch_closed = true;
    if (!engine_has_written(engine, figures->batch_mark))
        return;
    now_us = clock_monotonic_us();
    took_ms = (double)(now_us - figures->batch_us) / (double)US_PER_MS;
    for (size_t i = 0; i < figures->batch_count; i++) {
        double ms = figures->batch[i].age_ms + took_ms;

        latency_add(&figures->latency, now_us, ms, figures->batch[i].receivers);
        metrics_observe(METRIC_COMMIT_TO_SOCKET, (int64_t)(ms * US_PER_MS),
                        figures->batch[i].receivers);
    }
    figures->rows += figures->batch_count;
    figures->batch_count = 0;
    figures->batch_closed = false;
}

struct figures *figures_create(struct gateway *gateway)
{
    struct figures *figures = memory_allocate(sizeof *figures);

    figures->gateway = gateway;
    figures->cpu_us = figures_process_cpu_us();
    figures->at_us = clock_monotonic_us();
    figures->look = timer_make(gateway->loop, look_due, figures);
    timer_start(figures->look, LOOK_INTERVAL_US);
    loop_before_wait(gateway->loop, turn_ended, figures);
    return figures;
}

void figures_free(struct figures **figures)
{
    if (!*figures)
        return;
    loop_before_wait_end((*figures)->gateway->loop, turn_ended, *figures);
    timer_free(&(*figures)->look);
    free(*figures);
    *figures = NULL;
}
