/* The functions that fcgi/routes.def names: each asks the database and makes the response. */
#pragma once
#include <stdbool.h>

struct database_answer;
struct exchange;

/* For most routes the statement's answer is the response: */
bool answer_object(struct exchange *exchange);   /* one JSON text: 200, null is 404 */
bool answer_added(struct exchange *exchange);    /* the same with 201 */
bool answer_accepted(struct exchange *exchange); /* the same with 202 */
bool answer_reported(struct exchange *exchange); /* (status, JSON text) */
bool answer_list(struct exchange *exchange);     /* (cursor, JSON array, next page or null) */
/* A JSON array without pages, whose cursor is asked for before it. */
bool answer_whole_list(struct exchange *exchange);

bool health_answer(struct exchange *exchange);
bool health_services(struct exchange *exchange);
bool metrics_answer(struct exchange *exchange);
bool logs_ingest(struct exchange *exchange);
bool stream_answer(struct exchange *exchange);

/* For handlers: binds the route's arguments and asks; false with the problem set. The answer is
 * valid until the next question. */
bool answer_ask(struct exchange *exchange, struct database_answer *answer);
