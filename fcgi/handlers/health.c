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
