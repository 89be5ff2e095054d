#include "pushd/protocol/plain_message.h"

#include <inttypes.h>
#include <string.h>

#include "pushd/protocol/json_text.h"
#include "shared/base/buffer.h"
#include "shared/json.h"

/* The text of a member's value in an object that is well formed. False: its name is spelt with
 * escapes, or it is not there. */
static bool find_value(const char *text, size_t length, const char *name,
                       struct plain_message *message)
{
    size_t name_length = strlen(name);
    size_t at = json_text_space(text, length, 0) + 1;

    for (;;) {
        size_t from = json_text_space(text, length, at);
        size_t name_end = json_text_skip(text, length, from);
        size_t value, end;

        if (name_end == 0)
            return false;
        value = json_text_space(text, length, name_end) + 1;
        value = json_text_space(text, length, value);
        end = json_text_skip(text, length, value);
        if (end == 0)
            return false;
        if (name_end - from == name_length + 2 && memcmp(text + from + 1, name, name_length) == 0) {
            message->data = text + value;
            message->data_length = end - value;
            return true;
        }
        at = json_text_space(text, length, end);
        if (at >= length || text[at] != ',')
            return false;
        at++;
    }
}

static bool read_members(struct plain_message *message, struct error *error)
{
    const struct json *member = json_first(message->document);

    for (; member; member = json_next(member)) {
        const char *name = json_name(member);

        if (strcmp(name, "event") == 0)
            message->event = json_string(member);
        else if (strcmp(name, "id") == 0) {
            if (!json_integer(member, &message->id) || message->id < 0) {
                error_set(error, ERROR_INVALID_VALUE, "id: must be a whole number, 0 or more");
                return false;
            }
        } else if (strcmp(name, "data") != 0) {
            error_set(error, ERROR_UNKNOWN_FIELD, "%.100s: is not known here", name);
            return false;
        }
    }
    if (!message->event || !*message->event) {
        error_set(error, ERROR_INVALID_VALUE, "event: must be a name");
        return false;
    }
    return true;
}

static bool read(const char *text, size_t length, struct plain_message *message,
                 struct error *error)
{
    if (json_kind(message->document) != JSON_OBJECT) {
        error_set(error, ERROR_INVALID_VALUE, "a message must be an object");
        return false;
    }
    if (!read_members(message, error))
        return false;
    if (json_member(message->document, "data") && !find_value(text, length, "data", message)) {
        error_set(error, ERROR_INVALID_VALUE, "data: must be spelt so");
        return false;
    }
    return true;
}

bool plain_message_parse(const char *text, size_t length, struct plain_message *message,
                         struct error *error)
{
    struct json_error refused;

    *message = (struct plain_message){.data = "", .id = -1};
    message->document = json_parse(text, length, &refused);
    if (!message->document) {
        error_set(error, ERROR_INVALID_JSON, "%s%s%s", refused.field, refused.field[0] ? ": " : "",
                  refused.message);
        return false;
    }
    if (read(text, length, message, error))
        return true;
    plain_message_deinit(message);
    return false;
}

void plain_message_deinit(struct plain_message *message)
{
    json_free(&message->document);
}

static void append_data(struct buffer *text, const char *payload, size_t length)
{
    if (length == 0)
        return;
    buffer_append_text(text, ",\"data\":");
    buffer_append(text, payload, length);
}

void plain_event_append(struct buffer *text, const char *event, const char *payload, size_t length,
                        const char *cursor)
{
    buffer_append_text(text, "{\"event\":");
    json_append_string(text, event, strlen(event));
    append_data(text, payload, length);
    if (cursor) {
        buffer_append_text(text, ",\"cursor\":");
        json_append_string(text, cursor, strlen(cursor));
    }
    buffer_append_character(text, '}');
}

void plain_answer_append(struct buffer *text, int64_t id, const char *payload, size_t length)
{
    buffer_append_format(text, "{\"ack\":%" PRId64, id);
    append_data(text, payload, length);
    buffer_append_character(text, '}');
}
