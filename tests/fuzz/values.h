/* What PostgreSQL takes for the parameters of a statement: UTF-8, and text of the type that the
 * statement casts it to. Anything else would be an error of the database where the program promises
 * one of its own. */
#pragma once
#include "shared/db/database.h"

void values_check(enum statement statement, const char *const values[]);
