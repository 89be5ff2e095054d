/* Who has muted which categories of notifications: one entry a user who mutes any (about 120
 * bytes), so that no push asks the database. Pure.
 *
 * A list of all is asked for at each connection; meanwhile changes come through the stream. What
 * the stream tells while a list is awaited is newer, or the stream tells the rest as well: it
 * wins. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct mute;

struct mutes {
    struct mute *users;
    bool listing; /* a list is awaited */
};

/* The user's categories are others than before. */
typedef void mutes_changed(void *context, const char *user_id);

void mutes_deinit(struct mutes *mutes);
unsigned mutes_of(const struct mutes *mutes, const char *user_id); /* a mask; 0: none */
size_t mutes_count(const struct mutes *mutes);

/* As the stream tells. True: it is a change. */
bool mutes_set(struct mutes *mutes, const char *user_id, unsigned categories);

/* A list was asked for; then each entry of it, then its end. */
void mutes_list_begin(struct mutes *mutes);
bool mutes_list_add(struct mutes *mutes, const char *user_id, unsigned categories);
void mutes_list_end(struct mutes *mutes, mutes_changed *changed, void *context);
