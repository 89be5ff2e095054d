/* Deadlines that all lie the same time ahead: a list in order of deadline and one timer for the
 * first of them, so that starting, stopping and firing cost the same for ten or for 100,000.
 * The node lives inside its owner; a node is in one list at most. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct loop;
struct timer;

struct deadline {
    struct deadline *previous, *next;
    int64_t at_us; /* on the loop's clock; 0: in no list */
};

struct deadline_list {
    struct deadline *first, *last;
    struct loop *loop;
    struct timer *timer;
    int64_t interval_us;
    bool postponed;
    void (*expired)(struct deadline *deadline, void *context); /* already out of the list */
    void *context;
};

void deadline_list_init(struct deadline_list *list, struct loop *loop, int64_t interval_us,
                        void (*expired)(struct deadline *deadline, void *context), void *context);
void deadline_list_deinit(struct deadline_list *list); /* what is left in it is forgotten */

/* from_us is usually loop_now_us; an earlier moment keeps a chain of deadlines exact. */
void deadline_start(struct deadline_list *list, struct deadline *deadline, int64_t from_us);
void deadline_stop(struct deadline_list *list,
                   struct deadline *deadline);         /* fine when not started */
void deadline_list_expire(struct deadline_list *list); /* now, those that are due */
