/* What a client is sent at once after subscribing: dlq:stats:updated, dashboard:metrics:updated and
 * notifications:initial, in this order. Those who subscribe while a round is under way wait for the
 * next one together, so the statistics are asked for once a round, however many they are. */
#pragma once

struct gateway;
struct initial;
struct subscriber;

struct initial *initial_create(struct gateway *gateway);
void initial_free(struct initial **initial);
void initial_request(struct initial *initial, struct subscriber *subscriber, unsigned channels);
/* Those who were waiting when it went away are served. */
void initial_database_up(struct initial *initial);
