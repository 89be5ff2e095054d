#include "shared/json.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/memory.h"
#include "shared/json_check.h"

#define INTEGER_MAX 9007199254740991.0 /* 2^53 - 1: beyond it a double skips whole numbers */

static void *allocate(size_t size)
{
    return memory_resize(NULL, size);
}

/* cJSON answers a failed allocation like a syntax error; ours never fail. */
static void use_own_memory(void)
{
    static bool done;
    if (done)
        return;
    cJSON_Hooks hooks = {.malloc_fn = allocate, .free_fn = free};
    cJSON_InitHooks(&hooks);
    done = true;
}

static const cJSON *tree(const struct json *value)
{
    return (const cJSON *)value;
}

static const struct json *door(const cJSON *value)
{
    return (const struct json *)value;
}

struct json *json_parse(const char *text, size_t length, struct json_error *error)
{
    if (!json_check_values(text, length, JSON_MAX_VALUES, error))
        return NULL;
    use_own_memory();
    cJSON *document = cJSON_ParseWithLength(text, length);
    if (document == NULL && error != NULL)
        *error = (struct json_error){.message = "not a JSON value"};
    return (struct json *)document;
}

void json_free(struct json **document)
{
    if (document == NULL || *document == NULL)
        return;
    cJSON_Delete((cJSON *)*document);
    *document = NULL;
}

enum json_kind json_kind(const struct json *value)
{
    switch (tree(value)->type & 0xFF) {
    case cJSON_True:
    case cJSON_False:
        return JSON_BOOLEAN;
    case cJSON_Number:
        return JSON_NUMBER;
    case cJSON_String:
        return JSON_STRING;
    case cJSON_Array:
        return JSON_ARRAY;
    case cJSON_Object:
        return JSON_OBJECT;
    default:
        return JSON_NULL;
    }
}

const struct json *json_member(const struct json *object, const char *name)
{
    if (object == NULL || json_kind(object) != JSON_OBJECT)
        return NULL;
    return door(cJSON_GetObjectItemCaseSensitive(tree(object), name));
}

const struct json *json_first(const struct json *container)
{
    return container == NULL ? NULL : door(tree(container)->child);
}

const struct json *json_next(const struct json *value)
{
    return door(tree(value)->next);
}

const char *json_name(const struct json *member)
{
    return tree(member)->string;
}

const char *json_string(const struct json *value)
{
    return value != NULL && json_kind(value) == JSON_STRING ? tree(value)->valuestring : NULL;
}

bool json_integer(const struct json *value, int64_t *integer)
{
    if (value == NULL || json_kind(value) != JSON_NUMBER)
        return false;
    double number = tree(value)->valuedouble;
    if (!(number >= -INTEGER_MAX && number <= INTEGER_MAX))
        return false;
    *integer = (int64_t)number;
    return (double)*integer == number;
}

bool json_boolean(const struct json *value, bool *boolean)
{
    if (value == NULL || json_kind(value) != JSON_BOOLEAN)
        return false;
    *boolean = (tree(value)->type & 0xFF) == cJSON_True;
    return true;
}
