/* Server-Sent Events (HTML, 9.2), as text. Pure.
 *   event: log:error⏎ data: {…}⏎ id: <cursor>~            what follows is the receiver's own:
 *                                            <key>⏎⏎
 * so that the same bytes serve all receivers but for their last ones. */
#pragma once
#include <stddef.h>

struct buffer;

enum { SSE_EVENT_OPEN = '~' }; /* the last byte of an event that its receiver completes */

/* payload: JSON text; line ends in it make several `data:` lines, which a client joins again.
 * cursor NULL: the event is complete, and has no id. */
void sse_event_append(struct buffer *text, const char *event, const char *payload, size_t length,
                      const char *cursor);
