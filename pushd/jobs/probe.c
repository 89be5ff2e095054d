#include "pushd/jobs/probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pushd/gateway/gateway.h"
#include "pushd/jobs/probe_http.h"
#include "pushd/jobs/probe_state.h"
#include "pushd/net/database_link.h"
#include "pushd/net/loop.h"
#include "shared/base/buffer.h"
#include "shared/base/log.h"
#include "shared/base/memory.h"
#include "shared/json.h"
#include "shared/model/health_target.h"

#define US_PER_MS INT64_C(1000)
#define HOLD_INTERVAL_MAX_US INT64_C(10000000) /* between two looks whether the lock is free */
#define TELL_AGAIN_US INT64_C(1000000)         /* after the database refused or was away */
#define TELL_INTERVAL_US INT64_C(3600000000)   /* last_seen of what stays up */
#define SPREAD_US INT64_C(20000)               /* between the first probes of two targets */
#define UNKNOWN_INTERVAL_US INT64_C(5000000)   /* between probes until something is known */

#define FRONT_COMPONENT "web-server"

struct target {
    struct probe *probe;
    const char *kind, *name, *url; /* name is not ended by a NUL */
    size_t name_length;
    struct probe_state state;
    struct timer *due;
    bool asked; /* and not answered yet */
    int http_status;
    const char *problem;
};

struct probe {
    struct gateway *gateway;
    struct probe_http *http;
    struct timer *hold, *tell;
    bool holds;  /* this daemon is the one that asks */
    bool awaits; /* the answer to what was told */
    bool stale;  /* there is more to tell than was told */
    size_t count;
    struct target targets[HEALTH_TARGETS_MAX + 1];
};

static bool has_targets(const struct settings *settings)
{
    return settings->service_health_urls.count > 0 || settings->front_health_url[0];
}

bool probe_check(const struct settings *settings, char *error, size_t error_size)
{
    if (!has_targets(settings) || probe_http_load())
        return true;
    snprintf(error, error_size, "%s: needs libcurl.so.4 (Debian: libcurl4), which cannot be loaded",
             settings->service_health_urls.count > 0 ? "SERVICE_HEALTH_URLS" : "FRONT_HEALTH_URL");
    return false;
}

/* --- what was found --- */

static void append_target(const struct target *target, struct buffer *json)
{
    int64_t now_us = loop_now_us(target->probe->gateway->loop);

    buffer_append_format(json, "%s{\"kind\":\"%s\",\"name\":", json->length > 1 ? "," : "",
                         target->kind);
    json_append_string(json, target->name, target->name_length);
    if (target->state.finding != PROBE_UNKNOWN) {
        buffer_append_format(json, ",\"probe\":{\"status\":\"%s\",",
                             target->state.finding == PROBE_UP ? "up" : "down");
        if (target->http_status)
            buffer_append_format(json, "\"httpStatus\":%d}", target->http_status);
        else
            buffer_append_format(json, "\"error\":\"%s\"}", target->problem);
        if (target->state.answered_us)
            buffer_append_format(json, ",\"ageMs\":%lld",
                                 (long long)((now_us - target->state.answered_us) / US_PER_MS));
    }
    buffer_append_text(json, "}");
}

static void tell(struct probe *probe);

static void told(void *context, const struct database_answer *answer)
{
    struct probe *probe = context;

    probe->awaits = false;
    if (!probe->holds)
        return;
    if (answer->error.code != ERROR_NONE) {
        if (answer->error.code != ERROR_UNAVAILABLE)
            log_write(LOG_WARN_LEVEL, "Probe", "%s %s", answer->sqlstate, answer->error.detail);
        timer_start(probe->tell, TELL_AGAIN_US);
    } else if (probe->stale) {
        tell(probe);
    }
}

static void tell(struct probe *probe)
{
    struct buffer json;

    probe->stale = probe->awaits;
    timer_start(probe->tell, TELL_INTERVAL_US);
    if (probe->awaits)
        return;
    buffer_init(&json);
    buffer_append_text(&json, "[");
    for (size_t i = 0; i < probe->count; i++)
        append_target(&probe->targets[i], &json);
    buffer_append_text(&json, "]");
    {
        const char *const values[] = {json.data};

        probe->awaits = database_link_submit(probe->gateway->commands, STATEMENT_PROBE_REPORT,
                                             values, told, probe);
    }
    buffer_deinit(&json);
    if (!probe->awaits)
        timer_start(probe->tell, TELL_AGAIN_US);
}

static void tell_due(void *context)
{
    tell(context);
}

/* --- asking --- */

static int64_t interval_us(const struct probe *probe, int64_t most_us)
{
    int64_t set_us = probe->gateway->settings->service_health_interval_ms * US_PER_MS;

    return set_us < most_us ? set_us : most_us;
}

static void answered(void *context, int http_status, const char *problem)
{
    struct target *target = context;
    bool success = probe_state_is_success(http_status);

    target->asked = false;
    if (!target->probe->holds)
        return;
    if (!probe_state_take(&target->state, success, loop_now_us(target->probe->gateway->loop))) {
        if (target->state.finding == PROBE_UNKNOWN)
            timer_start(target->due, interval_us(target->probe, UNKNOWN_INTERVAL_US));
        return;
    }
    target->http_status = http_status;
    target->problem = problem;
    log_write(success ? LOG_INFO_LEVEL : LOG_WARN_LEVEL, "Probe", "%s %.*s is %s", target->kind,
              (int)target->name_length, target->name, success ? "up" : "down");
    tell(target->probe);
}

static void ask_due(void *context)
{
    struct target *target = context;

    timer_start(target->due, interval_us(target->probe, INT64_MAX));
    if (target->asked) /* one at a time: a slow target costs one socket */
        return;
    target->asked = true;
    probe_http_get(target->probe->http, target->url, answered, target);
}

/* What others found meanwhile stands in the database: this daemon begins from nothing known. */
static void begin(struct probe *probe)
{
    log_write(LOG_INFO_LEVEL, "Probe", "this daemon probes %zu targets", probe->count);
    probe->holds = true;
    timer_stop(probe->hold);
    for (size_t i = 0; i < probe->count; i++) {
        probe->targets[i].state = (struct probe_state){PROBE_UNKNOWN, 0, 0};
        timer_start(probe->targets[i].due, (int64_t)i * SPREAD_US);
    }
    tell(probe);
}

static void held(void *context, const struct database_answer *answer)
{
    struct probe *probe = context;

    if (answer->error.code == ERROR_NONE && database_number(answer, 0, 0) && !probe->holds)
        begin(probe);
}

static void hold_due(void *context)
{
    struct probe *probe = context;

    timer_start(probe->hold, interval_us(probe, HOLD_INTERVAL_MAX_US));
    database_link_submit(probe->gateway->commands, STATEMENT_PROBE_HOLD, NULL, held, probe);
}

void probe_database_up(struct probe *probe)
{
    if (probe)
        hold_due(probe);
}

void probe_database_down(struct probe *probe)
{
    if (!probe)
        return;
    probe->holds = false;
    timer_stop(probe->hold);
    timer_stop(probe->tell);
    for (size_t i = 0; i < probe->count; i++)
        timer_stop(probe->targets[i].due);
}

/* --- set-up --- */

static void add(struct probe *probe, const char *kind, const struct health_target *from)
{
    struct target *target = &probe->targets[probe->count++];

    target->probe = probe;
    target->kind = kind;
    target->name = from->name;
    target->name_length = from->name_length;
    target->url = from->url;
    target->due = timer_make(probe->gateway->loop, ask_due, target);
}

struct probe *probe_create(struct gateway *gateway)
{
    const struct settings *settings = gateway->settings;
    struct probe *probe;
    struct health_target target;

    if (!has_targets(settings))
        return NULL;
    probe = memory_allocate(sizeof *probe);
    probe->gateway = gateway;
    probe->http = probe_http_create(gateway->loop, settings->service_health_timeout_ms);
    probe->hold = timer_make(gateway->loop, hold_due, probe);
    probe->tell = timer_make(gateway->loop, tell_due, probe);
    if (settings->front_health_url[0]) {
        target = (struct health_target){FRONT_COMPONENT, strlen(FRONT_COMPONENT),
                                        settings->front_health_url};
        add(probe, "component", &target);
    }
    for (size_t i = 0; i < settings->service_health_urls.count; i++) {
        if (!health_target_parse(settings->service_health_urls.items[i], &target))
            add(probe, "service", &target);
    }
    return probe;
}

void probe_free(struct probe **probe)
{
    if (!*probe)
        return;
    probe_http_free(&(*probe)->http);
    for (size_t i = 0; i < (*probe)->count; i++)
        timer_free(&(*probe)->targets[i].due);
    timer_free(&(*probe)->hold);
    timer_free(&(*probe)->tell);
    free(*probe);
    *probe = NULL;
}
