/* How a push is written for a client. */
#pragma once

enum wire {
    WIRE_SOCKETIO_ROOT,      /* namespace / */
    WIRE_SOCKETIO_NAMESPACE, /* WEBSOCKET_NAMESPACE */
    WIRE_PLAIN,              /* JSON messages of a WebSocket */
    WIRE_SSE,                /* Server-Sent Events; what follows `id: cursor~` is the receiver's */
    WIRE_COUNT
};
