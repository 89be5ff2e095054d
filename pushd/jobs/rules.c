#include "pushd/jobs/rules.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pushd/gateway/gateway.h"
#include "pushd/net/database_link.h"
#include "pushd/net/loop.h"
#include "pushd/stream/distributor.h"
#include "pushd/stream/hub.h"
#include "shared/base/hash.h"
#include "shared/base/log.h"
#include "shared/base/memory.h"

#define PAUSE_US INT64_C(10000)   /* events that come close together are one step */
#define SWEEP_US INT64_C(5000000) /* the position follows the stream, and what was overlooked */
#define AGAIN_US INT64_C(1000000) /* after a failure */
#define US_PER_MS INT64_C(1000)

struct rule_type {
    UT_hash_handle hh;
    char *name;
};

struct rules {
    struct gateway *gateway;
    struct rule_type *types; /* in the form in which they are compared */
    struct timer *step, *sweep;
    int64_t swept_position;
    bool knows_types;
    bool stepping; /* an answer is awaited */
    bool waiting;  /* the timer runs */
    bool due;      /* again after the answer */
};

static void forget_types(struct rules *rules)
{
    struct rule_type *type, *following;

    HASH_ITER(hh, rules->types, type, following) {
        HASH_DEL(rules->types, type);
        free(type->name);
        free(type);
    }
    rules->knows_types = false;
}

static void wait_for(struct rules *rules, int64_t pause_us)
{
    rules->waiting = true;
    timer_start(rules->step, pause_us);
}

static void wake(struct rules *rules)
{
    if (rules->stepping)
        rules->due = true;
    else if (!rules->waiting)
        wait_for(rules, PAUSE_US);
}

static void stepped(void *context, const struct database_answer *answer)
{
    struct rules *rules = context;
    const char *pause_ms;

    rules->stepping = false;
    if (answer->error.code != ERROR_NONE) {
        if (answer->error.code != ERROR_UNAVAILABLE)
            log_write(LOG_WARN_LEVEL, "Rules", "%s %s", answer->sqlstate, answer->error.detail);
        wait_for(rules, AGAIN_US);
        return;
    }
    pause_ms = answer->rows > 0 ? database_text(answer, 0, 0) : NULL;
    if (pause_ms)
        wait_for(rules, strtol(pause_ms, NULL, 10) * US_PER_MS);
    else if (rules->due)
        wait_for(rules, PAUSE_US);
}

static void step_due(void *context)
{
    struct rules *rules = context;

    rules->waiting = rules->due = false;
    rules->stepping = database_link_submit(rules->gateway->jobs, STATEMENT_NOTIFICATION_RULES_STEP,
                                           NULL, stepped, rules);
    if (!rules->stepping)
        wait_for(rules, AGAIN_US);
}

static void types_listed(void *context, const struct database_answer *answer)
{
    struct rules *rules = context;

    if (answer->error.code != ERROR_NONE) {
        rules->knows_types = false; /* the sweep asks again */
        return;
    }
    forget_types(rules);
    for (int i = 0; i < answer->rows; i++) {
        struct rule_type *type = memory_allocate(sizeof *type);

        type->name = memory_copy_text(database_text(answer, i, 0));
        HASH_ADD_KEYPTR(hh, rules->types, type->name, strlen(type->name), type);
    }
    rules->knows_types = true;
    wake(rules);
}

void rules_changed(struct rules *rules)
{
    if (!database_link_submit(rules->gateway->jobs, STATEMENT_NOTIFICATION_RULE_TYPES, NULL,
                              types_listed, rules))
        rules->knows_types = false;
}

static void sweep_due(void *context)
{
    struct rules *rules = context;
    int64_t position = distributor_position(rules->gateway->distributor);

    timer_start(rules->sweep, SWEEP_US);
    if (!rules->knows_types)
        rules_changed(rules);
    else if (position != rules->swept_position)
        wake(rules);
    rules->swept_position = position;
}

void rules_database_up(struct rules *rules)
{
    forget_types(rules);
    rules_changed(rules);
}

void rules_row(struct rules *rules, const struct stream_row *row)
{
    const char *name = row->push == PUSH_EVENT_CREATED ? row->keys.key[0] : push_event(row->push);
    struct rule_type *type = NULL;

    if (rules->knows_types && name)
        HASH_FIND_STR(rules->types, name, type);
    if (type)
        wake(rules);
}

struct rules *rules_create(struct gateway *gateway)
{
    struct rules *rules = memory_allocate(sizeof *rules);

    rules->gateway = gateway;
    rules->step = timer_make(gateway->loop, step_due, rules);
    rules->sweep = timer_make(gateway->loop, sweep_due, rules);
    timer_start(rules->sweep, SWEEP_US);
    return rules;
}

void rules_free(struct rules **rules)
{
    if (!*rules)
        return;
    timer_free(&(*rules)->step);
    timer_free(&(*rules)->sweep);
    forget_types(*rules);
    free(*rules);
    *rules = NULL;
}
