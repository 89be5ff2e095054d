/* The first byte chooses the channel; the rest is a filter object. Reading it twice gives the
 * same canonical text. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "shared/json.h"
#include "shared/model/filter.h"
#include "tests/fuzz/fuzz.h"

static void check(enum channel channel, const struct json *object)
{
    static const struct filter_keys keys = {{"error", "service", NULL}};
    struct error error = {0};
    struct filter *filter = filter_parse(channel, object, &error);
    if (filter == NULL) {
        assert(error.code != ERROR_NONE && error.detail[0] != '\0');
        return;
    }
    struct filter *again = filter_parse(channel, object, &error);
    assert(strcmp(filter_canonical(filter), filter_canonical(again)) == 0);
    if (filter_canonical(filter)[0] == '\0')
        assert(filter_matches(filter, &keys));
    filter_matches(filter, &keys);
    filter_free(&again);
    filter_free(&filter);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    char *text = fuzz_exact(data + 1, size - 1);
    struct json *object = json_parse(text, size - 1, NULL);
    if (object != NULL)
        check((enum channel)(data[0] % CHANNEL_COUNT), object);
    json_free(&object);
    free(text);
    return 0;
}
