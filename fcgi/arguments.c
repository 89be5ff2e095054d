#include "fcgi/arguments.h"

#include <string.h>

#include "fcgi/body.h"
#include "fcgi/exchange.h"
#include "fcgi/guard.h"
#include "fcgi/query.h"
#include "fcgi/value.h"
#include "fcgi/word.h"
#include "shared/db/database.h"
#include "shared/json.h"
#include "shared/model/filter.h"
#include "shared/model/role.h"
#include "shared/model/uuid.h"
#include "shared/settings.h"

enum { MAX_KEY_LENGTH = 200 };

/* The whole body where a word takes it, else only the members that words name. */
static bool check_body(struct arguments *arguments, struct exchange *exchange)
{
    const char *words = exchange->match.route->arguments;
    struct problem *problem = &exchange->problem;
    struct word members[ARGUMENTS_MAX], word;
    const char *names[ARGUMENTS_MAX + 1] = {NULL};
    size_t count = 0;
    while (word_next(&words, &word)) {
        if (word.kind == WORD_BODY)
            return (word.type == TYPE_OPTIONAL && exchange->request.body.length == 0) ||
                   body_check(&exchange->request,
                              word.type == TYPE_MANY ? BODY_OBJECT_OR_ARRAY : BODY_OBJECT, problem);
        if (word.kind != WORD_MEMBER)
            continue;
        members[count] = word;
        names[count] = members[count].name;
        count++;
    }
    if (count == 0)
        return body_check_empty(&exchange->request, problem);
    arguments->document = body_parse(&exchange->request, names, problem);
    return arguments->document != NULL;
}

static bool bind_key(struct exchange *exchange, const char **value)
{
    *value = exchange->request.idempotency_key;
    return !*value || value_is_visible(*value, MAX_KEY_LENGTH) ||
           problem_set(&exchange->problem, ERROR_INVALID_VALUE, "Idempotency-Key",
                       "Idempotency-Key: must be 1 to %d visible characters", MAX_KEY_LENGTH);
}

static bool bind_segment(struct exchange *exchange, const struct word *word, const char **value)
{
    *value = router_segment(&exchange->match, word->name, strlen(word->name));
    return word->type != TYPE_UUID || uuid_is_valid(*value) ||
           problem_set(&exchange->problem, ERROR_NOT_FOUND, NULL, "there is none with this id");
}

static bool bind_member(struct arguments *arguments, struct exchange *exchange,
                        const struct word *word, const char **value)
{
    *value = json_string(json_member(arguments->document, word->name));
    return *value || problem_set(&exchange->problem, ERROR_INVALID_VALUE, word->name,
                                 "%s: must be a string", word->name);
}

static const char *bind_filter(const struct filter *filter, const struct word *word,
                               struct buffer *text)
{
    const char *const *values = NULL;
    size_t count = filter ? filter_values(filter, word->name, &values) : 0;
    if (count == 0)
        return NULL;
    if (word->type == TYPE_ONE)
        return values[0];
    database_array(text, values, count);
    return text->data;
}

static const char *bind_query(struct arguments *arguments, const struct exchange *exchange,
                              const struct word *word, struct buffer *text)
{
    if (word->type != TYPE_FILTER && word->type != TYPE_ONE)
        return query_value(&exchange->request.target, word);
    enum channel channel = guard_channel(exchange->match.route->rule);
    if (channel == CHANNEL_NONE)
        return NULL;
    return bind_filter(arguments->selection.filters[channel], word, text);
}

static const char *bind_number(int64_t number, struct buffer *text)
{
    buffer_append_format(text, "%lld", (long long)number);
    return text->data;
}

static bool bind_word(struct arguments *arguments, struct exchange *exchange,
                      const struct word *word, size_t index)
{
    const char **value = &arguments->values[index];
    struct buffer *text = &arguments->texts[index];
    switch (word->kind) {
    case WORD_USER:
        *value = exchange->identity.user_id;
        return true;
    case WORD_ROLES:
        roles_append_array(text, exchange->identity.roles);
        *value = text->data;
        return true;
    case WORD_TOKEN_ID:
        *value = exchange->identity.token_id[0] ? exchange->identity.token_id : NULL;
        return true;
    case WORD_ISSUED_AT:
        *value = bind_number(exchange->identity.issued_at, text);
        return true;
    case WORD_EXPIRES_AT:
        *value = bind_number(exchange->identity.expires_at, text);
        return true;
    case WORD_MAX_TOKEN_TTL:
        *value = bind_number(exchange->settings->max_token_ttl_s, text);
        return true;
    case WORD_KEY:
        return bind_key(exchange, value);
    case WORD_CORRELATION:
        *value = exchange->request.correlation_id;
        return true;
    case WORD_BODY:
        *value = exchange->request.body.length > 0 ? exchange->request.body.data
                                                   : type_fallback(word->type);
        return true;
    case WORD_SEGMENT:
        return bind_segment(exchange, word, value);
    case WORD_QUERY:
        *value = bind_query(arguments, exchange, word, text);
        return true;
    case WORD_MEMBER:
        return bind_member(arguments, exchange, word, value);
    }
    return true;
}

bool arguments_bind(struct arguments *arguments, struct exchange *exchange)
{
    const char *words = exchange->match.route->arguments;
    enum channel channel = guard_channel(exchange->match.route->rule);
    *arguments = (struct arguments){.document = NULL};
    selection_init(&arguments->selection);
    if (channel != CHANNEL_NONE)
        arguments->selection.channels = 1u << channel;
    if (!query_check(&exchange->request.target, words, &arguments->selection, &exchange->problem) ||
        !check_body(arguments, exchange))
        return false;
    struct word word;
    for (size_t index = 0; index < ARGUMENTS_MAX && word_next(&words, &word); index++)
        if (!bind_word(arguments, exchange, &word, index))
            return false;
    return true;
}

void arguments_deinit(struct arguments *arguments)
{
    for (size_t i = 0; i < ARGUMENTS_MAX; i++)
        buffer_deinit(&arguments->texts[i]);
    selection_deinit(&arguments->selection);
    json_free(&arguments->document);
}
