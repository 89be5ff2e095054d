#include "pushd/stream/catchup_page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "pushd/gateway/gateway.h"
#include "pushd/net/database_link.h"
#include "pushd/net/loop.h"
#include "pushd/stream/catchup.h"
#include "pushd/stream/distributor.h"
#include "pushd/stream/ring.h"
#include "pushd/stream/stream_answer.h"
#include "pushd/stream/subscriber.h"
#include "shared/base/buffer.h"
#include "shared/base/log.h"
#include "shared/base/memory.h"
#include "shared/db/columns.h"

enum {
    PAGE_ROWS = 500,
    PAGE_SCAN = 20000,
    PAGE_CLIENTS = 200, /* served by one page: bounds what one answer makes the loop do */
    USERS_MAX = 100     /* named in a query; more: the notifications of all */
};

#define AGAIN_US INT64_C(1000000) /* after a page that the database did not give */

struct catchup_page {
    struct gateway *gateway;
    struct subscriber *clients; /* in_page: in the page under way */
    struct timer *again;
    bool busy;
};

static void again_due(void *context)
{
    catchup_page_database_up(context);
}

struct catchup_page *catchup_page_create(struct gateway *gateway)
{
    struct catchup_page *page = memory_allocate(sizeof *page);

    page->gateway = gateway;
    page->again = timer_make(gateway->loop, again_due, page);
    return page;
}

void catchup_page_free(struct catchup_page **page)
{
    timer_free(&(*page)->again);
    free(*page);
    *page = NULL;
}

/* What a page has to hold for its clients. */
struct wanted {
    unsigned channels, roles;
    size_t users;
    struct buffer channel_names, user_names, role_names;
};

static bool is_named(const struct catchup_page *page, const struct subscriber *until)
{
    const struct subscriber *client;

    DL_FOREACH2(page->clients, client, behind_next)
    {
        if (client == until)
            return false;
        if (client->in_page && hub_has(client, CHANNEL_NOTIFICATIONS) &&
            strcmp(client->user_id, until->user_id) == 0)
            return true;
    }
    return false;
}

static void want(struct wanted *wanted, const struct catchup_page *page,
                 const struct subscriber *client)
{
    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++)
        wanted->channels |= hub_has(client, channel) ? 1u << channel : 0;
    if (!hub_has(client, CHANNEL_NOTIFICATIONS))
        return;
    wanted->roles |= client->roles;
    if (wanted->users <= USERS_MAX && !is_named(page, client) && ++wanted->users <= USERS_MAX)
        database_array_append(&wanted->user_names, client->user_id);
}

static void name_channels(struct wanted *wanted)
{
    buffer_append_character(&wanted->channel_names, '{');
    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++) {
        if (wanted->channels & (1u << channel))
            database_array_append(&wanted->channel_names, channel_name(channel));
    }
    buffer_append_character(&wanted->channel_names, '}');
}

static void answered(void *context, const struct database_answer *answer);

static bool submit(struct catchup_page *page, int64_t after, const struct wanted *wanted)
{
    char after_text[24], upto[24], rows[12], scan[12];
    const char *const values[] = {
        after_text,
        upto,
        rows,
        scan,
        wanted->channel_names.data,
        wanted->users > USERS_MAX ? NULL : wanted->user_names.data,
        wanted->role_names.data,
    };

    snprintf(after_text, sizeof after_text, "%lld", (long long)after);
    snprintf(upto, sizeof upto, "%lld",
             (long long)distributor_ring(page->gateway->distributor)->begin);
    snprintf(rows, sizeof rows, "%d", PAGE_ROWS);
    snprintf(scan, sizeof scan, "%d", PAGE_SCAN);
    return database_link_submit(page->gateway->commands, STATEMENT_STREAM_PAGE, values, answered,
                                page);
}

/* The hindmost place; those within a page of it go along. */
static int64_t choose(struct catchup_page *page)
{
    struct subscriber *client;
    int64_t after = INT64_MAX;
    size_t count = 0;

    DL_FOREACH2(page->clients, client, behind_next)
    {
        if (client->position < after)
            after = client->position;
    }
    DL_FOREACH2(page->clients, client, behind_next)
    {
        client->in_page = count < PAGE_CLIENTS && client->position - after < PAGE_SCAN;
        count += client->in_page;
    }
    return after;
}

static void read_page(struct catchup_page *page)
{
    struct wanted wanted = {0};
    struct subscriber *client;
    int64_t after;

    if (page->busy || !page->clients)
        return;
    after = choose(page);
    buffer_append_character(&wanted.user_names, '{');
    DL_FOREACH2(page->clients, client, behind_next)
    {
        if (client->in_page)
            want(&wanted, page, client);
    }
    buffer_append_character(&wanted.user_names, '}');
    name_channels(&wanted);
    roles_append_array(&wanted.role_names, wanted.roles);
    page->busy = submit(page, after, &wanted);
    if (!page->busy)
        timer_start(page->again, AGAIN_US);
    buffer_deinit(&wanted.channel_names);
    buffer_deinit(&wanted.user_names);
    buffer_deinit(&wanted.role_names);
}

/* To those of the page that stand before the row; one without room falls out of it. */
static void hand_out(struct catchup_page *page, const struct stream_row *row)
{
    struct subscriber *client, *following;
    struct push_frame push_frame;
    char cursor[CURSOR_SIZE];

    cursor_format(cursor, distributor_ring(page->gateway->distributor)->epoch, row->id);
    push_frame_init(&push_frame, row->push, row->payload, row->payload_length, cursor,
                    page->gateway->settings->websocket_namespace);
    DL_FOREACH_SAFE2(page->clients, client, following, behind_next)
    {
        if (client->in_page && client->position < row->id)
            subscriber_catch_up(client, row, &push_frame);
    }
    push_frame_deinit(&push_frame);
}

static void reach(struct catchup_page *page, int64_t position)
{
    struct subscriber *client, *following;

    DL_FOREACH_SAFE2(page->clients, client, following, behind_next)
    {
        if (!client->in_page)
            continue;
        client->in_page = false;
        if (client->position < position)
            client->position = position;
        if (position >= distributor_ring(page->gateway->distributor)->begin)
            catchup_begin(page->gateway->catchup, client);
    }
}

static void floor_known(void *context, const struct database_answer *answer)
{
    struct catchup_page *page = context;
    struct subscriber *client, *following;
    int64_t floor;

    page->busy = false;
    if (answer->error.code != ERROR_NONE) {
        timer_start(page->again, AGAIN_US);
        return;
    }
    floor = database_number(answer, 0, BOUNDS_FLOOR);
    DL_FOREACH_SAFE2(page->clients, client, following, behind_next)
    {
        if (client->position < floor)
            subscriber_gap(client, "retention", floor);
    }
    read_page(page);
}

static void answered(void *context, const struct database_answer *answer)
{
    struct catchup_page *page = context;
    struct stream_row row;

    page->busy = false;
    if (answer->error.code == ERROR_NONE) {
        for (int i = 0; i < answer->rows - 1; i++) {
            if (stream_answer_row(answer, i, &row))
                hand_out(page, &row);
        }
        reach(page, stream_answer_id(answer, answer->rows - 1));
        read_page(page);
    } else if (strcmp(answer->sqlstate, "BK410") == 0) {
        page->busy = database_link_submit(page->gateway->commands, STATEMENT_STREAM_BOUNDS, NULL,
                                          floor_known, page);
    } else {
        if (answer->error.code != ERROR_UNAVAILABLE)
            log_write(LOG_WARN_LEVEL, "Catchup", "%s %s", answer->sqlstate, answer->error.detail);
        timer_start(page->again, AGAIN_US);
    }
}

void catchup_page_add(struct catchup_page *page, struct subscriber *client)
{
    client->in_page = false;
    DL_APPEND2(page->clients, client, behind_prev, behind_next);
    read_page(page);
}

void catchup_page_remove(struct catchup_page *page, struct subscriber *client)
{
    DL_DELETE2(page->clients, client, behind_prev, behind_next);
    client->in_page = false;
}

void catchup_page_database_up(struct catchup_page *page)
{
    read_page(page);
}
