/* The moment a client comes in: a fresh session whose row is committed first, or one that is
 * resumed with all it had. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct database_answer;
struct subscriber;

/* cursor: the place from which its first subscription delivers, as the client gave it, or NULL.
 * offset: what it had before, in a session that is gone, or NULL; told as a gap where it is no
 * place of this stream. */
void opening_fresh(struct subscriber *subscriber, const char *cursor, const char *offset);
/* An event stream that comes back: the session goes on, subscriptions come with the request. Both
 * only where opening_is_allowed. */
void opening_again(struct subscriber *subscriber, const char *pid, const char *sid,
                   const char *cursor);
/* The row of SESSION_FIND is this user's. floor: the place below which the stream is gone. Where
 * the offset can't be followed the client gets a new session with its subscriptions, and sync:gap.
 */
void opening_resume(struct subscriber *subscriber, const struct database_answer *answer, int row,
                    const char *offset, int64_t floor, bool held);
/* False: an event stream, and none of the channels it asks for is open to its roles. */
bool opening_is_allowed(const struct subscriber *subscriber);
/* From the place `cursor` on its first subscription delivers; what is no such place is a gap, told
 * at once. */
void opening_hold(struct subscriber *subscriber, const char *cursor);
