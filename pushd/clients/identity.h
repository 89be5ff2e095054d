/* Who connects: a token from the CONNECT payload or the Authorization header, or, in development
 * mode and only from this machine, ?userId= alone. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "shared/auth/token.h"
#include "shared/model/error.h"

struct handshake;
struct settings;

/* auth: the CONNECT payload, JSON object text or "". ERROR_NONE and the identity, or what is
 * refused. */
enum error_code identity_find(const struct settings *settings, struct token_keys *keys,
                              const struct handshake *handshake, const char *auth, size_t length,
                              int64_t now_s, struct identity *identity);
