/* Messages of a plain WebSocket: `{"event":"subscribe","data":{…},"id":1}` from the client,
 * `{"event":…,"data":…,"cursor":…}` and `{"ack":1,"data":…}` to it. Pure. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/model/error.h"

struct buffer;
struct json;

struct plain_message {
    struct json *document; /* owned */
    const char *event;     /* decoded; lives in the document */
    const char *data;      /* JSON text, a part of what was parsed; "" when there is none */
    size_t data_length;
    int64_t id; /* -1: none */
};

/* False: INVALID_JSON (RFC 8259, the strictness of shared/json.h), or UNKNOWN_FIELD, INVALID_VALUE
 * for an object that is no message. text must outlive the message. */
bool plain_message_parse(const char *text, size_t length, struct plain_message *message,
                         struct error *error);
void plain_message_deinit(struct plain_message *message); /* after true */

/* payload: JSON text, or "" for none; cursor: NULL for none */
void plain_event_append(struct buffer *text, const char *event, const char *payload, size_t length,
                        const char *cursor);
void plain_answer_append(struct buffer *text, int64_t id, const char *payload, size_t length);
