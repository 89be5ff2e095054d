/* Clients whose place this daemon has not read up to yet. One that was held up, or has just
 * started, is behind what another one, or REST, has told; such a place is early, not invalid. They
 * wait together, looked at every 10 ms by one timer while there are any; as many as there are
 * clients. */
#pragma once
#include <stdbool.h>

struct awaiting;
struct gateway;

struct awaiting *awaiting_create(struct gateway *gateway);
void awaiting_free(struct awaiting **awaiting); /* those who wait are told `gone` */

/* Calls back at once when the cursor is none of this stream's, or not ahead; else when it has been
 * read up to, or after 3 s, when it must be an invention. NULL: no cursor. */
void awaiting_place(struct awaiting *awaiting, const char *cursor,
                    void (*done)(void *context, bool gone), void *context);
