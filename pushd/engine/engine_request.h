/* What the engine answers on its paths, for engine*.c alone. */
#pragma once

struct http_connection;
struct http_request;

void engine_requested(void *engine, struct http_request *request);
void engine_abandoned(void *engine, struct http_connection *connection);
