/* Hands the rows of the stream out, in order and in slices, so that pings and new connections go on
 * while a batch reaches many receivers. It owns the ring that the relay fills; what follows live is
 * reached through the hub, what is behind is the catch-up's. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct distributor;
struct gateway;
struct ring;
struct stream_row;

struct distributor *distributor_create(struct gateway *gateway);
void distributor_free(struct distributor **distributor);

/* Everything up to it was handed to whoever follows live. */
int64_t distributor_position(const struct distributor *distributor);
const struct ring *distributor_ring(const struct distributor *distributor);
/* What was read before this position was reached at the start is there: clients may come. */
bool distributor_is_ready(const struct distributor *distributor);

/* Rows that were read are not handed out yet. */
bool distributor_is_behind(const struct distributor *distributor);

/* The stream begins here, or is another one: rows up to position count as handed out, those after
 * start come next from the relay. */
void distributor_begin(struct distributor *distributor, const char *epoch, int64_t start,
                       int64_t position);
void distributor_add(struct distributor *distributor, const struct stream_row *row, double age_ms);
/* The relay has read up to position. False: hold it, relay_continue is called later. */
bool distributor_advance(struct distributor *distributor, int64_t position);
/* Some who are behind can be served. */
void distributor_wake(struct distributor *distributor);
