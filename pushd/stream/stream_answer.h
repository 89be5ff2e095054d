/* Rows of the stream as the database's functions return them: id, event, channel, user_id, role,
 * key1, key2, key3, payload, age_ms. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct database_answer;
struct stream_row;

int64_t stream_answer_id(const struct database_answer *answer, int index);
/* False: no push of a channel (the end of the page, a row for daemons, or one whose event was
 * deleted from the store). Text lives as long as the answer. */
bool stream_answer_row(const struct database_answer *answer, int index, struct stream_row *row);
/* The event of a row for daemons, or NULL. */
const char *stream_answer_control(const struct database_answer *answer, int index);
const char *stream_answer_payload(const struct database_answer *answer, int index);
double stream_answer_age_ms(const struct database_answer *answer, int index);
