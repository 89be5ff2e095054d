/* dashboard:metrics:updated and dlq:stats:updated: made at their intervals while somebody listens,
 * one query for all. It also has the database fold its counters, and keeps the stream's partitions.
 */
#pragma once
#include <stdint.h>

struct buffer;
struct database_answer;
struct gateway;
struct periodic;

struct periodic *periodic_create(struct gateway *gateway);
void periodic_free(struct periodic **periodic);
void periodic_database_up(struct periodic *periodic); /* settings, figures and upkeep are due */

/* Payloads from the answers of DLQ_STATS and DASHBOARD_HALVES. */
void periodic_dlq_payload(const struct database_answer *answer, struct buffer *payload);
void periodic_dashboard_payload(const struct database_answer *answer, struct buffer *payload);
