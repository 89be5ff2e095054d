/* A request for a plain WebSocket: no Engine.IO, no client library. */
#pragma once

struct attempt;

void plain_requested(struct attempt *attempt);
