#include "pushd/net/timers.h"

#include <string.h>

#include "pushd/net/loop.h"

enum {
    EARLY_US =
        500, /* libev may wake a little before: late by less than a millisecond, never more */
    STALL_US = 50000, /* woken later than this: what clients sent meanwhile is read first */
    AFTER_STALL_US = 1000
};

static void arm(struct deadline_list *list)
{
    if (list->first)
        timer_start(list->timer, list->first->at_us - loop_now_us(list->loop));
    else
        timer_stop(list->timer);
}

static void fired(void *context)
{
    struct deadline_list *list = context;

    if (list->first && !list->postponed &&
        loop_now_us(list->loop) - list->first->at_us > STALL_US) {
        list->postponed = true;
        timer_start(list->timer, AFTER_STALL_US);
        return;
    }
    list->postponed = false;
    deadline_list_expire(list);
}

void deadline_list_init(struct deadline_list *list, struct loop *loop, int64_t interval_us,
                        void (*expired)(struct deadline *deadline, void *context), void *context)
{
    memset(list, 0, sizeof *list);
    list->loop = loop;
    list->interval_us = interval_us;
    list->expired = expired;
    list->context = context;
    list->timer = timer_make(loop, fired, list);
}

void deadline_list_deinit(struct deadline_list *list)
{
    timer_free(&list->timer);
    list->first = list->last = NULL;
}

static void unlink_deadline(struct deadline_list *list, struct deadline *deadline)
{
    *(deadline->previous ? &deadline->previous->next : &list->first) = deadline->next;
    *(deadline->next ? &deadline->next->previous : &list->last) = deadline->previous;
    deadline->previous = deadline->next = NULL;
    deadline->at_us = 0;
}

void deadline_start(struct deadline_list *list, struct deadline *deadline, int64_t from_us)
{
    struct deadline *before = list->last;

    if (deadline->at_us)
        deadline_stop(list, deadline);
    deadline->at_us = from_us + list->interval_us;
    /* Almost always the last already; further back only for a from_us in the past. */
    for (before = list->last; before && before->at_us > deadline->at_us; before = before->previous)
        ;
    deadline->previous = before;
    deadline->next = before ? before->next : list->first;
    *(before ? &before->next : &list->first) = deadline;
    *(deadline->next ? &deadline->next->previous : &list->last) = deadline;
    if (list->first == deadline)
        arm(list);
}

void deadline_stop(struct deadline_list *list, struct deadline *deadline)
{
    /* The timer is left alone: when it fires too early it finds nothing due and is set anew. */
    if (deadline->at_us)
        unlink_deadline(list, deadline);
}

void deadline_list_expire(struct deadline_list *list)
{
    int64_t now_us = loop_now_us(list->loop);

    while (list->first && list->first->at_us <= now_us + EARLY_US) {
        struct deadline *due = list->first;

        unlink_deadline(list, due);
        list->expired(due, list->context);
    }
    arm(list);
}
