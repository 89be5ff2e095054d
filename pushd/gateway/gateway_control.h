/* What reaches the gateway from the database, beside the stream's pushes. */
#pragma once

struct gateway;

void gateway_connect(struct gateway *gateway);
/* A row that daemons write to each other: auth:revoked, session:taken, task:added,
 * mutes:changed, rules:changed. */
void gateway_controlled(void *gateway, const char *event, const char *payload);
/* The stream has been away for a moment: every client is told. */
void gateway_stalled(void *gateway);
/* And it flows again. */
void gateway_resumed(struct gateway *gateway);
