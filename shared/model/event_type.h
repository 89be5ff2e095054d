/* The normal form of an event type: A-Z lower-cased (no other letters, whatever the locale), `_`
 * and `-` read as `.`, one leading `bookly.` dropped. SQL twin:
 * bookly_data.normal_event_type. Pure. */
#pragma once
#include <stddef.h>

enum { EVENT_TYPE_MAX = 800 }; /* bytes: 200 characters of up to 4; longer text is cut */

/* The form is never longer than the original. */
void event_type_normalize(const char *text, size_t length, char normal[EVENT_TYPE_MAX + 1]);
