/* Who may come in: browser origins with their CORS headers, tokens, and the rules of the routes. */
#pragma once
#include <stdbool.h>

#include "fcgi/router.h"
#include "shared/model/channel.h"

struct exchange;
struct response;
struct settings;

/* The channel whose roles a rule takes; CHANNEL_NONE: roles of its own, or none. */
enum channel guard_channel(enum rule rule);

bool guard_origin(const struct settings *settings, const struct request *request);
void guard_share(struct response *response, const char *origin);      /* CORS on every answer */
void guard_preflight(struct response *response, const char *methods); /* CORS on a preflight */

/* The caller's identity and whether the route's rule lets it in; false with the problem set.
 * Whether a token was revoked is asked later (fcgi/revocation.h). */
bool guard_caller(struct exchange *exchange);
/* WWW-Authenticate, where the refusal is a 401. */
void guard_challenge(struct response *response, enum error_code code);
