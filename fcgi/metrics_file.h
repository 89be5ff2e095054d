/* The cells of all processes of bookly.fcgi are one file that each of them maps (METRICS_FILE):
 * counting stays one addition, and what a process has counted stays when it goes, however it does.
 * Its name ends in a digest of what the cells mean, so that another version of the program has
 * another file; a file is there whole or not at all. */
#pragma once
#include <stdbool.h>

/* False: with why. Nothing is counted together then. */
bool metrics_file_use(const char *path, const char **why);
bool metrics_file_in_use(void);
