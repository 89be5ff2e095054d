/* What the gateway does with the peers of every wire. */
#pragma once

extern const struct peer_handler gateway_peer_handler;
