#include "tests/bench/load/scan.h"

#include <string.h>
#include <strings.h>

static const char SEPARATOR = '\x1e';

enum { FIRST_BYTE_ALLOWED = 0x80 | 0x0f, SHORT_LENGTH = 125, LONG_LENGTH = 127 };

enum scan_result scan_frame(char *bytes, size_t length, struct scanned_frame *frame)
{
    const unsigned char *head = (const unsigned char *)bytes;
    size_t head_size, payload;

    if (length < 2)
        return SCAN_INCOMPLETE;
    if (!(head[0] & 0x80) || head[0] & ~FIRST_BYTE_ALLOWED || head[1] & 0x80)
        return SCAN_MALFORMED;
    payload = head[1];
    head_size = payload <= SHORT_LENGTH ? 2 : payload < LONG_LENGTH ? 4 : 10;
    if (length < head_size)
        return SCAN_INCOMPLETE;
    if (head_size > 2) {
        payload = 0;
        for (size_t i = 2; i < head_size; i++)
            payload = payload << 8 | head[i];
    }
    if (length - head_size < payload)
        return SCAN_INCOMPLETE;
    *frame =
        (struct scanned_frame){head[0] & 0x0f, bytes + head_size, payload, head_size + payload};
    return SCAN_COMPLETE;
}

/* The value of a header field, up to the end of its line; NULL when there is none. */
static const char *field(const char *head, const char *end, const char *name)
{
    size_t length = strlen(name);

    for (const char *line = memchr(head, '\n', (size_t)(end - head)); line;
         line = memchr(line, '\n', (size_t)(end - line))) {
        line++;
        if ((size_t)(end - line) <= length || strncasecmp(line, name, length) != 0)
            continue;
        for (line += length; line < end && *line == ' '; line++)
            ;
        return line;
    }
    return NULL;
}

/* Digits up to the first that is none; false: there was none at all, or too many. */
static bool number(const char **at, const char *end, unsigned base, size_t *value)
{
    const char *first = *at;

    for (*value = 0; *at < end && *at - first < 8; ++*at) {
        unsigned char byte = (unsigned char)**at;
        unsigned digit =
            byte >= '0' && byte <= '9' ? byte - (unsigned)'0' : (byte | 0x20u) - 'a' + 10u;

        if (digit >= base)
            break;
        *value = *value * base + digit;
    }
    return *at > first;
}

/* Walks the chunks, and joins them at `to` when that is not NULL. */
static enum scan_result chunks(const char *at, const char *end, char *to,
                               struct scanned_answer *answer)
{
    const char *first = at;
    size_t size;

    answer->length = 0;
    for (;;) {
        const char *line = at, *eol = memchr(at, '\n', (size_t)(end - at));

        if (!eol)
            return SCAN_INCOMPLETE;
        if (!number(&line, eol, 16, &size))
            return SCAN_MALFORMED;
        at = eol + 1;
        if ((size_t)(end - at) < size + 2)
            return SCAN_INCOMPLETE;
        if (to)
            memmove(to + answer->length, at, size);
        answer->length += size;
        at += size + 2;
        if (!size)
            break;
    }
    answer->size += (size_t)(at - first);
    return SCAN_COMPLETE;
}

enum scan_result scan_answer(char *bytes, size_t length, struct scanned_answer *answer)
{
    const char *end = memmem(bytes, length, "\r\n\r\n", 4), *at = bytes + 9, *value;
    size_t status;

    if (!end)
        return SCAN_INCOMPLETE;
    end += 2;
    if (strncmp(bytes, "HTTP/1.", 7) != 0 || !number(&at, end, 10, &status))
        return SCAN_MALFORMED;
    *answer = (struct scanned_answer){.status = (int)status,
                                      .body = bytes + (end - bytes) + 2,
                                      .size = (size_t)(end - bytes) + 2};
    value = field(bytes, end, "Connection:");
    answer->close = value && strncasecmp(value, "close", 5) == 0;
    if (status == 101 || status == 204 || status == 304)
        return SCAN_COMPLETE;
    value = field(bytes, end, "Transfer-Encoding:");
    if (value && strncasecmp(value, "chunked", 7) == 0) {
        size_t head = answer->size;
        enum scan_result result = chunks(answer->body, bytes + length, NULL, answer);

        if (result != SCAN_COMPLETE)
            return result;
        answer->size = head;
        return chunks(answer->body, bytes + length, answer->body, answer);
    }
    value = field(bytes, end, "Content-Length:");
    if (!value || !number(&value, end, 10, &answer->length))
        return SCAN_MALFORMED;
    if (length - answer->size < answer->length)
        return SCAN_INCOMPLETE;
    answer->size += answer->length;
    return SCAN_COMPLETE;
}

size_t scan_packet(const char *payload, size_t length)
{
    const char *end = memchr(payload, SEPARATOR, length);

    return end ? (size_t)(end - payload) : length;
}
