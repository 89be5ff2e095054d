#include "pushd/protocol/refusal.h"

#include <string.h>

#include "shared/base/buffer.h"
#include "shared/base/utf8.h"
#include "shared/json.h"
#include "shared/model/error.h"

enum { NAME_SHOWN = 100 }; /* bytes of a name that came from outside */

static void append_reason(struct buffer *json, const struct error *error)
{
    const char *message = error->detail[0] ? error->detail : error_title(error->code);

    json_append_string(json, message, strlen(message));
    buffer_append_format(json, ",\"code\":\"%s\"", error_code_text(error->code));
}

void refusal_append_answer(struct buffer *json, const struct error *error)
{
    buffer_append_text(json, "{\"success\":false,\"error\":");
    append_reason(json, error);
    buffer_append_character(json, '}');
}

void refusal_append_exception(struct buffer *json, const struct error *error, const char *command)
{
    buffer_append_text(json, "{\"status\":\"error\",\"message\":");
    append_reason(json, error);
    buffer_append_text(json, ",\"command\":");
    json_append_string(json, command, utf8_cut(command, strlen(command), NAME_SHOWN));
    buffer_append_character(json, '}');
}
