#include "tests/bench/load/orders.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/load/instant.h"
#include "tests/bench/load/report.h"

enum { LINE_SIZE = 4096, IDLE_MS = -1 };

enum wait { NOTHING, OPENING, MESSAGES };

struct orders {
    char text[LINE_SIZE];
    size_t length;
    bool ended;
    enum wait wait;
    uint64_t messages;
    int64_t until_us;
};

static void open_further(struct crowd *crowd, struct orders *orders, uint32_t count)
{
    crowd_open(crowd, count);
    orders->wait = OPENING;
}

/* False: quit. */
static bool obey(struct crowd *crowd, struct orders *orders, const char *line)
{
    uint64_t messages;
    int64_t timeout_ms;
    uint32_t count;

    if (strcmp(line, "quit") == 0)
        return false;
    if (strcmp(line, "open") == 0 && crowd->count == 0) {
        open_further(crowd, orders, crowd->options->clients);
    } else if (sscanf(line, "more %" SCNu32, &count) == 1 && count > 0) {
        open_further(crowd, orders, count);
    } else if (strcmp(line, "reset") == 0) {
        crowd_reset(crowd);
        report_progress(crowd);
    } else if (strcmp(line, "report") == 0) {
        report_tally(crowd);
    } else if (sscanf(line, "wait %" SCNu64 " %" SCNd64, &messages, &timeout_ms) == 2) {
        orders->wait = MESSAGES;
        orders->messages = messages;
        orders->until_us = instant_monotonic_us() + timeout_ms * 1000;
    } else {
        report_error("not understood");
    }
    return true;
}

/* Answers what had to wait. */
static void look(struct crowd *crowd, struct orders *orders)
{
    const struct batch *batch = &crowd->batch;

    if (orders->wait == OPENING && batch->opened + batch->failed >= batch->wanted) {
        report_batch(crowd);
        orders->wait = NOTHING;
    } else if (orders->wait == MESSAGES && (crowd->tally.messages >= orders->messages ||
                                            instant_monotonic_us() >= orders->until_us)) {
        report_progress(crowd);
        orders->wait = NOTHING;
    }
}

/* Takes the next line; false: there is none. */
static bool next_line(struct orders *orders, char line[LINE_SIZE])
{
    char *end = memchr(orders->text, '\n', orders->length);
    size_t length;

    if (!end)
        return false;
    length = (size_t)(end - orders->text);
    memcpy(line, orders->text, length);
    line[length] = '\0';
    orders->length -= length + 1;
    memmove(orders->text, end + 1, orders->length);
    return true;
}

static void read_lines(struct crowd *crowd, struct orders *orders)
{
    ssize_t got = read(STDIN_FILENO, orders->text + orders->length, LINE_SIZE - orders->length);

    if (got > 0) {
        orders->length += (size_t)got;
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
        orders->ended = true;
        crowd_unwatch(crowd, STDIN_FILENO);
    }
}

static int timeout_of(const struct orders *orders)
{
    int64_t left_us = orders->until_us - instant_monotonic_us();

    if (orders->wait != MESSAGES)
        return IDLE_MS;
    return left_us < 0 ? 0 : (int)(left_us / 1000 > INT32_MAX ? INT32_MAX : left_us / 1000 + 1);
}

void orders_obey(struct crowd *crowd)
{
    struct orders orders = {.wait = NOTHING};
    char line[LINE_SIZE];

    for (;;) {
        while (orders.wait == NOTHING && next_line(&orders, line)) {
            if (!obey(crowd, &orders, line))
                return;
            look(crowd, &orders);
        }
        if (orders.ended && orders.wait == NOTHING)
            return;
        crowd_turn(crowd, timeout_of(&orders));
        if (crowd->other_ready)
            read_lines(crowd, &orders);
        look(crowd, &orders);
    }
}
