/* A request as it arrives. The first byte says in pieces of which size; what is found does not
 * depend on them. What is accepted has one reading: slices of the head, no control characters, one
 * length. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "pushd/protocol/http1.h"
#include "shared/base/buffer.h"
#include "shared/base/memory.h"
#include "tests/fuzz/fuzz.h"

static void check_slice(const struct http1_slice *whole, struct http1_slice slice)
{
    assert(slice.bytes >= whole->bytes);
    assert(slice.bytes + slice.length <= whole->bytes + whole->length);
    for (size_t i = 0; i < slice.length; i++) {
        unsigned char byte = (unsigned char)slice.bytes[i];

        assert(byte == '\t' || (byte >= 0x20 && byte != 0x7f));
    }
}

static void check_target(struct http1_slice target)
{
    const char *question = memchr(target.bytes, '?', target.length);
    size_t path_length = question ? (size_t)(question - target.bytes) : target.length;
    char *path = memory_allocate(path_length + 1);
    struct http1_slice query = {"", 0}, value;

    if (http1_decode((struct http1_slice){target.bytes, path_length}, false, path))
        assert(strlen(path) <= path_length && path[0] == '/');
    free(path);
    if (!question)
        return;
    query = (struct http1_slice){question + 1, target.length - path_length - 1};
    char *text = memory_copy(query.bytes, query.length);
    bool valid = http1_query_valid(query);

    if (http1_query_find(text, "sid", &value)) {
        char *decoded = memory_allocate(value.length + 1);

        assert(http1_decode(value, true, decoded) || !valid);
        free(decoded);
    }
    free(text);
}

static void check_head(const struct http1_slice *whole, const struct http1_head *head)
{
    assert(head->length == whole->length && head->field_count <= HTTP1_FIELDS_MAX);
    check_slice(whole, head->method);
    check_slice(whole, head->target);
    assert(head->method.length > 0 && head->target.bytes[0] == '/');
    assert(head->target.length <= HTTP1_TARGET_MAX && head->minor_version <= 1);
    assert(!head->chunked || (head->content_length == 0 && head->minor_version == 1));
    assert(!head->upgrade_websocket || head->minor_version == 1);
    size_t hosts = 0, lengths = 0;
    for (size_t i = 0; i < head->field_count; i++) {
        check_slice(whole, head->fields[i].name);
        check_slice(whole, head->fields[i].value);
        assert(head->fields[i].name.length > 0);
        hosts += http1_name_is(head->fields[i].name, "Host");
        lengths += http1_name_is(head->fields[i].name, "content-length") ||
                   http1_name_is(head->fields[i].name, "transfer-encoding");
    }
    assert(hosts <= 1 && (hosts == 1 || head->minor_version == 0) && lengths <= 1);
    check_target(head->target);
}

/* As it comes: every piece in a block of its own size. */
static enum http1_result scan(const uint8_t *data, size_t size, size_t piece, size_t *scanned,
                              int *status)
{
    enum http1_result result = HTTP1_INCOMPLETE;

    *scanned = 0;
    for (size_t have = 0; result == HTTP1_INCOMPLETE && have < size;) {
        have = size - have < piece ? size : have + piece;
        char *arrived = fuzz_exact(data, have);

        result = http1_scan(arrived, have, scanned, status);
        assert(*scanned <= have);
        free(arrived);
    }
    return result;
}

/* The data of a chunked body, read in pieces; the result. */
static enum http1_result read_chunks(const uint8_t *data, size_t size, size_t piece,
                                     struct buffer *body)
{
    enum http1_result result = HTTP1_INCOMPLETE;
    struct http1_chunked chunked;

    http1_chunked_init(&chunked);
    for (size_t at = 0; result == HTTP1_INCOMPLETE && at < size;) {
        size_t length = size - at < piece ? size - at : piece, used;
        char *bytes = fuzz_exact(data + at, length);
        struct http1_slice run;

        result = http1_chunked_read(&chunked, bytes, length, &used, &run);
        assert(used <= length && (used > 0 || result == HTTP1_COMPLETE));
        if (result != HTTP1_REFUSED) {
            assert(run.bytes >= bytes && run.bytes + run.length <= bytes + used);
            buffer_append(body, run.bytes, run.length);
        }
        at += used;
        free(bytes);
    }
    return result;
}

static void check_chunks(const uint8_t *data, size_t size, size_t piece)
{
    struct buffer whole, pieces;

    buffer_init(&whole);
    buffer_init(&pieces);
    assert(read_chunks(data, size, SIZE_MAX, &whole) == read_chunks(data, size, piece, &pieces));
    assert(whole.length == pieces.length && whole.length <= size);
    assert(whole.length == 0 || memcmp(whole.data, pieces.data, whole.length) == 0);
    buffer_deinit(&whole);
    buffer_deinit(&pieces);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t scanned, scanned_again, piece;
    int status = 0, status_again = 0;
    enum http1_result result;

    if (size == 0)
        return 0;
    piece = data[0] % 32 + 1;
    data++;
    size--;
    result = scan(data, size, size + 1, &scanned, &status);
    assert(scan(data, size, piece, &scanned_again, &status_again) == result);
    assert(scanned == scanned_again && status == status_again);
    check_chunks(data, size, piece);
    if (result != HTTP1_COMPLETE)
        return 0;
    struct http1_head head;
    char *bytes = fuzz_exact(data, scanned);
    struct http1_slice whole = {bytes, scanned};

    if (http1_parse(bytes, scanned, &head) == HTTP1_COMPLETE)
        check_head(&whole, &head);
    else
        assert(head.refused_status >= 400 && head.refused_status <= 505);
    check_chunks(data + scanned, size - scanned, piece);
    free(bytes);
    return 0;
}
