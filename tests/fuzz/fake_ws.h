/* In place of pushd/engine/ws_transport.c: WebSocket connections whose messages come out of the
 * input. What is sent to them must be frames that RFC 6455 lets a server send, with what the
 * protocols promise inside. Beside them: identifiers that an input can name, the first of each run
 * "00000000000000000001", and a peer at 127.0.0.1 for every socket. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "pushd/engine/frame.h"

void fake_ws_reset(void);
/* Those that are open, newest first; each of these is about one of them, and does nothing where
 * there is none. */
void fake_ws_choose_next(void);
void fake_ws_message(enum frame_kind kind, const char *bytes, size_t length, bool in_frames);
void fake_ws_refuse(int code);
void fake_ws_pong(void);
void fake_ws_set_writable(bool writable);
void fake_ws_close(bool by_peer);
