/* From a push to its receivers' queues. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "shared/model/push.h"

struct gateway;
struct ring_entry;

/* Hands one row of the stream to those who follow live; receivers: how many they were. Returns the
 * work it was. */
size_t delivery_row(struct gateway *gateway, struct ring_entry *entry, size_t *receivers);
/* Sends a push made by the daemon to all subscribers of its channel; only the newest of a kind
 * counts. */
void delivery_channel(struct gateway *gateway, enum push push, const char *payload, size_t length);
/* Sends a push made by the daemon to every client. */
void delivery_all(struct gateway *gateway, enum push push, const char *payload, size_t length);
/* Tells those who were told nothing since `before` where the stream stands (sync:ready). */
void delivery_sync_quiet(struct gateway *gateway, int64_t before);
