#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fcgi/body.h"
#include "fcgi/exchange.h"
#include "fcgi/handlers/handlers.h"
#include "fcgi/query.h"
#include "fcgi/revocation.h"
#include "shared/db/database.h"
#include "shared/model/selection.h"

/* The entries as one JSON array, whichever of the three forms they came in. */
static bool read_entries(struct exchange *exchange, enum body_media media, struct buffer *array)
{
    const struct request *request = &exchange->request;
    const struct buffer *body = &request->body;
    if (media == BODY_LINES)
        return body_lines_to_array(body->data, body->length, array, &exchange->problem);
    if (!body_check(request, BODY_OBJECT_OR_ARRAY, &exchange->problem))
        return false;
    bool single = body_first_character(body->data, body->length) == '{';
    buffer_append_text(array, single ? "[" : "");
    buffer_append(array, body->data, body->length);
    buffer_append_text(array, single ? "]" : "");
    return true;
}

/* The database names `[3].level`: for lines that is a line of the body, for a lone object `level`.
 */
static void name_entry(struct exchange *exchange, enum body_media media)
{
    struct problem *problem = &exchange->problem, named = *problem;
    const struct buffer *body = &exchange->request.body;
    size_t index, prefix = strspn(problem->field, "[0123456789]");
    if (sscanf(problem->field, "[%zu]", &index) != 1 ||
        strncmp(problem->error.detail, problem->field, strlen(problem->field)) != 0)
        return;
    const char *inner = problem->field + prefix + (problem->field[prefix] == '.');
    const char *detail = problem->error.detail + (inner - problem->field);
    if (media == BODY_LINES)
        problem_set(&named, problem->error.code, problem->field, "line %zu: %s",
                    body_line_of(body->data, body->length, index), detail);
    else if (body_first_character(body->data, body->length) == '{')
        problem_set(&named, problem->error.code, inner, "%s", detail);
    *problem = named;
}

static bool ingest(struct exchange *exchange, const char *entries)
{
    const char *values[] = {exchange->identity.user_id, entries};
    struct database_answer answer;
    if (!revocation_query(exchange, exchange->match.route->statement, values, &answer))
        return problem_from_answer(&exchange->problem, &answer);
    char json[64];
    int length = snprintf(json, sizeof json, "{\"accepted\":%lld}",
                          (long long)database_number(&answer, 0, 0));
    response_json(&exchange->response, 202, json, (size_t)length);
    return true;
}

bool logs_ingest(struct exchange *exchange)
{
    enum body_media media = body_media(exchange->request.content_type);
    struct selection none;
    struct buffer array;
    selection_init(&none);
    buffer_init(&array);
    bool done = query_check(&exchange->request.target, "", &none, &exchange->problem) &&
                read_entries(exchange, media, &array);
    if (done && !(done = ingest(exchange, array.data)))
        name_entry(exchange, media);
    buffer_deinit(&array);
    return done;
}
