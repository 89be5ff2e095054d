/* The event loop: the door to libev. One thread; nothing here may block.
 * Descriptors that become ready in one turn are served in the order in which the kernel reports
 * them (libev alone would serve the last first); timers of a turn come before them. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct loop;
struct watcher; /* a file descriptor */
struct timer;   /* one shot */

enum { LOOP_READ = 1, LOOP_WRITE = 2 };

struct loop *loop_create(void);
void loop_free(struct loop **loop);
void loop_run(struct loop *loop); /* until loop_stop */
void loop_stop(struct loop *loop);
void *loop_native(struct loop *loop); /* struct ev_loop *, for libwebsockets' foreign loop only */
int64_t loop_now_us(const struct loop *loop); /* monotonic, as of this turn */

struct watcher *watcher_create(struct loop *loop, int fd, unsigned events,
                               void (*ready)(void *context, unsigned events), void *context);
/* Called for LOOP_READ before any other reader of the descriptor, libwebsockets included: to look
 * at what has come (MSG_PEEK), not to take it. */
struct watcher *watcher_create_ahead(struct loop *loop, int fd,
                                     void (*ready)(void *context, unsigned events), void *context);
void watcher_set(struct watcher *watcher, unsigned events); /* 0 pauses */
void watcher_free(struct watcher **watcher); /* does not close fd; safe inside its own callback */

struct timer *timer_make(struct loop *loop, void (*fired)(void *context), void *context);
void timer_start(struct timer *timer, int64_t after_us); /* again replaces */
void timer_stop(struct timer *timer);
void timer_free(struct timer **timer);

void loop_on_signal(struct loop *loop, int number, void (*received)(void *context), void *context);
/* Called once a turn, before the loop waits: what a batch left dirty is flushed here. Calls come
 * in the order of registration. */
void loop_before_wait(struct loop *loop, void (*call)(void *context), void *context);
void loop_before_wait_end(struct loop *loop, void (*call)(void *context), void *context);
