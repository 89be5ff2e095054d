/* Pages of the stream from the database, for clients whose place lies before the ring: one
 * statement at a time reads on from the hindmost place, for all whose place lies within the page.
 */
#pragma once

struct catchup_page;
struct gateway;
struct subscriber;

struct catchup_page *catchup_page_create(struct gateway *gateway);
void catchup_page_free(struct catchup_page **page);
/* Goes back to catchup_begin when its place has reached the ring. */
void catchup_page_add(struct catchup_page *page, struct subscriber *subscriber);
void catchup_page_remove(struct catchup_page *page, struct subscriber *subscriber);
void catchup_page_database_up(struct catchup_page *page);
