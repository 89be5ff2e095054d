#include "pushd/engine/tally.h"

#include <stdlib.h>
#include <string.h>

#include "shared/base/hash.h"
#include "shared/base/memory.h"

struct tally_entry {
    UT_hash_handle hh;
    size_t count;
    char key[];
};

static struct tally_entry *find(const struct tally *tally, const char *key)
{
    struct tally_entry *entry;

    HASH_FIND_STR(tally->entries, key, entry);
    return entry;
}

size_t tally_count(const struct tally *tally, const char *key)
{
    const struct tally_entry *entry = find(tally, key);

    return entry ? entry->count : 0;
}

struct tally_entry *tally_add(struct tally *tally, const char *key)
{
    struct tally_entry *entry = find(tally, key);
    size_t size = strlen(key) + 1;

    if (!entry) {
        entry = memory_allocate(sizeof *entry + size);
        memcpy(entry->key, key, size);
        HASH_ADD_STR(tally->entries, key, entry);
    }
    entry->count++;
    return entry;
}

static void forget(struct tally *tally, struct tally_entry *entry)
{
    HASH_DEL(tally->entries, entry);
    free(entry);
}

void tally_remove(struct tally *tally, struct tally_entry **entry)
{
    if (*entry && --(*entry)->count == 0)
        forget(tally, *entry);
    *entry = NULL;
}

void tally_deinit(struct tally *tally)
{
    while (tally->entries)
        forget(tally, tally->entries);
}
