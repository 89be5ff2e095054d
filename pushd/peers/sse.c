#include "pushd/peers/sse.h"

#include <stdio.h>
#include <stdlib.h>

#include "pushd/engine/engine.h"
#include "pushd/engine/session_private.h"
#include "pushd/engine/sse_transport.h"
#include "pushd/peers/peer_private.h"
#include "shared/auth/digest.h"
#include "shared/base/memory.h"
#include "shared/model/error.h"
#include "shared/model/selection.h"

struct sse {
    struct peer base;
    bool refused;
    char url[DIGEST_SIZE];
    struct selection selection;
};

static struct sse *sse_of(struct peer *peer)
{
    return (struct sse *)peer;
}

static void accept_peer(struct peer *peer, const char *pid)
{
    if (session_is_open(peer->session))
        sse_transport_begin(peer->session->transport, pid);
}

static void refuse_peer(struct peer *peer, const struct error *error)
{
    struct session *session = peer->session;

    sse_of(peer)->refused = true;
    if (!session_is_open(session))
        return;
    sse_transport_refuse(session->transport, error);
    session_close(session,
                  error_http_status(error->code) == 503 ? CLOSE_UNAVAILABLE : CLOSE_REFUSED);
}

static const struct peer_ops ops = {accept_peer, refuse_peer, NULL};

static void opened(struct session *session)
{
    struct sse *sse = memory_allocate(sizeof *sse);

    peer_init(&sse->base, &ops, engine_peer_handler(session->engine), session, WIRE_SSE);
    session_set_context(session, sse);
}

void sse_connect(struct session *session, struct selection *selection, const char *url)
{
    struct sse *sse = session_context(session);

    snprintf(sse->url, sizeof sse->url, "%s", url);
    sse->selection = *selection;
    selection_init(selection);
    session->handshake->url = sse->url;
    session->handshake->selection = &sse->selection;
    sse->base.handler->connecting(&sse->base, "", 0);
}

static void message(struct session *session, enum frame_kind kind, const char *bytes, size_t length)
{
    (void)session;
    (void)kind;
    (void)bytes;
    (void)length;
}

static void drained(struct session *session)
{
    struct sse *sse = session_context(session);

    peer_drained(&sse->base);
}

static void closed(struct session *session, enum close_reason reason)
{
    struct sse *sse = session_context(session);

    if (!sse->refused)
        peer_leave(&sse->base, reason);
    selection_deinit(&sse->selection);
    session_set_context(session, NULL);
    session->handshake->url = NULL;
    session->handshake->selection = NULL;
    free(sse);
}

const struct session_handler sse_session_handler = {opened, message, drained, closed, NULL};
