/* A Socket.IO packet: every slice of what is accepted lies in the text. */
#include <assert.h>
#include <stdlib.h>

#include "pushd/protocol/socketio_packet.h"
#include "tests/fuzz/fuzz.h"

static void check_slice(const char *text, size_t size, const char *slice, size_t length)
{
    assert(length == 0 || (slice >= text && slice + length <= text + size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_exact(data, size);
    struct socketio_packet packet;

    if (socketio_parse(text, size, &packet)) {
        check_slice(text, size, packet.payload, packet.payload_length);
        check_slice(text, size, packet.name, packet.name_length);
        check_slice(text, size, packet.arguments, packet.arguments_length);
        assert(packet.id >= -1 && packet.namespace_length > 0);
    }
    free(text);
    return 0;
}
