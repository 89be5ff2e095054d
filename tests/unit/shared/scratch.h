/* A folder of its own for each test program, gone afterwards. */
#pragma once
#include <stddef.h>

const char *scratch_folder(void);
/* The path of a file in it; valid until the next call. text NULL: not written. */
const char *scratch_file(const char *name, const char *text, size_t length);
void scratch_remove(void); /* everything, one level of folders included */
