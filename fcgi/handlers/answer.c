#include <stdlib.h>
#include <string.h>

#include "fcgi/arguments.h"
#include "fcgi/exchange.h"
#include "fcgi/handlers/handlers.h"
#include "fcgi/revocation.h"
#include "shared/db/database.h"

bool answer_ask(struct exchange *exchange, struct database_answer *answer)
{
    struct arguments arguments;
    bool bound = arguments_bind(&arguments, exchange);
    bool asked = bound && revocation_query(exchange, exchange->match.route->statement,
                                           arguments.values, answer);
    arguments_deinit(&arguments);
    if (bound && !asked)
        problem_from_answer(&exchange->problem, answer);
    return asked;
}

static bool respond(struct exchange *exchange, const struct database_answer *answer, int status,
                    int column)
{
    const char *json = answer->rows > 0 ? database_text(answer, 0, column) : NULL;
    if (!json)
        return problem_set(&exchange->problem, ERROR_NOT_FOUND, NULL, "there is none with this id");
    response_json(&exchange->response, status, json, database_length(answer, 0, column));
    return true;
}

bool answer_object(struct exchange *exchange)
{
    struct database_answer answer;
    return answer_ask(exchange, &answer) && respond(exchange, &answer, 200, 0);
}

bool answer_added(struct exchange *exchange)
{
    struct database_answer answer;
    return answer_ask(exchange, &answer) && respond(exchange, &answer, 201, 0);
}

bool answer_accepted(struct exchange *exchange)
{
    struct database_answer answer;
    return answer_ask(exchange, &answer) && respond(exchange, &answer, 202, 0);
}

bool answer_reported(struct exchange *exchange)
{
    struct database_answer answer;
    if (!answer_ask(exchange, &answer))
        return false;
    const char *status = answer.rows > 0 ? database_text(&answer, 0, 0) : NULL;
    return respond(exchange, &answer, status ? (int)strtol(status, NULL, 10) : 200, 1);
}

/* The same query with another `before` (RFC 8288). */
static void add_next_page(struct exchange *exchange, const char *before)
{
    const struct target *target = &exchange->request.target;
    struct buffer link;
    buffer_init(&link);
    buffer_append_format(&link, "<" TARGET_PREFIX "%s?", exchange->match.route->pattern);
    for (size_t i = 0; i < target->field_count; i++) {
        if (strcmp(target->fields[i].name, "before") == 0)
            continue;
        target_append_encoded(&link, target->fields[i].name);
        buffer_append_character(&link, '=');
        target_append_encoded(&link, target->fields[i].value);
        buffer_append_character(&link, '&');
    }
    buffer_append_text(&link, "before=");
    target_append_encoded(&link, before);
    buffer_append_text(&link, ">; rel=\"next\"");
    response_header(&exchange->response, "Link", link.data);
    buffer_deinit(&link);
}

bool answer_list(struct exchange *exchange)
{
    struct database_answer answer;
    if (!answer_ask(exchange, &answer) || !respond(exchange, &answer, 200, 1))
        return false;
    const char *cursor = database_text(&answer, 0, 0), *next = database_text(&answer, 0, 2);
    if (cursor)
        response_header(&exchange->response, "X-Stream-Cursor", cursor);
    if (next)
        add_next_page(exchange, next);
    return true;
}

/* What changes between the two questions comes again from the stream; nothing is missed. */
bool answer_whole_list(struct exchange *exchange)
{
    struct database_answer answer;
    static const char *const none[1];
    if (!revocation_query(exchange, STATEMENT_STREAM_CURSOR, none, &answer))
        return problem_from_answer(&exchange->problem, &answer);
    const char *cursor = answer.rows > 0 ? database_text(&answer, 0, 0) : NULL;
    if (cursor)
        response_header(&exchange->response, "X-Stream-Cursor", cursor);
    return answer_object(exchange);
}
