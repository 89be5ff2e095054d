/* The normal form of an event type: lower-cased, `_` and `-` read as `.`, one leading `bookly.` dropped. SQL twin: bookly_data.normal_event_type. */
#pragma once
#include <stddef.h>

enum { EVENT_TYPE_MAX = 200 }; /* bytes; the form is never longer than the original */

void event_type_normalize(const char *text, size_t length, char normal[EVENT_TYPE_MAX + 1]);
