#include "pushd/engine/handshake.h"

#include <stdio.h>
#include <string.h>

#include "pushd/net/http.h"
#include "shared/base/memory.h"

struct handshake *handshake_create(const struct http_request *request)
{
    const char *last_event_id = http_header(request, "last-event-id");
    struct handshake said = {
        .user_id = http_query(request, "userId"),
        .authorization = http_header(request, "authorization"),
        .origin = http_header(request, "origin"),
        .host = http_header(request, "host"),
        .cursor = http_query(request, "cursor"),
        .ticket = http_query(request, "ticket"),
        .last_event_id = last_event_id ? last_event_id : http_query(request, "lastEventId"),
    };
    const char **texts[] = {&said.user_id, &said.authorization, &said.origin,       &said.host,
                            &said.cursor,  &said.ticket,        &said.last_event_id};
    struct handshake *handshake;
    size_t size = sizeof *handshake;
    char *room;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        size += *texts[i] ? strlen(*texts[i]) + 1 : 0;
    handshake = memory_allocate(size);
    room = (char *)(handshake + 1);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        size_t length = *texts[i] ? strlen(*texts[i]) + 1 : 0;

        if (length > 0)
            *texts[i] = memcpy(room, *texts[i], length);
        room += length;
    }
    *handshake = said;
    snprintf(handshake->address, sizeof handshake->address, "%s", http_peer_address(request));
    return handshake;
}
