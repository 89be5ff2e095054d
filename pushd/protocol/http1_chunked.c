/* The chunked transfer coding (RFC 9112 7.1), byte by byte but for the data itself. */
#include <string.h>

#include "pushd/protocol/http1.h"

enum chunked_state {
    CHUNK_SIZE,
    CHUNK_EXTENSION,
    CHUNK_SIZE_LF,
    CHUNK_DATA,
    CHUNK_DATA_CR,
    CHUNK_DATA_LF,
    TRAILER_START,
    TRAILER_LINE,
    TRAILER_LINE_LF,
    TRAILER_END_LF,
    CHUNKS_DONE
};

enum { SIZE_DIGITS_MAX = 8, SKIPPED_MAX = 1024 };

void http1_chunked_init(struct http1_chunked *chunked)
{
    memset(chunked, 0, sizeof *chunked);
}

static int hex_digit(char character)
{
    static const char digits[] = "0123456789abcdef";
    const char *found;

    if (character >= 'A' && character <= 'F')
        character = (char)(character - 'A' + 'a');
    found = character ? strchr(digits, character) : NULL;
    return found ? (int)(found - digits) : -1;
}

static bool read_size(struct http1_chunked *chunked, char byte)
{
    int digit = hex_digit(byte);

    if (digit >= 0 && ++chunked->digits <= SIZE_DIGITS_MAX) {
        chunked->remaining = chunked->remaining * 16 + (unsigned)digit;
        return true;
    }
    if (digit >= 0 || chunked->digits == 0)
        return false;
    chunked->state = byte == '\r' ? CHUNK_SIZE_LF : CHUNK_EXTENSION;
    return byte == '\r' || byte == ';';
}

/* Bytes without meaning here; their number over the whole body is bounded. */
static bool skip(struct http1_chunked *chunked, char byte, unsigned state_after_return)
{
    if (byte == '\r') {
        chunked->state = state_after_return;
        return true;
    }
    return ++chunked->skipped <= SKIPPED_MAX && ((unsigned char)byte >= 0x20 || byte == '\t') &&
           byte != 0x7f;
}

static bool expect(struct http1_chunked *chunked, char byte, char expected, unsigned next)
{
    chunked->state = next;
    return byte == expected;
}

static bool read_control(struct http1_chunked *chunked, char byte)
{
    switch ((enum chunked_state)chunked->state) {
    case CHUNK_SIZE:
        return read_size(chunked, byte);
    case CHUNK_EXTENSION:
        return skip(chunked, byte, CHUNK_SIZE_LF);
    case CHUNK_SIZE_LF:
        chunked->digits = 0;
        return expect(chunked, byte, '\n', chunked->remaining ? CHUNK_DATA : TRAILER_START);
    case CHUNK_DATA_CR:
        return expect(chunked, byte, '\r', CHUNK_DATA_LF);
    case CHUNK_DATA_LF:
        return expect(chunked, byte, '\n', CHUNK_SIZE);
    case TRAILER_START:
        chunked->state = TRAILER_LINE;
        return skip(chunked, byte, TRAILER_END_LF);
    case TRAILER_LINE:
        return skip(chunked, byte, TRAILER_LINE_LF);
    case TRAILER_LINE_LF:
        return expect(chunked, byte, '\n', TRAILER_START);
    case TRAILER_END_LF:
        return expect(chunked, byte, '\n', CHUNKS_DONE);
    case CHUNK_DATA:
    case CHUNKS_DONE:
        break;
    }
    return false;
}

enum http1_result http1_chunked_read(struct http1_chunked *chunked, const char *bytes,
                                     size_t length, size_t *used, struct http1_slice *data)
{
    *used = 0;
    *data = (struct http1_slice){bytes, 0};
    while (*used < length && chunked->state != CHUNK_DATA && chunked->state != CHUNKS_DONE)
        if (!read_control(chunked, bytes[(*used)++]))
            return HTTP1_REFUSED;
    if (chunked->state == CHUNK_DATA) {
        size_t available = length - *used;

        data->bytes = bytes + *used;
        data->length = available < chunked->remaining ? available : (size_t)chunked->remaining;
        *used += data->length;
        chunked->remaining -= data->length;
        if (chunked->remaining == 0)
            chunked->state = CHUNK_DATA_CR;
    }
    return chunked->state == CHUNKS_DONE ? HTTP1_COMPLETE : HTTP1_INCOMPLETE;
}
