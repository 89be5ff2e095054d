/* Who a client is that comes in. */
#include "pushd/clients/joining_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pushd/admin/metrics.h"
#include "pushd/clients/identity.h"
#include "pushd/clients/opening.h"
#include "pushd/clients/revocations.h"
#include "pushd/engine/handshake.h"
#include "pushd/engine/session.h"
#include "pushd/engine/tally.h"
#include "pushd/gateway/gateway.h"
#include "pushd/net/database_link.h"
#include "pushd/peers/peer.h"
#include "pushd/stream/subscriber.h"
#include "shared/base/clock.h"
#include "shared/db/columns.h"
#include "shared/model/role.h"

void joiner_free(struct joiner *joiner)
{
    subscriber_unref(&joiner->subscriber);
    free(joiner->auth);
    free(joiner->cursor);
    free(joiner->offset);
    free(joiner);
}

static void refuse(struct joiner *joiner, const struct error *error)
{
    struct subscriber *subscriber = joiner->subscriber;
    struct peer *peer = subscriber->peer;

    metrics_count(METRIC_JOINS + (size_t)error->code);
    peer_set_context(peer, NULL);
    subscriber_detach(&subscriber);
    peer_refuse(peer, error);
    joiner_free(joiner);
}

void joining_refuse(struct joiner *joiner, enum error_code code)
{
    const struct error error = {code, ""};

    refuse(joiner, &error);
}

/* One that goes on with a session which is here still takes the place of its older connection. */
static bool has_room(const struct joiner *joiner)
{
    struct gateway *gateway = joiner->joining->gateway;
    size_t limit = (size_t)gateway->settings->max_per_user;
    struct subscriber *older;

    if (limit == 0 || tally_count(&gateway->users, joiner->identity.user_id) < limit)
        return true;
    HASH_FIND_STR(gateway->by_pid, joiner->pid, older);
    return older && strcmp(older->user_id, joiner->identity.user_id) == 0;
}

bool joining_admit(struct joiner *joiner)
{
    struct subscriber *subscriber = joiner->subscriber;

    subscriber_set_identity(subscriber, &joiner->identity);
    if (has_room(joiner)) {
        subscriber->of_user = tally_add(&subscriber->gateway->users, subscriber->user_id);
        return true;
    }
    metrics_count(METRIC_SESSIONS_LIMITED + METRIC_USER);
    metrics_count(METRIC_JOINS + ERROR_RATE_LIMITED);
    peer_close(subscriber->peer, CLOSE_LIMIT);
    joiner_free(joiner);
    return false;
}

/* False: it was refused. */
static bool may_open(struct joiner *joiner)
{
    static const struct error error = {ERROR_FORBIDDEN,
                                       "channels: none of them is open to your roles"};

    subscriber_set_identity(joiner->subscriber, &joiner->identity);
    if (opening_is_allowed(joiner->subscriber))
        return joining_admit(joiner);
    refuse(joiner, &error);
    return false;
}

void joining_unavailable(struct joiner *joiner)
{
    metrics_count(METRIC_JOINS + ERROR_UNAVAILABLE);
    peer_close(joiner->subscriber->peer, CLOSE_UNAVAILABLE);
    joiner_free(joiner);
}

void joining_open(struct joiner *joiner)
{
    struct subscriber *subscriber = joiner->subscriber;
    const struct identity *identity = &joiner->identity;

    if (revocations_has(subscriber->gateway->revocations, identity)) {
        joining_refuse(joiner, ERROR_TOKEN_REVOKED);
        return;
    }
    if (!may_open(joiner))
        return;
    /* one that asks for a place, and whose session is gone, has come as far as its offset */
    opening_fresh(subscriber, joiner->cursor && joiner->offset ? joiner->offset : joiner->cursor,
                  joiner->offset);
    joiner_free(joiner);
}

static void verify_token(struct joiner *joiner)
{
    struct gateway *gateway = joiner->joining->gateway;
    const struct handshake *handshake = session_handshake(peer_session(joiner->subscriber->peer));
    enum error_code code =
        identity_find(gateway->settings, gateway->keys, handshake, joiner->auth,
                      joiner->auth_length, clock_wall_ms() / 1000, &joiner->identity);

    if (code != ERROR_NONE)
        joining_refuse(joiner, code);
    else if (joiner->pid[0] && !joiner->by_key)
        joining_look_up(joiner);
    else
        joining_open(joiner);
}

static void read_identity(struct identity *identity, const char *user_id, const char *roles,
                          const char *issued_at, const char *expires_at, const char *token_id)
{
    *identity = (struct identity){
        .roles = roles_parse_array(roles),
        .issued_at = issued_at ? strtoll(issued_at, NULL, 10) : 0,
        .expires_at = expires_at ? strtoll(expires_at, NULL, 10) : 0,
    };
    snprintf(identity->user_id, sizeof identity->user_id, "%s", user_id);
    snprintf(identity->token_id, sizeof identity->token_id, "%s", token_id ? token_id : "");
}

/* ?userId= may only repeat who it is. */
static bool is_another_user(const struct joiner *joiner)
{
    const char *user_id = session_handshake(peer_session(joiner->subscriber->peer))->user_id;

    return user_id && *user_id && strcmp(user_id, joiner->identity.user_id) != 0;
}

static void ticket_taken(void *context, const struct database_answer *answer)
{
    struct joiner *joiner = context;

    if (!joiner->subscriber->peer)
        joiner_free(joiner);
    else if (answer->error.code != ERROR_NONE)
        joining_unavailable(joiner);
    else if (answer->rows == 0)
        joining_refuse(joiner, ERROR_TOKEN_INVALID);
    else {
        read_identity(
            &joiner->identity, database_text(answer, 0, TICKET_USER),
            database_text(answer, 0, TICKET_ROLES), database_text(answer, 0, TICKET_ISSUED),
            database_text(answer, 0, TICKET_EXPIRES), database_text(answer, 0, TICKET_TOKEN));
        if (is_another_user(joiner))
            joining_refuse(joiner, ERROR_USER_MISMATCH);
        else
            joining_open(joiner);
    }
}

void joining_identify(struct joiner *joiner)
{
    const char *ticket = session_handshake(peer_session(joiner->subscriber->peer))->ticket;
    const char *const values[] = {ticket};

    if (!ticket || peer_wire(joiner->subscriber->peer) < WIRE_PLAIN)
        verify_token(joiner);
    else if (!database_link_submit(joiner->joining->gateway->commands, STATEMENT_TICKET_TAKE,
                                   values, ticket_taken, joiner))
        joining_unavailable(joiner);
}

/* An event stream that shows the key of a session opened at the same URL, whose token is good yet.
 */
static bool is_key_good(const struct joiner *joiner, const struct database_answer *answer, int row,
                        struct identity *identity)
{
    const struct gateway *gateway = joiner->joining->gateway;
    const char *url = session_handshake(peer_session(joiner->subscriber->peer))->url;
    const char *opened_at = database_text(answer, row, SESSION_URL);

    read_identity(
        identity, database_text(answer, row, SESSION_USER),
        database_text(answer, row, SESSION_ROLES), database_text(answer, row, SESSION_ISSUED),
        database_text(answer, row, SESSION_EXPIRES), database_text(answer, row, SESSION_TOKEN));
    return url && opened_at && strcmp(url, opened_at) == 0 &&
           (identity->expires_at == 0 || identity->expires_at > clock_wall_ms() / 1000) &&
           !revocations_has(gateway->revocations, identity);
}

void joining_check_key(struct joiner *joiner, const struct database_answer *answer, int row)
{
    if (row < 0 || !is_key_good(joiner, answer, row, &joiner->identity)) {
        joining_identify(joiner);
        return;
    }
    if (!may_open(joiner))
        return;
    opening_again(joiner->subscriber, joiner->pid, database_text(answer, row, SESSION_SID),
                  joiner->cursor);
    joiner_free(joiner);
}
