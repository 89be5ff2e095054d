/* An outgoing message, encoded once and shared by all its receivers: the only reference-counted
 * thing here. The bytes are an RFC 6455 header (server, unmasked, FIN) followed by the payload;
 * WebSocket sends both, polling the payload alone. For Engine.IO text the payload includes the
 * packet type (`4…`); for binary it is the bare bytes (polling adds `b` and base64). */
#pragma once
#include <stdbool.h>
#include <stddef.h>

/* FRAME_RAW has no WebSocket header: Server-Sent Events */
enum frame_kind { FRAME_TEXT, FRAME_BINARY, FRAME_RAW };

struct frame;

/* payload uninitialised; references = 1 */
struct frame *frame_create(enum frame_kind kind, size_t payload_length);
struct frame *frame_from_bytes(enum frame_kind kind, const char *payload, size_t length);
struct frame *frame_from_text(const char *payload, size_t length);
struct frame *frame_ref(struct frame *frame);
void frame_unref(struct frame **frame);
enum frame_kind frame_kind(const struct frame *frame);
char *frame_payload(struct frame *frame, size_t *length);
const char *frame_wire(const struct frame *frame, size_t *length);
