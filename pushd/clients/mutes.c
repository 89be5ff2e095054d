#include "pushd/clients/mutes.h"

#include <stdlib.h>
#include <string.h>

#include "shared/base/hash.h"
#include "shared/base/memory.h"

struct mute {
    UT_hash_handle hh;
    unsigned categories; /* 0: kept while a list is awaited, which may still have him */
    bool told;           /* since the list was asked for, or by it */
    char *user_id;
};

static struct mute *find(const struct mutes *mutes, const char *user_id)
{
    struct mute *mute;

    HASH_FIND_STR(mutes->users, user_id, mute);
    return mute;
}

static void forget(struct mutes *mutes, struct mute *mute)
{
    HASH_DEL(mutes->users, mute);
    free(mute->user_id);
    free(mute);
}

void mutes_deinit(struct mutes *mutes)
{
    struct mute *mute, *following;

    HASH_ITER(hh, mutes->users, mute, following) {
        forget(mutes, mute);
    }
}

unsigned mutes_of(const struct mutes *mutes, const char *user_id)
{
    const struct mute *mute = find(mutes, user_id);

    return mute ? mute->categories : 0;
}

size_t mutes_count(const struct mutes *mutes)
{
    return HASH_COUNT(mutes->users);
}

bool mutes_set(struct mutes *mutes, const char *user_id, unsigned categories)
{
    struct mute *mute = find(mutes, user_id);
    bool changed = categories != (mute ? mute->categories : 0);

    if (!mute && (categories || mutes->listing)) {
        mute = memory_allocate(sizeof *mute);
        mute->user_id = memory_copy_text(user_id);
        HASH_ADD_KEYPTR(hh, mutes->users, mute->user_id, strlen(mute->user_id), mute);
    }
    if (!mute)
        return changed;
    mute->categories = categories;
    mute->told = true;
    if (!categories && !mutes->listing)
        forget(mutes, mute);
    return changed;
}

void mutes_list_begin(struct mutes *mutes)
{
    struct mute *mute, *following;

    mutes->listing = true;
    HASH_ITER(hh, mutes->users, mute, following) {
        mute->told = false;
    }
}

bool mutes_list_add(struct mutes *mutes, const char *user_id, unsigned categories)
{
    const struct mute *mute = find(mutes, user_id);

    return (!mute || !mute->told) && mutes_set(mutes, user_id, categories);
}

void mutes_list_end(struct mutes *mutes, mutes_changed *changed, void *context)
{
    struct mute *mute, *following;

    mutes->listing = false;
    HASH_ITER(hh, mutes->users, mute, following) {
        if (!mute->told && mute->categories) {
            mute->categories = 0;
            changed(context, mute->user_id);
        }
        if (!mute->categories)
            forget(mutes, mute);
    }
}
