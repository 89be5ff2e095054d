/* Clients that are behind: they came back with a cursor. Each is fed in order from its own place,
 * as far as its queue has room, until it stands where the others stand and follows live; first from
 * pages of the database, then from the ring. Many that are behind share each page. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct catchup;
struct gateway;
struct subscriber;

struct catchup *catchup_create(struct gateway *gateway);
void catchup_free(struct catchup **catchup); /* nobody is behind any more */

/* Delivers to this one from the place it stands at; the hub reaches it again once it has caught up.
 */
void catchup_begin(struct catchup *catchup, struct subscriber *subscriber);
/* It is gone, or the stream began anew. */
void catchup_end(struct catchup *catchup, struct subscriber *subscriber);
/* Its queue is full: nothing more until there is room again. */
void catchup_park(struct catchup *catchup, struct subscriber *subscriber);
/* A queue has room again. */
void catchup_drained(struct catchup *catchup, struct subscriber *subscriber);
/* One slice from the ring. True: nobody is left there. */
bool catchup_serve(struct catchup *catchup, size_t max_work);
void catchup_database_up(struct catchup *catchup);
