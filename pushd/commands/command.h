/* What a client may ask: one file a command (or a family of one shape), found through the table in
 * dispatch.c. A command is acknowledged when the client gave a callback; a refusal without one
 * arrives as the event `exception`. A refused command changes nothing. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/db/database.h"
#include "shared/model/error.h"

struct json;
struct peer_event;
struct subscriber;

struct command_call {
    struct subscriber *subscriber;
    const char *name;
    int64_t acknowledgement; /* -1: none asked for */
    const struct json
        *payload; /* an object, or NULL when there is none; lives as long as the call */
};

/* Checks the arguments of an event and runs its command. */
void command_dispatch(struct subscriber *subscriber, const struct peer_event *event);

void command_answer(const struct command_call *call, const char *json, size_t length);
void command_refuse(const struct command_call *call, const struct error *error);

void command_refuse_unavailable(const struct command_call *call); /* the database is away */
/* True: as many commands of this client wait as may, and this one was refused. */
bool command_is_one_too_many(const struct command_call *call);

/* False with the error: the payload has a member that is not among names (NULL-terminated). */
bool command_payload_only(const struct command_call *call, const char *const names[],
                          struct error *error);

/* Sends a statement; answered is called unless the client has gone by then. Refuses the call by
 * itself when too many of this client's commands wait, when the database is away or answers with an
 * error. */
typedef void command_answered(const struct command_call *call,
                              const struct database_answer *answer);
void command_submit(const struct command_call *call, enum statement statement,
                    const char *const values[], command_answered *answered);

/* Those that change the session's row come one after another: while one is under way the next ones
 * of this client wait. True: this one waits, or was refused because too many do. */
bool command_defer(const struct command_call *call, const struct peer_event *event);
/* The change that was under way is done. */
void command_go_on(struct subscriber *subscriber);
void command_forget_deferred(struct subscriber *subscriber);

void command_resume(const struct command_call *call);
void command_auth_refresh(const struct command_call *call);
void command_subscribe(const struct command_call *call);
void command_unsubscribe(const struct command_call *call);
void command_notifications_get(const struct command_call *call);
void command_notifications_read(const struct command_call *call);
void command_notifications_read_all(const struct command_call *call);
void command_notifications_delete(const struct command_call *call);

/* `channels` of a payload as a mask of channels. */
bool command_channels(const struct command_call *call, unsigned *mask, struct error *error);
void command_answer_channels(const struct command_call *call, const char *denied);
