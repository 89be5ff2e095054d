#include "pushd/jobs/tasks.h"

#include <stdio.h>
#include <stdlib.h>

#include "pushd/gateway/gateway.h"
#include "pushd/net/database_link.h"
#include "pushd/net/loop.h"
#include "pushd/stream/distributor.h"
#include "shared/base/log.h"
#include "shared/base/memory.h"

enum {
    BEHIND_US = 5000,   /* until it looks again whether everything was handed out */
    FAILED_US = 1000000 /* after a slice that failed */
};

#define US_PER_MS INT64_C(1000)

struct tasks {
    struct gateway *gateway;
    struct timer *timer;
    bool awaits;
    bool woken; /* while an answer was awaited */
};

static void stepped(void *context, const struct database_answer *answer)
{
    struct tasks *tasks = context;

    tasks->awaits = false;
    if (answer->error.code != ERROR_NONE && answer->sqlstate[0]) /* not a lost connection */
        log_write(LOG_WARN_LEVEL, "Tasks", "%s %s", answer->sqlstate, answer->error.detail);
    if (answer->error.code != ERROR_NONE)
        timer_start(tasks->timer, FAILED_US);
    else if (tasks->woken)
        timer_start(tasks->timer, 0);
    else if (database_text(answer, 0, 0))
        timer_start(tasks->timer, database_number(answer, 0, 0) * US_PER_MS);
    tasks->woken = false;
}

static void step(void *context)
{
    struct tasks *tasks = context;
    const struct gateway *gateway = tasks->gateway;
    char daemon[12], events[24], dlq[24];
    const char *const values[] = {daemon, events, dlq};

    if (tasks->awaits || gateway->draining)
        return;
    if (distributor_is_behind(gateway->distributor)) {
        timer_start(tasks->timer, BEHIND_US);
        return;
    }
    snprintf(daemon, sizeof daemon, "%d", gateway->daemon);
    snprintf(events, sizeof events, "%zu", hub_count(&gateway->hub, CHANNEL_EVENTS));
    snprintf(dlq, sizeof dlq, "%zu", hub_count(&gateway->hub, CHANNEL_DLQ));
    tasks->awaits =
        database_link_submit(gateway->commands, STATEMENT_TASKS_STEP, values, stepped, tasks);
    if (!tasks->awaits && database_link_is_up(gateway->commands))
        timer_start(tasks->timer, FAILED_US);
}

void tasks_wake(struct tasks *tasks)
{
    tasks->woken = tasks->awaits;
    if (!tasks->awaits)
        timer_start(tasks->timer, 0);
}

struct tasks *tasks_create(struct gateway *gateway)
{
    struct tasks *tasks = memory_allocate(sizeof *tasks);

    tasks->gateway = gateway;
    tasks->timer = timer_make(gateway->loop, step, tasks);
    return tasks;
}

void tasks_free(struct tasks **tasks)
{
    if (!*tasks)
        return;
    timer_free(&(*tasks)->timer);
    free(*tasks);
    *tasks = NULL;
}
