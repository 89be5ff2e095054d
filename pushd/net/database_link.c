#include "pushd/net/database_link.h"

#include <stdlib.h>

#include "pushd/net/loop.h"
#include "shared/base/clock.h"
#include "shared/base/log.h"
#include "shared/base/memory.h"

enum { EXPIRE_INTERVAL_US = 1000000, BACK_OFF_MIN_US = 100000, BACK_OFF_MAX_US = 5000000 };

struct database_link {
    struct loop *loop;
    const char *name;
    const char *listen_channel;
    struct database_link_events events;
    struct database *database;
    struct watcher *watcher;
    struct timer *retry;
    struct timer *expire;
    int64_t back_off_us;
    bool up;
    bool was_reported; /* one log line a loss, not one an attempt */
};

static void ready(void *context, unsigned events)
{
    struct database_link *link = context;

    database_ready(link->database, events & LOOP_READ, events & LOOP_WRITE);
}

static void wants(void *context, int fd, bool read, bool write)
{
    struct database_link *link = context;

    watcher_free(&link->watcher);
    if (fd >= 0)
        link->watcher = watcher_create(
            link->loop, fd, (read ? LOOP_READ : 0u) | (write ? LOOP_WRITE : 0u), ready, link);
}

static void connected(void *context)
{
    struct database_link *link = context;

    link->up = true;
    link->was_reported = false;
    link->back_off_us = BACK_OFF_MIN_US;
    log_write(LOG_INFO_LEVEL, "Database", "%s: connected", link->name);
    link->events.up(link->events.context);
}

static void lost(void *context, const char *why)
{
    struct database_link *link = context;
    bool was_up = link->up;

    link->up = false;
    if (!link->was_reported)
        log_write(LOG_WARN_LEVEL, "Database", "%s: %s", link->name, why);
    link->was_reported = true;
    timer_start(link->retry, link->back_off_us / 2 + random() % (link->back_off_us / 2 + 1));
    link->back_off_us *= 2;
    if (link->back_off_us > BACK_OFF_MAX_US)
        link->back_off_us = BACK_OFF_MAX_US;
    if (was_up && link->events.down)
        link->events.down(link->events.context);
}

static void notified(void *context)
{
    struct database_link *link = context;

    if (link->events.notified)
        link->events.notified(link->events.context);
}

static void open_again(void *context)
{
    struct database_link *link = context;
    const struct database_events events = {wants, connected, lost, notified, link};

    database_open(link->database, &events, link->listen_channel);
}

static void expire(void *context)
{
    struct database_link *link = context;

    timer_start(link->expire, EXPIRE_INTERVAL_US);
    database_expire(link->database, clock_monotonic_us());
}

struct database_link *database_link_create(struct loop *loop, const struct settings *settings,
                                           const char *name, const char *listen_channel,
                                           const struct database_link_events *events)
{
    struct database_link *link = memory_allocate(sizeof *link);

    link->loop = loop;
    link->name = name;
    link->listen_channel = listen_channel;
    link->events = *events;
    link->back_off_us = BACK_OFF_MIN_US;
    link->database = database_create(settings, name);
    link->retry = timer_make(loop, open_again, link);
    link->expire = timer_make(loop, expire, link);
    timer_start(link->expire, EXPIRE_INTERVAL_US);
    timer_start(link->retry, 0); /* not from inside: the owner has to know the link first */
    return link;
}

void database_link_free(struct database_link **link)
{
    if (!*link)
        return;
    database_close((*link)->database);
    database_free(&(*link)->database);
    watcher_free(&(*link)->watcher);
    timer_free(&(*link)->retry);
    timer_free(&(*link)->expire);
    free(*link);
    *link = NULL;
}

bool database_link_is_up(const struct database_link *link)
{
    return link->up;
}

bool database_link_is_direct(const struct database_link *link, const char *backend)
{
    return strtol(backend, NULL, 10) == database_backend(link->database);
}

size_t database_link_pending(const struct database_link *link)
{
    return database_pending(link->database);
}

bool database_link_submit(struct database_link *link, enum statement statement,
                          const char *const values[], database_callback *callback, void *context)
{
    return link->up && database_submit(link->database, statement, values, callback, context);
}
