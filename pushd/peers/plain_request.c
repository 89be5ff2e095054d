#include "pushd/peers/plain_request.h"

#include <stdlib.h>

#include "pushd/engine/attempt.h"
#include "pushd/engine/handshake.h"
#include "pushd/engine/session_private.h"
#include "pushd/engine/session_websocket.h"

static void open_session(struct attempt *attempt, struct handshake *handshake)
{
    struct engine *engine = attempt->engine;
    struct transport *transport = session_websocket_accept(attempt->request, attempt->request_id,
                                                           engine->options.max_payload);
    struct session *session;

    if (!transport) {
        free(handshake);
        return;
    }
    session = session_create(engine, SESSION_PLAIN, handshake);
    session_open(session, transport);
    session->kind->handler->opened(session);
}

void plain_requested(struct attempt *attempt)
{
    struct error error = {ERROR_NONE, ""};
    struct handshake *handshake;

    if (!attempt->upgrade) {
        attempt_count_refused(attempt, ERROR_BAD_REQUEST);
        attempt_answer_json(attempt, 426, "Upgrade: websocket\r\n",
                            "{\"code\":\"upgrade_required\",\"message\":\"this is a WebSocket\"}");
        return;
    }
    if (!attempt_is_upgrade(attempt))
        return;
    if (!attempt_admits(attempt, true, &error) || !(handshake = attempt_handshake(attempt, &error)))
        attempt_refuse(attempt, &error);
    else
        open_session(attempt, handshake);
}
