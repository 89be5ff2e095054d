#include "shared/model/push.h"

#include <string.h>

enum origin { STREAM, MADE };

static const struct {
    const char *event;
    enum channel channel;
    enum origin origin;
} rows[PUSH_COUNT] = {
#define PUSH(id, event, channel, origin, payload, summary)                                         \
    [PUSH_##id] = {event, CHANNEL_##channel, origin},
#include "shared/catalogue/pushes.def"
};

bool push_parse(const char *event, enum push *push)
{
    for (int candidate = 0; candidate < PUSH_COUNT; candidate++) {
        if (strcmp(event, rows[candidate].event) == 0) {
            *push = (enum push)candidate;
            return true;
        }
    }
    return false;
}

const char *push_event(enum push push)
{
    return rows[push].event;
}

enum channel push_channel(enum push push)
{
    return rows[push].channel;
}

bool push_is_stream(enum push push)
{
    return rows[push].origin == STREAM;
}
