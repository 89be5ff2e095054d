/* How a client comes in: who it is (token, ticket, key of an event stream), whether it resumes a
 * session, and from which place of the stream. Sessions are looked up in batches: a storm of
 * clients that come back costs tens of statements.
 * Source: Socket.IO's connection state recovery ({pid, offset} in the CONNECT payload). */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct gateway;
struct joining;
struct peer;

struct joining *joining_create(struct gateway *gateway);
void joining_free(struct joining **joining);
/* auth: the CONNECT payload, or the data of a plain `auth`; JSON object text or "". Ends in
 * peer_accept, peer_refuse or peer_close, now or later. */
void joining_begin(struct joining *joining, struct peer *peer, const char *auth, size_t length);
