#include <string.h>

#include "fcgi/exchange.h"
#include "fcgi/handlers/handlers.h"
#include "shared/db/database.h"

bool health_answer(struct exchange *exchange)
{
    static const char good[] = "{\"status\":\"ok\"}";
    struct database_answer answer;
    if (!answer_ask(exchange, &answer))
        return false;
    response_json(&exchange->response, 200, good, strlen(good));
    return true;
}

/* The services are asked about every 30 s. */
bool health_services(struct exchange *exchange)
{
    if (!answer_reported(exchange))
        return false;
    if (exchange->response.status == 503)
        response_header(&exchange->response, "Retry-After", "30");
    return true;
}
