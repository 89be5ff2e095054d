#include "fcgi/exchange.h"
#include "fcgi/handlers/handlers.h"
#include "shared/db/database.h"

/* The whole list in one array. Its cursor is asked for first: what changes between the two comes
 * again from the stream, and nothing is missed. */
bool statuses_list(struct exchange *exchange)
{
    struct database_answer answer;
    static const char *const none[1];
    if (!database_query(exchange->database, STATEMENT_STREAM_CURSOR, none, &answer))
        return problem_from_answer(&exchange->problem, &answer);
    const char *cursor = answer.rows > 0 ? database_text(&answer, 0, 0) : NULL;
    if (cursor)
        response_header(&exchange->response, "X-Stream-Cursor", cursor);
    return answer_object(exchange);
}
