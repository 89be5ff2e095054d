/* One pass over the tokens. An object that calls itself a placeholder and has another form is
 * refused wherever it is met: decoders of other servers would take it for one. */
#include "pushd/protocol/socketio_placeholders.h"

#include <stdint.h>
#include <string.h>

#include "pushd/protocol/json_text.h"

struct scan {
    const char *text;
    size_t length, count;
    uint64_t seen; /* one bit a number */
};

/* Where `token` ends, white space before it skipped; 0: something else is there. */
static size_t expect(const struct scan *scan, size_t at, const char *token)
{
    size_t size = strlen(token);

    at = json_text_space(scan->text, scan->length, at);
    if (scan->length - at < size || memcmp(scan->text + at, token, size) != 0)
        return 0;
    return at + size;
}

static size_t expect_true(const struct scan *scan, size_t at)
{
    at = expect(scan, at, "\"_placeholder\"");
    at = at ? expect(scan, at, ":") : 0;
    return at ? expect(scan, at, "true") : 0;
}

static size_t expect_number(const struct scan *scan, size_t at, size_t *number)
{
    size_t from;

    at = expect(scan, at, "\"num\"");
    at = at ? expect(scan, at, ":") : 0;
    if (!at)
        return 0;
    from = at = json_text_space(scan->text, scan->length, at);
    for (*number = 0; at < scan->length && scan->text[at] >= '0' && scan->text[at] <= '9'; at++) {
        if (*number > SOCKETIO_ATTACHMENTS_MAX)
            return 0;
        *number = *number * 10 + (size_t)(scan->text[at] - '0');
    }
    return at > from ? at : 0;
}

/* A placeholder that begins at the brace; its end, or 0. */
static size_t expect_placeholder(const struct scan *scan, size_t brace, size_t *number)
{
    size_t at = expect_true(scan, brace + 1);

    if (at) {
        at = expect(scan, at, ",");
        at = at ? expect_number(scan, at, number) : 0;
    } else {
        at = expect_number(scan, brace + 1, number);
        at = at ? expect(scan, at, ",") : 0;
        at = at ? expect_true(scan, at) : 0;
    }
    return at ? expect(scan, at, "}") : 0;
}

static bool take(struct scan *scan, size_t number)
{
    if (number >= scan->count || scan->seen >> number & 1)
        return false;
    scan->seen |= UINT64_C(1) << number;
    return true;
}

bool socketio_placeholders_match(const char *text, size_t length, size_t count)
{
    struct scan scan = {text, length, count, 0};
    size_t found = 0;

    if (count > SOCKETIO_ATTACHMENTS_MAX)
        return false;
    for (size_t at = 0; at < length;) {
        size_t number, end = text[at] == '{' ? expect_placeholder(&scan, at, &number) : 0;

        if (end) {
            if (!take(&scan, number))
                return false;
            found++;
            at = end;
        } else if (text[at] == '"') {
            if (expect_true(&scan, at))
                return false;
            at = json_text_skip(text, length, at);
        } else
            at++;
    }
    return found == count;
}
