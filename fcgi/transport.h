/* The only door to libfcgi. One request at a time: what it hands out is valid until
 * transport_write, which ends the request. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

bool transport_open(void); /* false: not started by a FastCGI server */
/* Waits for the next request; false: SIGTERM or SIGINT came, and nobody waits. */
bool transport_accept(void);

const char *transport_parameter(const char *name); /* a CGI variable; NULL when absent */
size_t transport_read(char *bytes, size_t size);   /* of the body; fewer only at its end */
/* The whole answer, once a request. */
bool transport_write(const char *bytes, size_t length);
