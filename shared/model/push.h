/* The pushes: rows of catalogue/pushes.def. */
#pragma once
#include <stdbool.h>

#include "shared/model/channel.h"

enum push {
#define PUSH(id, event, channel, origin, payload, summary) PUSH_##id,
#include "shared/catalogue/pushes.def"
    PUSH_COUNT
};

bool push_parse(const char *event, enum push *push);
const char *push_event(enum push push);    /* "event:created" */
enum channel push_channel(enum push push); /* CHANNEL_NONE for sync:* and exception */
bool push_is_stream(enum push push);
