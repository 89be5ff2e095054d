#include "tests/bench/load/wires.h"

const struct wire_calls *wires_of(enum wire wire)
{
    static const struct wire_calls calls[] = {
        [WIRE_SOCKETIO_WS] = {websocket_connected, websocket_take, websocket_say, socketio_hear},
        [WIRE_SOCKETIO_POLLING] = {polling_connected, polling_take, polling_say, socketio_hear},
        [WIRE_WEBSOCKET] = {websocket_connected, websocket_take, websocket_say, plain_hear},
        [WIRE_RAW_POLLING] = {polling_connected, polling_take, polling_say, plain_hear},
    };

    return &calls[wire];
}
