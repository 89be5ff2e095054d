#include "pushd/clients/expiry.h"

#include <stdio.h>
#include <string.h>

#include "pushd/gateway/gateway.h"
#include "pushd/net/loop.h"
#include "pushd/peers/peer.h"
#include "pushd/stream/subscriber.h"
#include "shared/base/clock.h"

#define US_PER_MS INT64_C(1000)

enum {
    WARNING_MS = 60000,
    GRACE_MS = 10000,
    WAIT_MAX_MS = 86400000, /* the wall clock may be set: it is looked at once a day at least */
};

void expiry_end(struct subscriber *subscriber)
{
    subscriber_push(subscriber, PUSH_AUTH_EXPIRED, "{}", 2);
    peer_close(subscriber->peer, CLOSE_TOKEN);
}

static void warn(struct subscriber *subscriber, int64_t left_ms)
{
    char payload[64];

    snprintf(payload, sizeof payload, "{\"expiresIn\":%lld}",
             (long long)(left_ms > 0 ? (left_ms + 500) / 1000 : 0));
    subscriber->warned = true;
    subscriber_push(subscriber, PUSH_AUTH_EXPIRING, payload, strlen(payload));
}

static void look(void *context)
{
    struct subscriber *subscriber = context;
    int64_t left_ms = subscriber->expires_at * 1000 - clock_wall_ms();
    int64_t wait_ms;

    if (left_ms <= -GRACE_MS) {
        expiry_end(subscriber);
        return;
    }
    if (left_ms <= WARNING_MS && !subscriber->warned)
        warn(subscriber, left_ms);
    wait_ms = subscriber->warned ? left_ms + GRACE_MS : left_ms - WARNING_MS;
    if (wait_ms > WAIT_MAX_MS)
        wait_ms = WAIT_MAX_MS;
    timer_start(subscriber->expiry, (wait_ms + 1) * US_PER_MS);
}

void expiry_start(struct subscriber *subscriber)
{
    subscriber->warned = false;
    if (subscriber->expires_at == 0) {
        timer_free(&subscriber->expiry);
        return;
    }
    if (!subscriber->expiry)
        subscriber->expiry = timer_make(subscriber->gateway->loop, look, subscriber);
    look(subscriber);
}
