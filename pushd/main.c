/* bookly-pushd [--config FILE] [--check] */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "pushd/gateway/gateway.h"
#include "pushd/jobs/probe.h"
#include "pushd/net/loop.h"
#include "shared/auth/crypto.h"
#include "shared/auth/token.h"
#include "shared/base/log.h"
#include "shared/metrics.h"
#include "shared/sandbox.h"
#include "shared/settings.h"

enum { EXIT_USAGE = 2, ERROR_SIZE = 512 };

extern char **environ;

struct arguments {
    const char *config;
    bool check;
};

static bool parse(int count, char *const values[], struct arguments *arguments)
{
    *arguments = (struct arguments){NULL, false};
    for (int i = 1; i < count; i++) {
        if (strcmp(values[i], "--check") == 0)
            arguments->check = true;
        else if (strcmp(values[i], "--config") == 0 && i + 1 < count)
            arguments->config = values[++i];
        else
            return false;
    }
    return true;
}

static void stop(void *context)
{
    gateway_drain(context);
}

static void reload(void *context)
{
    struct gateway *gateway = context;

    log_reopen();
    token_keys_refresh(gateway->keys);
    log_write(LOG_INFO_LEVEL, "Main", "keys read again, log opened again");
}

static int complain(const char *text)
{
    fprintf(stderr, "bookly-pushd: %s\n", text);
    return EXIT_USAGE;
}

static int serve(struct settings *settings)
{
    struct loop *loop = loop_create();
    char error[ERROR_SIZE] = "";
    const char *why;
    int status;
    struct gateway *gateway = gateway_create(settings, loop, error, sizeof error);

    if (!gateway) {
        loop_free(&loop);
        return complain(error);
    }
    loop_on_signal(loop, SIGTERM, stop, gateway);
    loop_on_signal(loop, SIGINT, stop, gateway);
    loop_on_signal(loop, SIGHUP, reload, gateway);
    if (!sandbox_enter(SANDBOX_PUSHD, &why))
        log_write(LOG_WARN_LEVEL, "Main", "system calls are not filtered: %s", why);
    log_write(LOG_INFO_LEVEL, "Main", "listening on %s port %lld", settings->push_bind,
              (long long)settings->push_port);
    loop_run(loop);
    status = gateway->failed ? EXIT_FAILURE : EXIT_SUCCESS;
    gateway_free(&gateway);
    loop_free(&loop);
    return status;
}

static int check(const struct settings *settings)
{
    char error[ERROR_SIZE] = "";
    struct token_keys *keys = NULL;

    if (probe_check(settings, error, sizeof error))
        keys = token_keys_create(settings, error, sizeof error);
    if (!keys)
        return complain(error);
    token_keys_free(&keys);
    return 0;
}

int main(int count, char *values[])
{
    struct arguments arguments;
    struct settings settings;
    char error[SETTINGS_ERROR_SIZE];
    enum log_level level = LOG_INFO_LEVEL;
    int status;

    sandbox_close();
    crypto_begin();
    if (!parse(count, values, &arguments))
        return complain("usage: bookly-pushd [--config FILE] [--check]");
    if (!settings_load(&settings, arguments.config, environ, error))
        return complain(error);
    log_level_parse(settings.log_level, &level);
    log_as_json(settings_log_json(&settings));
    metrics_begin();
    signal(SIGPIPE, SIG_IGN);
    srandom((unsigned)getpid() ^ (unsigned)time(NULL));
    if (!settings.database_url[0])
        status = complain("DATABASE_URL: must be set");
    else if (arguments.check)
        status = check(&settings);
    else if (!log_open(settings.log_file, level))
        status = complain("LOG_FILE cannot be opened");
    else
        status = serve(&settings);
    settings_deinit(&settings);
    return status;
}
