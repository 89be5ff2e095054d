/* What clients have sent and the daemon keeps for a while: unfinished messages, attachments that
 * came before the others, commands and messages that wait for their turn. Each client's share is
 * bounded where it is kept; here the bytes of all of them together are. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

enum { HELD_MAX = 64 << 20 };

bool held_add(size_t bytes); /* false: too much is held already, and nothing was added */
void held_remove(size_t bytes);
size_t held_bytes(void);
