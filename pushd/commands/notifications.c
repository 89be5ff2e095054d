/* notifications:get, :read, :read-all and :delete: the user's own inbox, by the same functions of
 * the database that REST uses. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pushd/commands/command.h"
#include "pushd/stream/subscriber.h"
#include "shared/base/buffer.h"
#include "shared/json.h"
#include "shared/model/uuid.h"

enum { LIMIT_MAX = 500, LIMIT_DEFAULT = 100 };

struct page {
    bool unread_only;
    int64_t limit;
    const char *before; /* NULL: from the newest */
};

static bool read_page(const struct command_call *call, struct page *page, struct error *error)
{
    static const char *const names[] = {"unreadOnly", "limit", "before", NULL};
    const struct json *member;

    *page = (struct page){false, LIMIT_DEFAULT, NULL};
    if (!call->payload)
        return true;
    if (!command_payload_only(call, names, error))
        return false;
    member = json_member(call->payload, "unreadOnly");
    if (member && !json_boolean(member, &page->unread_only)) {
        error_set(error, ERROR_INVALID_VALUE, "unreadOnly: must be true or false");
        return false;
    }
    member = json_member(call->payload, "limit");
    if (member &&
        (!json_integer(member, &page->limit) || page->limit < 1 || page->limit > LIMIT_MAX)) {
        error_set(error, ERROR_INVALID_VALUE, "limit: must be a whole number from 1 to %d",
                  LIMIT_MAX);
        return false;
    }
    member = json_member(call->payload, "before");
    page->before = member ? json_string(member) : NULL;
    if (member && (!page->before || !uuid_is_valid(page->before))) {
        error_set(error, ERROR_INVALID_VALUE, "before: must be a notification's id");
        return false;
    }
    return true;
}

static void answer_inbox(const struct command_call *call, const struct database_answer *answer)
{
    struct buffer json;

    buffer_init(&json);
    buffer_append_text(&json, "{\"success\":true,\"notifications\":");
    buffer_append(&json, database_text(answer, 0, 0), database_length(answer, 0, 0));
    buffer_append_format(&json, ",\"unreadCount\":%s,\"version\":%s}", database_text(answer, 0, 1),
                         database_text(answer, 0, 2));
    command_answer(call, json.data, json.length);
    buffer_deinit(&json);
}

void command_notifications_get(const struct command_call *call)
{
    struct error error = {ERROR_NONE, ""};
    struct page page;
    char limit[24];
    char *roles;

    if (!read_page(call, &page, &error)) {
        command_refuse(call, &error);
        return;
    }
    snprintf(limit, sizeof limit, "%lld", (long long)page.limit);
    roles = subscriber_roles_array(call->subscriber);
    {
        const char *const values[] = {call->subscriber->user_id, roles,
                                      page.unread_only ? "true" : "false", limit, page.before};

        command_submit(call, STATEMENT_NOTIFICATION_INBOX, values, answer_inbox);
    }
    free(roles);
}

/* The database's answer is the acknowledgement. */
static void answer_text(const struct command_call *call, const struct database_answer *answer)
{
    command_answer(call, database_text(answer, 0, 0), database_length(answer, 0, 0));
}

static void change_one(const struct command_call *call, enum statement statement)
{
    static const char *const names[] = {"notificationId", NULL};
    const struct json *member = call->payload ? json_member(call->payload, "notificationId") : NULL;
    const char *id = member ? json_string(member) : NULL;
    struct error error = {ERROR_NONE, ""};
    char *roles;

    if (!command_payload_only(call, names, &error)) {
        command_refuse(call, &error);
        return;
    }
    if (!id || !uuid_is_valid(id)) {
        error_set(&error, id ? ERROR_NOT_FOUND : ERROR_INVALID_VALUE,
                  id ? "notificationId: there is no such notification"
                     : "notificationId: must be a notification's id");
        command_refuse(call, &error);
        return;
    }
    roles = subscriber_roles_array(call->subscriber);
    {
        const char *const values[] = {call->subscriber->user_id, id, roles};

        command_submit(call, statement, values, answer_text);
    }
    free(roles);
}

void command_notifications_read(const struct command_call *call)
{
    change_one(call, STATEMENT_NOTIFICATION_READ);
}

void command_notifications_delete(const struct command_call *call)
{
    change_one(call, STATEMENT_NOTIFICATION_DELETE);
}

void command_notifications_read_all(const struct command_call *call)
{
    static const char *const names[] = {NULL};
    struct error error = {ERROR_NONE, ""};
    char *roles;

    if (!command_payload_only(call, names, &error)) {
        command_refuse(call, &error);
        return;
    }
    roles = subscriber_roles_array(call->subscriber);
    {
        const char *const values[] = {call->subscriber->user_id, roles};

        command_submit(call, STATEMENT_NOTIFICATION_READ_ALL, values, answer_text);
    }
    free(roles);
}
