/* What an error of the database means to clients, by its SQLSTATE: the one place where they meet.
 * Pure. Private to shared/db. */
#pragma once
#include <stdbool.h>

#include "shared/model/error.h"

/* message: the server's own words, or NULL; they reach clients only where our functions wrote them
 * for clients, since every other one could show SQL or another's data. False: an error that nobody
 * expects; error is INTERNAL. */
bool sqlstate_explain(const char *sqlstate, const char *message, struct error *error);
