/* Asks services (SERVICE_HEALTH_URLS) and the front server (FRONT_HEALTH_URL) whether they are
 * there, and tells the database what it finds. Of several daemons on a database one does it, the
 * one that has the lock; another takes over when its connection ends. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct gateway;
struct probe;
struct settings;

/* False: error holds a line that says what is missing. To be called before probe_create. */
bool probe_check(const struct settings *settings, char *error, size_t error_size);
struct probe *probe_create(struct gateway *gateway); /* NULL: nothing to ask */
void probe_free(struct probe **probe);
/* The connection for statements came, and went. probe may be NULL. */
void probe_database_up(struct probe *probe);
void probe_database_down(struct probe *probe);
