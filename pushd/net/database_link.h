/* A connection to the database that the loop serves and that comes back by itself: after a loss it
 * is opened again, first after 100 ms, then twice as long each time up to 5 s, half of it by
 * chance. */
#pragma once
#include <stdbool.h>

#include "shared/db/database.h"

struct database_link;
struct loop;
struct settings;

struct database_link_events {
    void (*up)(void *context);       /* connected */
    void (*down)(void *context);     /* or NULL; after all pending answers, told once a loss */
    void (*notified)(void *context); /* or NULL */
    void *context;
};

/* listen_channel NULL: none. events is copied; settings must outlive the link. */
struct database_link *database_link_create(struct loop *loop, const struct settings *settings,
                                           const char *name, const char *listen_channel,
                                           const struct database_link_events *events);
void database_link_free(struct database_link **link);
bool database_link_is_up(const struct database_link *link);
/* Of the connection: false when the server process that answers, by its own word, is another than
 * the one that was connected to: a pooler stands between. */
bool database_link_is_direct(const struct database_link *link, const char *backend);
size_t database_link_pending(const struct database_link *link); /* statements under way */
/* As database_submit. */
bool database_link_submit(struct database_link *link, enum statement statement,
                          const char *const values[], database_callback *callback, void *context);
