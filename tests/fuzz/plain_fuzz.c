/* A message of a plain WebSocket: what is accepted has an event, and its data is a part of the text
 * that is JSON by itself. */
#include <assert.h>
#include <stdlib.h>

#include "pushd/protocol/plain_message.h"
#include "shared/json.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_exact(data, size);
    struct plain_message message;
    struct error error = {ERROR_NONE, ""};

    if (plain_message_parse(text, size, &message, &error)) {
        assert(message.event[0] != '\0' && message.id >= -1);
        assert(message.data_length == 0 ||
               (message.data > text && message.data + message.data_length < text + size));
        assert(message.data_length == 0 || json_check(message.data, message.data_length, NULL));
        plain_message_deinit(&message);
    } else
        assert(error.code != ERROR_NONE && error.detail[0] != '\0');
    free(text);
    return 0;
}
