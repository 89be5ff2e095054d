/* What the checker lets through, cJSON parses; a string that is read and written again is the
 * same. */
#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/buffer.h"
#include "shared/json.h"
#include "tests/fuzz/fuzz.h"

static void check_string(const struct json *value)
{
    struct buffer text;
    const char *string = json_string(value);
    if (string == NULL)
        return;
    buffer_init(&text);
    json_append_string(&text, string, strlen(string));
    struct json *again = json_parse(text.data, text.length, NULL);
    assert(again != NULL && strcmp(json_string(again), string) == 0);
    json_free(&again);
    buffer_deinit(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json_error error;
    struct buffer name;
    const char *rest;
    size_t rest_length;
    char *text = fuzz_exact(data, size);
    bool good = json_check(text, size, &error);
    assert(good || (error.message[0] != '\0' && error.offset <= size));
    struct json *document = json_parse(text, size, &error);
    assert((document != NULL) == good);
    for (const struct json *value = document == NULL ? NULL : json_first(document); value != NULL;
         value = json_next(value))
        check_string(value);
    buffer_init(&name);
    if (json_split_event(text, size, &name, &rest, &rest_length))
        assert(good && rest_length < size);
    buffer_deinit(&name);
    json_free(&document);
    free(text);
    return 0;
}
