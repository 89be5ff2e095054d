/* GET /metrics asks the database what only it knows (STREAM_FIGURES) and is held until the answer,
 * a second at most: without it those figures are left out, so that metrics are there when they are
 * needed most. One question at a time serves all who ask. */
#include "pushd/admin/admin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pushd/admin/health.h"
#include "pushd/admin/metrics.h"
#include "pushd/admin/sample.h"
#include "pushd/gateway/gateway.h"
#include "pushd/net/database_link.h"
#include "pushd/net/http.h"
#include "pushd/net/loop.h"
#include "shared/base/buffer.h"
#include "shared/base/memory.h"
#include "shared/settings.h"

enum { SCRAPES_MAX = 16, WAITING_MAX = 256, WAIT_US = 1000000, TEXT_USUAL = 32768 };

struct admin {
    struct gateway *gateway;
    struct http_server *server;
    struct timer *late;
    struct http_connection *scrapes[SCRAPES_MAX]; /* held */
    size_t scrape_count;
    bool is_asking;
};

static void append_metrics(struct buffer *text)
{
    size_t count;
    const struct metric *rows = metrics_shared_rows(&count);

    buffer_reserve(text, TEXT_USUAL);
    metrics_append(text, rows, count);
    rows = metrics_pushd_rows(&count);
    metrics_append(text, rows, count);
}

static void answer_all(struct admin *admin, const struct database_answer *figures)
{
    struct buffer text;

    timer_stop(admin->late);
    if (admin->scrape_count == 0)
        return;
    sample_take(admin->gateway, figures);
    buffer_init(&text);
    append_metrics(&text);
    while (admin->scrape_count > 0)
        http_answer(admin->scrapes[--admin->scrape_count], 200,
                    "text/plain; version=0.0.4; charset=utf-8", "Cache-Control: no-store\r\n",
                    text.data, text.length);
    buffer_deinit(&text);
}

static void figures_told(void *context, const struct database_answer *answer)
{
    struct admin *admin = context;

    admin->is_asking = false;
    answer_all(admin, answer);
}

static void late(void *context)
{
    answer_all(context, NULL);
}

static void ask(struct admin *admin)
{
    if (admin->is_asking)
        return;
    admin->is_asking = database_link_submit(admin->gateway->commands, STATEMENT_STREAM_FIGURES,
                                            NULL, figures_told, admin);
}

static void refuse(struct http_request *request, enum error_code code, const char *headers)
{
    struct error error;

    error_set(&error, code, "%s", "");
    http_answer_error(request->connection, &error, headers);
}

static void requested(void *context, struct http_request *request)
{
    struct admin *admin = context;

    if (strcmp(request->method, "GET") != 0 && strcmp(request->method, "HEAD") != 0)
        refuse(request, ERROR_METHOD_NOT_ALLOWED, "Allow: GET, HEAD\r\n");
    else if (admin->scrape_count == SCRAPES_MAX)
        refuse(request, ERROR_UNAVAILABLE, "Retry-After: 1\r\n");
    else {
        admin->scrapes[admin->scrape_count++] = request->connection;
        if (admin->scrape_count == 1)
            timer_start(admin->late, WAIT_US);
        ask(admin);
        if (!admin->is_asking)
            answer_all(admin, NULL);
    }
}

static void abandoned(void *context, struct http_connection *connection)
{
    struct admin *admin = context;

    for (size_t i = 0; i < admin->scrape_count; i++) {
        if (admin->scrapes[i] == connection) {
            admin->scrapes[i] = admin->scrapes[--admin->scrape_count];
            return;
        }
    }
}

struct admin *admin_create(struct gateway *gateway, char *error, size_t error_size)
{
    const struct settings *settings = gateway->settings;
    struct admin *admin;
    struct http_server *server;
    char why[256];

    if (settings->push_admin_port == 0)
        return NULL;
    server = http_server_create(gateway->loop, settings->push_admin_bind,
                                (int)settings->push_admin_port, why, sizeof why);
    if (!server) {
        snprintf(error, error_size, "PUSH_ADMIN_PORT: %s", why);
        return NULL;
    }
    http_server_bound(server, WAITING_MAX);
    admin = memory_allocate(sizeof *admin);
    admin->gateway = gateway;
    admin->server = server;
    admin->late = timer_make(gateway->loop, late, admin);
    {
        const struct http_route route = {"/metrics", 0, requested, abandoned, admin};

        http_server_add(server, &route);
    }
    health_add(gateway, server);
    return admin;
}

void admin_close(struct admin *admin)
{
    if (!admin)
        return;
    http_server_free(&admin->server);
    admin->scrape_count = 0;
}

void admin_free(struct admin **admin)
{
    if (!*admin)
        return;
    admin_close(*admin);
    timer_free(&(*admin)->late);
    free(*admin);
    *admin = NULL;
}
