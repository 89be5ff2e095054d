/* HTTP long-polling: frames go out as the answer to a held GET, packets come in with POST. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct http_connection;
struct http_request;
struct transport;

struct transport *polling_create(void);
bool polling_is(const struct transport *transport);
bool polling_holds(const struct transport *transport);
/* Keeps the request until there is something to send. cors: header lines for the answer, copied. */
void polling_hold(struct transport *transport, struct http_connection *connection,
                  const char *cors);
/* Feeds the packets of a POST to the session. False: the payload is malformed. */
bool polling_receive(struct transport *transport, const char *payload, size_t length);
/* The held request's client went away. */
void polling_abandoned(struct http_connection *connection);
