/* A polling payload: the packets of what is accepted lie in it, or are bytes that were decoded; put
 * together again they are read as the same packets. */
#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "pushd/protocol/base64.h"
#include "pushd/protocol/engineio.h"
#include "shared/base/buffer.h"
#include "tests/fuzz/fuzz.h"

static void check_slice(const char *text, size_t size, const struct engineio_packet *packet)
{
    if (packet->kind == FRAME_BINARY) {
        assert(packet->type == ENGINEIO_MESSAGE && packet->length <= size / 4 * 3 + 3);
        return;
    }
    assert(packet->kind == FRAME_TEXT);
    assert(packet->data > text && packet->data + packet->length <= text + size);
    assert(packet->data[-1] == (char)packet->type);
}

/* Reads all packets and writes them again; false: one of them is malformed. */
static bool copy(const char *text, size_t size, struct buffer *copied, size_t *count)
{
    const char *payload = text, *end = text + size;
    struct buffer binary;
    bool good = true;

    buffer_init(&binary);
    for (*count = 0; good && payload < end; ++*count) {
        struct engineio_packet packet;
        const char *before = payload;

        buffer_clear(&binary);
        good = engineio_payload_next(&payload, end, &binary, &packet);
        assert(!good || (payload > before && payload <= end));
        if (!good)
            break;
        check_slice(text, size, &packet);
        if (packet.kind == FRAME_BINARY)
            engineio_payload_append(copied, FRAME_BINARY, packet.data, packet.length);
        else
            engineio_payload_append(copied, FRAME_TEXT, packet.data - 1, packet.length + 1);
    }
    buffer_deinit(&binary);
    return good;
}

/* Between separators stands a packet each: as many are good as the payload gives, or one is not. */
static bool is_good(const char *text, size_t size, size_t *count)
{
    const char *end = text + size;
    bool more = true;

    for (*count = 0; more; ++*count) {
        const char *stop = memchr(text, ENGINEIO_SEPARATOR, (size_t)(end - text));
        struct engineio_packet packet;
        struct buffer bytes;
        bool good;

        more = stop != NULL;
        stop = more ? stop : end;
        buffer_init(&bytes);
        good = text < stop && *text == 'b'
                   ? base64_decode(text + 1, (size_t)(stop - text - 1), &bytes)
                   : engineio_parse(text, (size_t)(stop - text), &packet);
        buffer_deinit(&bytes);
        if (!good)
            return false;
        text = stop + 1;
    }
    return true;
}

static void check_base64(const char *text, size_t size)
{
    struct buffer bytes, again, encoded;

    buffer_init(&bytes);
    buffer_init(&again);
    buffer_init(&encoded);
    base64_encode(text, size, &encoded);
    assert(encoded.length == (size + 2) / 3 * 4);
    assert(size == 0 || base64_decode(encoded.data, encoded.length, &again));
    assert(again.length == size && (size == 0 || memcmp(again.data, text, size) == 0));
    if (base64_decode(text, size, &bytes))
        assert(bytes.length <= size / 4 * 3 + 2);
    buffer_deinit(&bytes);
    buffer_deinit(&again);
    buffer_deinit(&encoded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct engineio_packet packet;
    struct buffer first, second;
    size_t count, count_again, parts;
    bool good;

    if (size == 0)
        return 0;
    char *text = fuzz_exact(data, size);

    buffer_init(&first);
    buffer_init(&second);
    good = copy(text, size, &first, &count);
    assert(good == is_good(text, size, &parts) && (!good || count == parts));
    if (good) {
        assert(copy(first.data, first.length, &second, &count_again) && count_again == count);
        assert(first.length == second.length &&
               (first.length == 0 || memcmp(first.data, second.data, first.length) == 0));
    }
    if (engineio_parse(text, size, &packet))
        check_slice(text, size, &packet);
    check_base64(text, size);
    buffer_deinit(&first);
    buffer_deinit(&second);
    free(text);
    return 0;
}
