#include "pushd/engine/ws_parting.h"

#include <stdlib.h>

#include "pushd/engine/ws_transport.h"
#include "pushd/net/loop.h"
#include "shared/base/memory.h"

enum { LATE_US = 2000000 };

struct parting {
    struct ws_partings *partings;
    struct ws_connection *connection;
    struct deadline late;
    int code;
};

static void forget(struct parting *parting)
{
    deadline_stop(&parting->partings->late, &parting->late);
    parting->partings->count--;
    free(parting);
}

static void part(struct parting *parting)
{
    ws_close(&parting->connection, parting->code);
    forget(parting);
}

static void message(void *context, enum frame_kind kind, const char *bytes, size_t length)
{
    (void)kind;
    (void)bytes;
    (void)length;
    part(context);
}

static void refused(void *context, int code)
{
    (void)code;
    part(context);
}

static void ignore(void *context)
{
    (void)context;
}

static void closed(void *context, bool by_peer)
{
    (void)by_peer;
    forget(context);
}

static const struct ws_handler handler = {message, refused, ignore, ignore, closed};

static struct parting *parting_of(struct deadline *late)
{
    return (struct parting *)((char *)late - offsetof(struct parting, late));
}

static void expired(struct deadline *late, void *context)
{
    (void)context;
    part(parting_of(late));
}

void ws_partings_init(struct ws_partings *partings, struct loop *loop)
{
    deadline_list_init(&partings->late, loop, LATE_US, expired, NULL);
    partings->count = 0;
}

void ws_partings_deinit(struct ws_partings *partings)
{
    while (partings->late.first)
        part(parting_of(partings->late.first));
    deadline_list_deinit(&partings->late);
}

void ws_part(struct ws_partings *partings, struct ws_connection **connection, int code)
{
    struct parting *parting = memory_allocate(sizeof *parting);

    parting->partings = partings;
    parting->connection = *connection;
    parting->code = code;
    *connection = NULL;
    ws_set_handler(parting->connection, &handler, parting);
    deadline_start(&partings->late, &parting->late, loop_now_us(partings->late.loop));
    partings->count++;
}
