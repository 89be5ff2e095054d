/* How many there are of each key (an address, a user): an entry lives as long as it counts one. */
#pragma once
#include <stddef.h>

struct tally_entry;

/* All zero: empty. */
struct tally {
    struct tally_entry *entries;
};

size_t tally_count(const struct tally *tally, const char *key);
/* One more of that key; the entry is for tally_remove. */
struct tally_entry *tally_add(struct tally *tally, const char *key);
/* One less; NULL is fine, and left. */
void tally_remove(struct tally *tally, struct tally_entry **entry);
void tally_deinit(struct tally *tally); /* what is left is forgotten */
