/* How a client is told that what it asked for is refused, as JSON. Pure. */
#pragma once

struct buffer;
struct error;

/* The acknowledgement: {success:false, error, code}. */
void refusal_append_answer(struct buffer *json, const struct error *error);
/* The payload of `exception`, where no acknowledgement was asked for: {status:"error", message,
 * code, command}. A long name is cut where a character ends. */
void refusal_append_exception(struct buffer *json, const struct error *error, const char *command);
