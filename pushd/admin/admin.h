/* The administrative address (PUSH_ADMIN_BIND, PUSH_ADMIN_PORT): metrics, health, readiness. What
 * is told there is nobody's secret, but nobody's business either: it belongs on the loopback or a
 * network of one's own. It answers while the daemon drains, too. */
#pragma once
#include <stddef.h>

struct admin;
struct gateway;

/* NULL where it is switched off, or with an error. */
struct admin *admin_create(struct gateway *gateway, char *error, size_t error_size);
/* Nobody is answered any more; before the parts of the gateway go. */
void admin_close(struct admin *admin);
void admin_free(struct admin **admin);
