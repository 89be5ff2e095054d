/* GET /healthz: 200 while the loop turns. GET /readyz: 200 while clients are served, else 503 with
 * the reasons: "draining", "database", "stream", or "lag" when more than PUSH_READY_LAG lie between
 * the stream and what was handed out. */
#pragma once
#include <stdbool.h>

struct gateway;
struct http_server;

bool health_is_ready(const struct gateway *gateway);
void health_add(struct gateway *gateway, struct http_server *server);
