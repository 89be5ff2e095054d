/* Who may open a session at all, before anybody is known: answered by HTTP status. */
#pragma once
#include <stdbool.h>

#include "pushd/engine/handshake.h"
#include "shared/model/error.h"

struct gateway;
struct http_request;

/* The callbacks of struct engine_options; context is the gateway. */
bool gateway_admit(void *context, const struct http_request *request, bool handshake,
                   struct error *error);
const char *gateway_cors_origin(void *context, const struct http_request *request);
void gateway_client_address(void *context, const struct http_request *request,
                            struct handshake *handshake);
bool gateway_address_block(void *context, const struct handshake *handshake,
                           char block[HANDSHAKE_ADDRESS_SIZE]);
const char *gateway_request_id(void *context, const struct http_request *request);
bool gateway_identified(void *context, const struct handshake *handshake);
