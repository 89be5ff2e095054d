/* Prints the reference tables of the README from the tables in the code (`make docs`; the lint
 * fails when the README differs). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fcgi/request.h"
#include "fcgi/stream_page.h"
#include "fcgi/target.h"
#include "pushd/engine/held.h"
#include "pushd/net/http_connection.h"
#include "pushd/protocol/http1.h"
#include "pushd/protocol/socketio_packet.h"
#include "shared/auth/token.h"
#include "shared/db/database.h"
#include "shared/json.h"
#include "shared/model/filter.h"

static void cell(const char *text)
{
    for (; *text; text++) {
        if (*text == '|') {
            putchar('\\');
        }
        putchar(*text);
    }
}

static void row(const char *const cells[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        fputs(i ? " | " : "| ", stdout);
        cell(cells[i]);
    }
    puts(" |");
}

static void heading(const char *title, const char *const columns[], size_t count)
{
    printf("\n### %s\n\n", title);
    row(columns, count);
    for (size_t i = 0; i < count; i++) {
        fputs("|---", stdout);
    }
    puts("|");
}

#define CELLS(...)                                                                                 \
    (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)

/* `text` in backquotes, in a buffer that lives until the row is printed. */
#define CODE(text) "`" text "`"

/* The value of a setting as the table shows it. */
static const char *fallback_text(const char *fallback, char buffer[static 256])
{
    if (*fallback == '\0') {
        return "–";
    }
    snprintf(buffer, 256, "`%s`", fallback);
    return buffer;
}

static void channels(void)
{
    heading("Channels", CELLS("channel", "who may subscribe (setting)", "filters", "carries"));
#define SETTING_ROLES_NAME(field) "`CHANNEL_ROLES_" #field "`"
#define CHANNEL(id, name, setting, filters, summary)                                               \
    row(CELLS(CODE(name), SETTING_ROLES_NAME(id), (filters) ? (const char *)(filters) : "–",       \
              summary));
#include "shared/catalogue/channels.def"
}

static void pushes(void)
{
    heading("Pushes", CELLS("event", "payload", "when", "origin"));
#define PUSH(id, event, channel, origin, payload, summary)                                         \
    row(CELLS(CODE(event), CODE(payload), summary,                                                 \
              strcmp(#origin, "STREAM") == 0 ? "stream" : "daemon"));
#include "shared/catalogue/pushes.def"
}

static void commands(void)
{
    heading("Commands", CELLS("command", "payload", "acknowledgement"));
#define COMMAND(id, event, payload, answer) row(CELLS(CODE(event), CODE(payload), CODE(answer)));
#include "shared/catalogue/commands.def"
}

static void filters(void)
{
    heading("Filters", CELLS("channel", "key", "match", "values"));
#define FILTER(channel, key, column, match, values)                                                \
    row(CELLS(CODE(#channel), CODE(key), #match, values));
#include "shared/catalogue/filters.def"
}

static void errors(void)
{
    heading("Errors", CELLS("code", "HTTP status", "title"));
#define ERROR(id, code, status, title) row(CELLS(CODE(code), #status, title));
#include "shared/catalogue/errors.def"
}

static void settings(void)
{
    char text[256];

    heading("Settings", CELLS("name", "default", "bounds", "what it does"));
#define BOUNDS(type, minimum, maximum)                                                             \
    (strcmp(type, "INTEGER") == 0 ? #minimum " to " #maximum : "at most " #maximum " bytes")
#define SETTING(type, field, name, fallback, minimum, maximum, summary)                            \
    row(CELLS(CODE(name), fallback_text(fallback, text), BOUNDS(#type, minimum, maximum), summary));
#include "shared/catalogue/settings.def"
}

static void roles(void)
{
    heading("Roles", CELLS("role", "who"));
#define ROLE(id, name, who) row(CELLS(CODE(name), who));
#include "shared/catalogue/roles.def"
}

static void close_reasons(void)
{
    heading("Why a session ends", CELLS("reason in the log", "WebSocket close code", "when"));
#define CLOSE_REASON(id, name, code, when) row(CELLS(CODE(name), #code, when));
#include "pushd/engine/close_reasons.def"
}

static const char *rule_text(const char *rule)
{
#define RULE(id, channel, roles, who)                                                              \
    if (strcmp(rule, #id) == 0)                                                                    \
        return who;
#include "fcgi/rules.def"
    return rule;
}

static void routes(void)
{
    char path[128];

    heading("REST endpoints", CELLS("method", "path", "who", "what"));
#define ROUTE(method, pattern, rule, answer, statement, arguments, summary)                        \
    snprintf(path, sizeof path, "`/api/v1%s`", pattern);                                           \
    row(CELLS(#method, path, rule_text(#rule), summary));
#include "fcgi/routes.def"
}

/* The names of a row's labels: rows of the label tables, by their ids. */
static const char *label_name(const char *id)
{
#define LABEL(id_, name, count, text)                                                              \
    if (strcmp(id, #id_) == 0)                                                                     \
        return name;
#include "shared/catalogue/metric_labels.def"
#define LABEL(id_, name, count, text)                                                              \
    if (strcmp(id, #id_) == 0)                                                                     \
        return name;
#include "pushd/admin/metric_labels.def"
#define LABEL(id_, name, count, text)                                                              \
    if (strcmp(id, #id_) == 0)                                                                     \
        return name;
#include "fcgi/metric_labels.def"
    return "";
}

static const char *label_names(const char *first, const char *second, char buffer[static 64])
{
    snprintf(buffer, 64, "%s%s%s", label_name(first), *label_name(second) ? ", " : "",
             label_name(second));
    return *buffer ? buffer : "–";
}

static void metrics(void)
{
    char labels[64];

    heading("Metrics", CELLS("metric", "type", "labels", "what it counts", "of"));
#define METRIC(id, name, type, unit, first, second, help)                                          \
    row(CELLS(CODE(name), #type, label_names(#first, #second, labels), help, "both"));
#include "shared/catalogue/metrics.def"
#define METRIC(id, name, type, unit, first, second, help)                                          \
    row(CELLS(CODE(name), #type, label_names(#first, #second, labels), help, "pushd"));
#include "pushd/admin/metrics.def"
#define METRIC(id, name, type, unit, first, second, help)                                          \
    row(CELLS(CODE(name), #type, label_names(#first, #second, labels), help, "REST"));
#include "fcgi/metrics.def"
}

/* A row of limits.def is printed before the next value is made. */
static char limit_text[256];

static const char *setting_value(const char *wanted)
{
#define SETTING(type, field, name, fallback, minimum, maximum, summary)                            \
    if (strcmp(wanted, name) == 0) {                                                               \
        snprintf(limit_text, sizeof limit_text, "`%s` (%s)", name, fallback);                      \
        return limit_text;                                                                         \
    }
#include "shared/catalogue/settings.def"
    fprintf(stderr, "limits.def: there is no setting %s\n", wanted);
    exit(EXIT_FAILURE);
}

static const char *http_time(const char *wanted)
{
#define HTTP_STATE(id, name, limit_ms, next)                                                       \
    if (strcmp(wanted, name) == 0) {                                                               \
        snprintf(limit_text, sizeof limit_text, "%d s", limit_ms / 1000);                          \
        return limit_text;                                                                         \
    }
#include "pushd/net/http_states.def"
    fprintf(stderr, "limits.def: there is no state %s\n", wanted);
    exit(EXIT_FAILURE);
}

static const char *number(long value, const char *unit)
{
    snprintf(limit_text, sizeof limit_text, "%ld %s", value, unit);
    return limit_text;
}

static void limits(void)
{
    heading("Limits", CELLS("of what", "how much (default)", "beyond it", "counted as"));
#define SETTING_VALUE(name) setting_value(name)
#define HTTP_TIME(state) http_time(state)
#define NUMBER(value, unit) number(value, unit)
#define LIMIT(what, value, beyond, counted) row(CELLS(what, value, beyond, counted));
#include "shared/catalogue/limits.def"
}

int main(void)
{
    routes();
    channels();
    pushes();
    commands();
    filters();
    close_reasons();
    errors();
    roles();
    settings();
    limits();
    metrics();
    return 0;
}
