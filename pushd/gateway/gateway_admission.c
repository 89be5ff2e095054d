#include "pushd/gateway/gateway_admission.h"

#include <string.h>

#include "pushd/engine/handshake.h"
#include "pushd/engine/session.h"
#include "pushd/gateway/gateway.h"
#include "pushd/net/http.h"
#include "shared/auth/access.h"
#include "shared/settings.h"

static bool allows_origin(const struct gateway *gateway, const struct http_request *request)
{
    return access_origin(gateway->settings, http_header(request, "Origin"),
                         http_header(request, "Host"));
}

bool gateway_admit(void *context, const struct http_request *request, bool handshake,
                   struct error *error)
{
    const struct gateway *gateway = context;

    if (!gateway->settings->websocket_enabled) {
        error_set(error, ERROR_WEBSOCKET_DISABLED, "sockets are switched off here, REST goes on");
        return false;
    }
    if (!allows_origin(gateway, request)) {
        error_set(error, ERROR_ORIGIN_DENIED, "this origin is not allowed");
        return false;
    }
    if (handshake && !gateway_is_ready(gateway)) {
        error_set(error, ERROR_UNAVAILABLE, "not ready, try again in a moment");
        return false;
    }
    return true;
}

const char *gateway_cors_origin(void *context, const struct http_request *request)
{
    return allows_origin(context, request) ? http_header(request, "Origin") : NULL;
}

static bool is_proxy(const struct settings *settings, const char *peer)
{
    for (size_t i = 0; i < settings->trusted_proxies.count; i++) {
        if (strcmp(settings->trusted_proxies.items[i], peer) == 0)
            return true;
    }
    return false;
}

/* Whoever comes without a proxy could choose what stands in the log. */
const char *gateway_request_id(void *context, const struct http_request *request)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_@.";
    const struct gateway *gateway = context;
    const char *id = http_header(request, "X-Request-Id");

    return id && *id && strlen(id) < REQUEST_ID_SIZE && strspn(id, allowed) == strlen(id) &&
                   is_proxy(gateway->settings, http_peer_address(request))
               ? id
               : NULL;
}

void gateway_client_address(void *context, const struct http_request *request,
                            struct handshake *handshake)
{
    const struct gateway *gateway = context;
    const char *forwarded = http_header(request, "X-Forwarded-For");
    const char *peer = http_peer_address(request);

    access_client_address(gateway->settings, peer, forwarded, handshake->address,
                          sizeof handshake->address);
    handshake->proxied = forwarded && strcmp(handshake->address, peer) != 0;
    /* A proxy on this machine for a client on this machine: the addresses are the same. */
    if (forwarded && !handshake->proxied)
        handshake->proxied = is_proxy(gateway->settings, peer);
}

/* Behind a front server that hands over no address, all clients would be one. */
bool gateway_address_block(void *context, const struct handshake *handshake,
                           char block[HANDSHAKE_ADDRESS_SIZE])
{
    const struct gateway *gateway = context;

    access_address_block(handshake->address, block, HANDSHAKE_ADDRESS_SIZE);
    return !is_proxy(gateway->settings, handshake->address);
}

bool gateway_identified(void *context, const struct handshake *handshake)
{
    const struct gateway *gateway = context;

    return handshake->authorization || handshake->ticket ||
           (handshake->user_id && settings_development(gateway->settings));
}
