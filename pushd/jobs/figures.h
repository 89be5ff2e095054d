/* What this daemon measures for the dashboards: its clients, its memory and CPU, and how long rows
 * take to the sockets. The figures are left in the database, where those of all daemons are added
 * up, only when they have changed and at most once a second: an idle daemon writes nothing, and
 * deliveries cost nothing each. */
#pragma once
#include <stddef.h>
#include <stdint.h>

struct figures;
struct gateway;

/* After the engine: what a turn has sent is measured behind its writes. */
struct figures *figures_create(struct gateway *gateway);
void figures_free(struct figures **figures);

/* A row of the stream was handed to the queues of so many receivers, age_ms after its append. */
void figures_measure(struct figures *figures, double age_ms, size_t receivers);

int64_t figures_resident_bytes(void); /* of this process; 0: not known */
int64_t figures_process_cpu_us(void);

/* Writes the figures when they differ from those in the database, before they are read there. */
void figures_tell(struct figures *figures);
/* The database may have lost them: they are written again at once. */
void figures_database_up(struct figures *figures);
