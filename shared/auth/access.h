/* Who may do what. Pure. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "shared/model/channel.h"

struct settings;

unsigned access_channel_roles(const struct settings *settings, enum channel channel);
/* Whether the setting of that channel lets one with these roles in. */
bool access_channel(const struct settings *settings, enum channel channel, unsigned roles);
bool access_allowed(unsigned allowed_roles, unsigned roles); /* ROLES_ANY lets everybody in */

/* Browser origins (RFC 6454). origin NULL: not a browser, allowed. host: the Host header, or NULL.
 * A page's own origin always passes, and so do those of CORS_ORIGIN; in development mode without
 * that list, any origin. `null` is always refused. */
bool access_origin(const struct settings *settings, const char *origin, const char *host);

/* Development mode's ?userId= without a token: Host, Origin and the client's address must all
 * be this machine. */
bool access_development(const struct settings *settings, const char *host, const char *origin,
                        const char *address);

/* The client's address: peer, or the last X-Forwarded-For entry when peer is a trusted proxy.
 * Writes "" when that is no address. */
void access_client_address(const struct settings *settings, const char *peer,
                           const char *forwarded_for, char *address, size_t size);
/* What counts as one client's addresses: an IPv4 address itself, of IPv6 the /64 around it. */
void access_address_block(const char *address, char *block, size_t size);
