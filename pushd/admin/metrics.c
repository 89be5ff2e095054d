#include "pushd/admin/metrics.h"

#include <string.h>

#include "pushd/net/http.h"

static const char *const transports[TRANSPORT_COUNT] = {"polling", "websocket", "sse"};
static const char *const session_states[METRIC_SESSION_STATE_COUNT] = {"connecting", "joined"};
static const char *const http_states[] = {
#define HTTP_STATE(id, name, limit_ms, next) name,
#include "pushd/net/http_states.def"
};
static const char *const http_refusals[] = {
#define HTTP_REFUSAL(id, name, status, when) name,
#include "pushd/net/http_refusals.def"
};
static const char *const commands[METRIC_COMMAND_COUNT] = {
#define COMMAND(id, event, payload, answer) event,
#include "shared/catalogue/commands.def"
    "unknown",
};
static const char *const limits[METRIC_LIMIT_COUNT] = {"all", "proxied", "address", "user"};
static const char *const drops[METRIC_DROP_COUNT] = {"conflated", "session_ended"};
static const char *const gaps[METRIC_GAP_COUNT] = {"epoch", "retention", "invalid"};
static const char *const connections[METRIC_CONNECTION_COUNT] = {"relay", "commands"};

static const char *transport_text(size_t place)
{
    return transports[place];
}

static const char *session_state_text(size_t place)
{
    return session_states[place];
}

static const char *http_state_text(size_t place)
{
    return http_states[place];
}

static const char *http_refusal_text(size_t place)
{
    return http_refusals[place];
}

static const char *close_reason_text(size_t place)
{
    return close_reason_name((enum close_reason)place);
}

static const char *outcome_text(size_t place)
{
    return place == ERROR_NONE ? "ok" : error_code_text((enum error_code)place);
}

static const char *command_text(size_t place)
{
    return commands[place];
}

static const char *event_text(size_t place)
{
    return push_event((enum push)place);
}

static const char *limit_text(size_t place)
{
    return limits[place];
}

static const char *drop_text(size_t place)
{
    return drops[place];
}

static const char *gap_text(size_t place)
{
    return gaps[place];
}

static const char *channel_text(size_t place)
{
    return channel_name((enum channel)place);
}

static const char *connection_text(size_t place)
{
    return connections[place];
}

#define LABEL METRIC_LABEL
#include "pushd/admin/metric_labels.def"

static const struct metric rows[] = {
#define METRIC METRIC_ROW
#include "pushd/admin/metrics.def"
};

const struct metric *metrics_pushd_rows(size_t *count)
{
    *count = sizeof rows / sizeof *rows;
    return rows;
}

size_t metrics_command(const char *name)
{
    size_t place = 0;

    while (place < METRIC_COMMAND_UNKNOWN && strcmp(commands[place], name) != 0)
        place++;
    return place;
}

size_t metrics_gap(const char *reason)
{
    size_t place = 0;

    while (place < METRIC_INVALID && strcmp(gaps[place], reason) != 0)
        place++;
    return place;
}
