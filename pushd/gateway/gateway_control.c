#include "pushd/gateway/gateway_control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utlist.h>

#include "pushd/clients/durable.h"
#include "pushd/clients/expiry.h"
#include "pushd/clients/revocations.h"
#include "pushd/gateway/gateway.h"
#include "pushd/gateway/initial.h"
#include "pushd/gateway/periodic.h"
#include "pushd/jobs/probe.h"
#include "pushd/jobs/rules.h"
#include "pushd/jobs/tasks.h"
#include "pushd/net/database_link.h"
#include "pushd/net/loop.h"
#include "pushd/stream/catchup.h"
#include "pushd/stream/delivery.h"
#include "pushd/stream/distributor.h"
#include "pushd/stream/ring.h"
#include "pushd/stream/subscriber.h"
#include "shared/auth/token.h"
#include "shared/base/clock.h"
#include "shared/base/log.h"
#include "shared/json.h"
#include "shared/model/category.h"

enum { HOST_SIZE = 65, NAME_SIZE = 80, LOAD_AGAIN_US = 1000000 };

static void revocations_listed(void *context, const struct database_answer *answer)
{
    struct gateway *gateway = context;

    if (answer->error.code != ERROR_NONE)
        return;
    revocations_clear(gateway->revocations);
    for (int i = 0; i < answer->rows; i++)
        revocations_add(gateway->revocations, database_text(answer, i, 0),
                        database_text(answer, i, 1), database_number(answer, i, 2));
    gateway->knows_revocations = true;
}

static void mutes_listed(void *context, const struct database_answer *answer)
{
    struct gateway *gateway = context;

    if (answer->error.code != ERROR_NONE)
        return;
    for (int i = 0; i < answer->rows; i++)
        hub_mutes_add(&gateway->hub, database_text(answer, i, 0),
                      categories_parse(database_text(answer, i, 1)));
    hub_mutes_end(&gateway->hub);
    gateway->knows_mutes = true;
}

static void held(void *context, const struct database_answer *answer)
{
    (void)context;
    if (answer->error.code != ERROR_NONE && answer->error.code != ERROR_UNAVAILABLE)
        log_write(LOG_WARN_LEVEL, "Database", "%s %s", answer->sqlstate, answer->error.detail);
}

/* This daemon is known to live as long as this connection does. */
static void hold_daemon(struct gateway *gateway)
{
    char host[HOST_SIZE] = "", number[12], name[NAME_SIZE];
    const char *const values[] = {number, name};

    gethostname(host, sizeof host - 1);
    snprintf(number, sizeof number, "%d", gateway->daemon);
    snprintf(name, sizeof name, "%s:%lld", host, (long long)gateway->settings->push_port);
    database_link_submit(gateway->commands, STATEMENT_DAEMON_HOLD, values, held, gateway);
}

/* What could not be written while the database was away; an equal row costs it nothing. */
static void write_sessions_again(struct gateway *gateway)
{
    struct subscriber *subscriber;

    DL_FOREACH(gateway->subscribers, subscriber) {
        if (!subscriber->accepted || subscriber->replaced)
            continue;
        subscriber->transport = NULL;
        durable_touch(gateway->durable, subscriber);
    }
}

static void commands_up(void *context)
{
    struct gateway *gateway = context;

    write_sessions_again(gateway);
    hold_daemon(gateway);
    database_link_submit(gateway->commands, STATEMENT_REVOCATION_LIST, NULL, revocations_listed,
                         gateway);
    hub_mutes_begin(&gateway->hub);
    database_link_submit(gateway->commands, STATEMENT_NOTIFICATION_MUTES, NULL, mutes_listed,
                         gateway);
    periodic_database_up(gateway->periodic);
    probe_database_up(gateway->probe);
    initial_database_up(gateway->initial);
    catchup_database_up(gateway->catchup);
    tasks_wake(gateway->tasks);
}

static void jobs_up(void *context)
{
    struct gateway *gateway = context;

    rules_database_up(gateway->rules);
}

/* What is revoked meanwhile is in the list of the next connection. */
static void commands_down(void *context)
{
    struct gateway *gateway = context;

    gateway->knows_revocations = gateway->knows_mutes = false;
    probe_database_down(gateway->probe);
}

void gateway_connect(struct gateway *gateway)
{
    const struct database_link_events commands = {commands_up, commands_down, NULL, gateway};
    const struct database_link_events jobs = {jobs_up, NULL, NULL, gateway};

    gateway->commands = database_link_create(gateway->loop, gateway->settings,
                                             "bookly-pushd commands", NULL, &commands);
    gateway->jobs =
        database_link_create(gateway->loop, gateway->settings, "bookly-pushd jobs", NULL, &jobs);
}

static void revoke_tokens(struct gateway *gateway, const struct json *payload)
{
    const char *token_id = json_string(json_member(payload, "jti"));
    const char *user_id = json_string(json_member(payload, "userId"));
    struct subscriber *subscriber, *following;
    int64_t before_s = 0;

    if (!token_id && !user_id)
        return;
    json_integer(json_member(payload, "before"), &before_s);
    revocations_add(gateway->revocations, token_id, user_id, before_s);
    DL_FOREACH_SAFE(gateway->subscribers, subscriber, following) {
        if (subscriber_is_revoked(subscriber)) /* those on their way in, too */
            expiry_end(subscriber);
    }
}

/* The client came back on another daemon. */
static void take_away(struct gateway *gateway, const struct json *payload)
{
    const char *pid = json_string(json_member(payload, "pid"));
    struct subscriber *subscriber = NULL;
    int64_t daemon = gateway->daemon;

    json_integer(json_member(payload, "daemon"), &daemon);
    if (pid && daemon != gateway->daemon)
        HASH_FIND_STR(gateway->by_pid, pid, subscriber);
    if (subscriber)
        subscriber_replace(subscriber);
}

static void mute(struct gateway *gateway, const struct json *payload)
{
    const char *user_id = json_string(json_member(payload, "userId"));

    if (user_id)
        hub_mute(&gateway->hub, user_id,
                 categories_parse(json_string(json_member(payload, "muted"))));
}

void gateway_controlled(void *context, const char *event, const char *payload)
{
    struct gateway *gateway = context;
    struct json *parsed = payload ? json_parse(payload, strlen(payload), NULL) : NULL;

    if (strcmp(event, "auth:revoked") == 0)
        revoke_tokens(gateway, parsed);
    else if (strcmp(event, "session:taken") == 0)
        take_away(gateway, parsed);
    else if (strcmp(event, "task:added") == 0)
        tasks_wake(gateway->tasks);
    else if (strcmp(event, "mutes:changed") == 0)
        mute(gateway, parsed);
    else if (strcmp(event, "rules:changed") == 0)
        rules_changed(gateway->rules);
    json_free(&parsed);
}

void gateway_stalled(void *context)
{
    struct gateway *gateway = context;
    char since[CLOCK_ISO_SIZE], payload[64];

    if (!gateway->stalled_since_ms || gateway->stall_told)
        return;
    clock_iso(gateway->stalled_since_ms, since);
    snprintf(payload, sizeof payload, "{\"since\":\"%s\"}", since);
    gateway->stall_told = true;
    delivery_all(gateway, PUSH_SYNC_STALLED, payload, strlen(payload));
}

void gateway_resumed(struct gateway *gateway)
{
    char cursor[CURSOR_SIZE], payload[CURSOR_SIZE + 16];

    timer_stop(gateway->stall);
    gateway->stalled_since_ms = 0;
    if (!gateway->stall_told)
        return;
    gateway->stall_told = false;
    cursor_format(cursor, distributor_ring(gateway->distributor)->epoch,
                  distributor_position(gateway->distributor));
    snprintf(payload, sizeof payload, "{\"cursor\":\"%s\"}", cursor);
    delivery_all(gateway, PUSH_SYNC_RESUMED, payload, strlen(payload));
}
