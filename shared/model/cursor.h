/* A place in the stream as clients see it, the same for every transport: `<epoch>.<position>`, and
 * from Server-Sent Events `<epoch>.<position>~<resume key>`. The epoch names one history of the
 * stream; a position is the id of the last row that was told. Pure. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum { EPOCH_SIZE = 33, CURSOR_SIZE = 64 };

struct cursor {
    char epoch[EPOCH_SIZE];
    int64_t position;
};

void cursor_format(char text[CURSOR_SIZE], const char *epoch, int64_t position);
/* False: it is no cursor. A resume key at its end is ignored. */
bool cursor_parse(const char *text, struct cursor *cursor);
/* What follows the `~`, or NULL. Points into text. */
const char *cursor_key(const char *text);
/* What a client gave may be told back: printable ASCII, not long, and no resume key in it. */
bool cursor_is_showable(const char *text);
