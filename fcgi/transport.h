/* The only door to libfcgi. One request at a time: what it hands out is valid until the next
 * transport_accept. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

bool transport_open(void); /* false: not started by a FastCGI server */
/* Ends the request before it and waits for the next; false: SIGTERM or SIGINT came, and
 * nobody waits. */
bool transport_accept(void);

const char *transport_parameter(const char *name); /* a CGI variable; NULL when absent */
size_t transport_read(char *bytes, size_t size);   /* of the body; fewer only at its end */
bool transport_write(const char *bytes, size_t length);
