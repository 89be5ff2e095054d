/* An event stream's connection: a held request until it is let in, then a socket of its own that
 * only ever sends. Without a length or chunks: the stream ends with the connection. */
#pragma once
#include "pushd/engine/transport.h"

struct error;
struct http_connection;
struct loop;

/* cors: header lines for the answer, copied. resumes: the client has been here before (see
 * sse_transport_refuse). The connection must be held, and its context is the transport's. */
struct transport *sse_transport_create(struct loop *loop, struct http_connection *connection,
                                       const char *cors, bool resumes);
/* Answers 200 and begins the stream. key completes every id. */
void sse_transport_begin(struct transport *transport, const char *key);
/* Answers with the error, as problem+json. EventSource gives up for good on any status but 200: one
 * that resumes is answered an empty stream where the reason will pass, and comes back. */
void sse_transport_refuse(struct transport *transport, const struct error *error);
/* The same before there is a transport. */
void sse_transport_answer_error(struct http_connection *connection, const struct error *error,
                                const char *cors, bool resumes);
/* The held request's client went away. */
void sse_transport_abandoned(void *context, struct http_connection *connection);
