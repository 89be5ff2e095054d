/* What the conformance server's Socket.IO namespaces do:
 *   both      on connecting: emits ["auth", <the connect payload, or {}>]
 *   /         `message` comes back as `message-back`, `message-with-ack` is acknowledged, with the
 *             same arguments and attachments
 *   /custom   nothing else */
#pragma once
#include "pushd/peers/socketio.h"

struct loop;

/* For engine_options.context of one engine; statically held. */
struct socketio_options *echo_peers_open(struct loop *loop);
