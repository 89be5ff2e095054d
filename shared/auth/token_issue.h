/* Making tokens, for the command line and for tests: the programs themselves only verify. */
#pragma once
#include <stddef.h>

/* claims: JSON objects, the later one wins where a name repeats. HS256, typ JWT. The caller
 * frees; NULL: a claim is not JSON, or the secret has less than 32 bytes. */
char *token_issue(const char *secret, const char *const claims[], size_t count);
