#include "pushd/net/loop.h"

#include <assert.h>
#include <ev.h>
#include <stdlib.h>
#include <utlist.h>

#include "shared/base/clock.h"
#include "shared/base/log.h"
#include "shared/base/memory.h"

struct hook {
    void (*call)(void *context);
    void *context;
    struct hook *prev, *next;
};

struct signal_watcher {
    ev_signal native;
    void (*received)(void *context);
    void *context;
    struct signal_watcher *next;
};

struct loop {
    struct ev_loop *native;
    int64_t now_us;
    struct watcher *ready; /* first to serve */
    struct hook *hooks;
    struct signal_watcher *signals;
    ev_prepare prepare;
};

struct watcher {
    ev_io native;
    struct loop *loop;
    void (*ready)(void *context, unsigned events);
    void *context;
    unsigned wanted, reported;
    struct watcher *prev, *next; /* in loop->ready while reported */
};

struct timer {
    ev_timer native;
    struct loop *loop;
    void (*fired)(void *context);
    void *context;
};

static void serve_ready(struct loop *loop)
{
    while (loop->ready) {
        struct watcher *watcher = loop->ready;
        unsigned events = watcher->reported & watcher->wanted;

        DL_DELETE(loop->ready, watcher);
        watcher->reported = 0;
        if (events)
            watcher->ready(watcher->context, events);
    }
}

/* libev runs the pending watchers last in, first out; ours only queue themselves, in front, and are
 * served from the front afterwards. */
static void invoke_pending(struct ev_loop *native)
{
    struct loop *loop = ev_userdata(native);

    loop->now_us = clock_monotonic_us();
    ev_invoke_pending(native);
    serve_ready(loop);
}

static void before_wait(struct ev_loop *native, ev_prepare *prepare, int events)
{
    struct loop *loop = prepare->data;
    struct hook *hook, *following;

    (void)native;
    (void)events;
    DL_FOREACH_SAFE(loop->hooks, hook, following)
        hook->call(hook->context);
}

struct loop *loop_create(void)
{
    struct loop *loop = memory_allocate(sizeof *loop);

    loop->native = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV);
    if (!loop->native) {
        log_write(LOG_ERROR_LEVEL, "Loop", "libev found no usable back end");
        abort();
    }
    loop->now_us = clock_monotonic_us();
    ev_set_userdata(loop->native, loop);
    ev_set_invoke_pending_cb(loop->native, invoke_pending);
    ev_prepare_init(&loop->prepare, before_wait);
    loop->prepare.data = loop;
    ev_prepare_start(loop->native, &loop->prepare);
    ev_unref(loop->native);
    return loop;
}

void loop_free(struct loop **loop)
{
    struct signal_watcher *received, *following_signal;
    struct hook *hook, *following_hook;

    if (!*loop)
        return;
    LL_FOREACH_SAFE((*loop)->signals, received, following_signal) {
        ev_signal_stop((*loop)->native, &received->native);
        free(received);
    }
    DL_FOREACH_SAFE((*loop)->hooks, hook, following_hook)
        free(hook);
    ev_ref((*loop)->native);
    ev_prepare_stop((*loop)->native, &(*loop)->prepare);
    ev_loop_destroy((*loop)->native);
    free(*loop);
    *loop = NULL;
}

void loop_run(struct loop *loop)
{
    ev_run(loop->native, 0);
}

void loop_stop(struct loop *loop)
{
    ev_break(loop->native, EVBREAK_ALL);
}

void *loop_native(struct loop *loop)
{
    return loop->native;
}

int64_t loop_now_us(const struct loop *loop)
{
    return loop->now_us;
}

static void descriptor_ready(struct ev_loop *native, ev_io *io, int events)
{
    struct watcher *watcher = io->data;

    (void)native;
    if (!watcher->reported)
        DL_PREPEND(watcher->loop->ready, watcher);
    watcher->reported |=
        (events & EV_READ ? LOOP_READ : 0U) | (events & EV_WRITE ? LOOP_WRITE : 0U);
}

static int native_events(unsigned events)
{
    return (events & LOOP_READ ? EV_READ : 0) | (events & LOOP_WRITE ? EV_WRITE : 0);
}

struct watcher *watcher_create(struct loop *loop, int fd, unsigned events,
                               void (*ready)(void *context, unsigned events), void *context)
{
    struct watcher *watcher = memory_allocate(sizeof *watcher);

    watcher->loop = loop;
    watcher->ready = ready;
    watcher->context = context;
    ev_io_init(&watcher->native, descriptor_ready, fd, native_events(events));
    watcher->native.data = watcher;
    watcher->wanted = events;
    if (events)
        ev_io_start(loop->native, &watcher->native);
    return watcher;
}

static void descriptor_ready_ahead(struct ev_loop *native, ev_io *io, int events)
{
    struct watcher *watcher = io->data;

    (void)native;
    (void)events;
    watcher->ready(watcher->context, LOOP_READ);
}

struct watcher *watcher_create_ahead(struct loop *loop, int fd,
                                     void (*ready)(void *context, unsigned events), void *context)
{
    struct watcher *watcher = watcher_create(loop, fd, 0, ready, context);

    ev_set_cb(&watcher->native, descriptor_ready_ahead);
    ev_set_priority(&watcher->native, EV_MAXPRI);
    watcher_set(watcher, LOOP_READ);
    return watcher;
}

void watcher_set(struct watcher *watcher, unsigned events)
{
    if (events == watcher->wanted)
        return;
    ev_io_stop(watcher->loop->native, &watcher->native);
    ev_io_set(&watcher->native, watcher->native.fd, native_events(events));
    if (events)
        ev_io_start(watcher->loop->native, &watcher->native);
    watcher->wanted = events;
}

void watcher_free(struct watcher **watcher)
{
    if (!*watcher)
        return;
    if ((*watcher)->reported)
        DL_DELETE((*watcher)->loop->ready, *watcher);
    ev_io_stop((*watcher)->loop->native, &(*watcher)->native);
    free(*watcher);
    *watcher = NULL;
}

static void timer_fired(struct ev_loop *native, ev_timer *native_timer, int events)
{
    struct timer *timer = native_timer->data;

    (void)native;
    (void)events;
    timer->fired(timer->context);
}

struct timer *timer_make(struct loop *loop, void (*fired)(void *context), void *context)
{
    struct timer *timer = memory_allocate(sizeof *timer);

    timer->loop = loop;
    timer->fired = fired;
    timer->context = context;
    ev_timer_init(&timer->native, timer_fired, 0., 0.);
    timer->native.data = timer;
    return timer;
}

void timer_start(struct timer *timer, int64_t after_us)
{
    /* Counted from this turn's time, like every deadline: a long turn makes it fire at once. */
    double after = (double)(after_us > 0 ? after_us : 0) / 1e6;

    ev_timer_stop(timer->loop->native, &timer->native);
    ev_timer_set(&timer->native, after, 0.);
    ev_timer_start(timer->loop->native, &timer->native);
}

void timer_stop(struct timer *timer)
{
    ev_timer_stop(timer->loop->native, &timer->native);
}

void timer_free(struct timer **timer)
{
    if (!*timer)
        return;
    timer_stop(*timer);
    free(*timer);
    *timer = NULL;
}

static void signal_received(struct ev_loop *native, ev_signal *native_signal, int events)
{
    struct signal_watcher *watcher = native_signal->data;

    (void)native;
    (void)events;
    watcher->received(watcher->context);
}

void loop_on_signal(struct loop *loop, int number, void (*received)(void *context), void *context)
{
    struct signal_watcher *watcher = memory_allocate(sizeof *watcher);

    watcher->received = received;
    watcher->context = context;
    ev_signal_init(&watcher->native, signal_received, number);
    watcher->native.data = watcher;
    ev_signal_start(loop->native, &watcher->native);
    ev_unref(loop->native);
    LL_PREPEND(loop->signals, watcher);
}

void loop_before_wait(struct loop *loop, void (*call)(void *context), void *context)
{
    struct hook *hook = memory_allocate(sizeof *hook);

    hook->call = call;
    hook->context = context;
    DL_APPEND(loop->hooks, hook);
}

void loop_before_wait_end(struct loop *loop, void (*call)(void *context), void *context)
{
    struct hook *hook, *following;

    DL_FOREACH_SAFE(loop->hooks, hook, following) {
        if (hook->call != call || hook->context != context)
            continue;
        DL_DELETE(loop->hooks, hook);
        free(hook);
        return;
    }
}
