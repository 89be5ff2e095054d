/* bookly.fcgi: answers REST requests that a web server hands over by FastCGI, one at a time.
 * It never waits for anything but the database. Settings come from the environment and from the
 * file that BOOKLY_CONFIG names. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "fcgi/exchange.h"
#include "fcgi/metrics.h"
#include "fcgi/metrics_file.h"
#include "fcgi/transport.h"
#include "shared/auth/crypto.h"
#include "shared/base/clock.h"
#include "shared/base/log.h"
#include "shared/db/database.h"
#include "shared/sandbox.h"
#include "shared/settings.h"

static const char log_context[] = "Rest";
enum { KEYS_REFRESH_US = 2000000 };

extern char **environ;

static void make_id(char id[EXCHANGE_ID_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char bytes[(EXCHANGE_ID_SIZE - 1) / 2] = {0};
    if (getentropy(bytes, sizeof bytes) != 0)
        log_write(LOG_WARN_LEVEL, log_context, "no random bytes for a request id");
    for (size_t i = 0; i < sizeof bytes; i++)
        memcpy(id + 2 * i, (char[]){digits[bytes[i] >> 4], digits[bytes[i] & 15]}, 2);
    id[EXCHANGE_ID_SIZE - 1] = '\0';
}

static void log_exchange(const struct exchange *exchange, int64_t started_us)
{
    const struct route *route = exchange->match.route;
    int status = exchange->response.status;
    enum log_level level = status >= 500 ? LOG_ERROR_LEVEL : LOG_DEBUG_LEVEL;
    log_write(level, log_context, "%s %s %d %lld us%s%s", method_name(exchange->request.method),
              route ? route->pattern : "-", status, (long long)(clock_monotonic_us() - started_us),
              status >= 500 ? ": " : "", status >= 500 ? exchange->problem.error.detail : "");
}

static void serve(struct exchange *exchange)
{
    static const struct request_source source = {.parameter = transport_parameter,
                                                 .read = transport_read};
    int64_t started_us = clock_monotonic_us();
    struct buffer output;
    make_id(exchange->id);
    log_about(exchange->id);
    exchange_run(exchange, &source);
    buffer_init(&output);
    response_append(&output, &exchange->response, exchange->request.method == METHOD_HEAD);
    if (!transport_write(output.data, output.length))
        log_write(LOG_DEBUG_LEVEL, log_context, "the web server left");
    metrics_exchange(exchange, clock_monotonic_us() - started_us);
    log_exchange(exchange, started_us);
    log_about(NULL);
    buffer_deinit(&output);
    exchange_deinit(exchange);
}

static void count_together(const struct settings *settings)
{
    const char *why = "";
    metrics_begin();
    if (settings->metrics_file[0] == '\0')
        return;
    if (!metrics_file_use(settings->metrics_file, &why))
        log_write(LOG_WARN_LEVEL, log_context, "METRICS_FILE cannot be used: %s", why);
    metrics_count(METRIC_STARTS);
}

static void serve_all(const struct settings *settings, struct token_keys *keys,
                      struct database *database)
{
    struct exchange exchange = {.settings = settings, .keys = keys, .database = database};
    int64_t refreshed_us = clock_monotonic_us();
    while (transport_accept()) {
        int64_t now_us = clock_monotonic_us();
        if (now_us - refreshed_us > KEYS_REFRESH_US) {
            token_keys_refresh(keys);
            refreshed_us = now_us;
        }
        serve(&exchange);
    }
}

static int run(const struct settings *settings)
{
    char error[SETTINGS_ERROR_SIZE];
    struct token_keys *keys = token_keys_create(settings, error, sizeof error);
    if (!keys) {
        fprintf(stderr, "bookly.fcgi: %s\n", error);
        return 2;
    }
    if (!transport_open()) {
        fprintf(stderr, "bookly.fcgi: a web server starts this program by FastCGI\n");
        token_keys_free(&keys);
        return 2;
    }
    count_together(settings);
    struct database *database = database_create(settings, "bookly.fcgi");
    const char *why;
    if (!sandbox_enter(SANDBOX_FCGI, &why))
        log_write(LOG_WARN_LEVEL, log_context, "system calls are not filtered: %s", why);
    serve_all(settings, keys, database);
    database_free(&database);
    token_keys_free(&keys);
    return 0;
}

int main(void)
{
    struct settings settings;
    char error[SETTINGS_ERROR_SIZE];
    sandbox_close();
    crypto_begin();
    if (!settings_load(&settings, getenv("BOOKLY_CONFIG"), environ, error)) {
        fprintf(stderr, "bookly.fcgi: %s\n", error);
        return 2;
    }
    enum log_level level = LOG_INFO_LEVEL;
    log_level_parse(settings.log_level, &level);
    log_as_json(settings_log_json(&settings));
    if (!log_open(settings.log_file, level)) {
        fprintf(stderr, "bookly.fcgi: LOG_FILE: cannot be opened\n");
        settings_deinit(&settings);
        return 2;
    }
    int status = run(&settings);
    settings_deinit(&settings);
    return status;
}
