/* How many descriptors the process may have. */
#pragma once

void descriptors_bound(unsigned long most); /* no more than that from now on */
/* The first one that clients may not have: the rest is for the database, the log and the like. */
int descriptors_for_clients(void);
