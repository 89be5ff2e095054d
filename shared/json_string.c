/* JSON strings: from text to bytes and back. */
#include <string.h>

#include "shared/base/buffer.h"
#include "shared/base/utf8.h"
#include "shared/json.h"
#include "shared/json_check.h"

static unsigned code_unit(const char *digits)
{
    unsigned value = 0;
    for (int index = 0; index < 4; index++) {
        char digit = digits[index];
        unsigned part =
            digit <= '9' ? (unsigned)(digit - '0') : (unsigned)((digit | 0x20) - 'a') + 10;
        value = value * 16 + part;
    }
    return value;
}

static void append_character(struct buffer *buffer, unsigned code)
{
    if (code < 0x80) {
        buffer_append_character(buffer, (char)code);
    } else if (code < 0x800) {
        buffer_append_character(buffer, (char)(0xC0 | code >> 6));
        buffer_append_character(buffer, (char)(0x80 | (code & 0x3F)));
    } else if (code < 0x10000) {
        buffer_append_character(buffer, (char)(0xE0 | code >> 12));
        buffer_append_character(buffer, (char)(0x80 | (code >> 6 & 0x3F)));
        buffer_append_character(buffer, (char)(0x80 | (code & 0x3F)));
    } else {
        buffer_append_character(buffer, (char)(0xF0 | code >> 18));
        buffer_append_character(buffer, (char)(0x80 | (code >> 12 & 0x3F)));
        buffer_append_character(buffer, (char)(0x80 | (code >> 6 & 0x3F)));
        buffer_append_character(buffer, (char)(0x80 | (code & 0x3F)));
    }
}

/* at: the letter behind the backslash. Returns the offset behind the escape. */
static size_t decode_escape(const char *text, size_t at, struct buffer *decoded)
{
    static const char letters[] = "bfnrt", meanings[] = "\b\f\n\r\t";
    if (text[at] == 'u') {
        unsigned unit = code_unit(text + at + 1);
        if (unit < 0xD800 || unit > 0xDBFF) {
            append_character(decoded, unit);
            return at + 5;
        }
        unsigned low = code_unit(text + at + 7);
        append_character(decoded, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
        return at + 11;
    }
    const char *letter = strchr(letters, text[at]);
    buffer_append_character(decoded, letter == NULL ? text[at] : meanings[letter - letters]);
    return at + 1;
}

size_t json_decode_string(const char *text, size_t from, struct buffer *decoded)
{
    size_t at = from;
    for (;;) {
        size_t start = at;
        while (text[at] != '"' && text[at] != '\\')
            at++;
        buffer_append(decoded, text + start, at - start);
        if (text[at] == '"')
            return at;
        at = decode_escape(text, at + 1, decoded);
    }
}

static size_t plain_run(const char *text, size_t length)
{
    size_t at = 0;
    while (at < length) {
        unsigned char byte = (unsigned char)text[at];
        if (byte < 0x20 || byte == '"' || byte == '\\')
            break;
        size_t size = utf8_character(text + at, length - at);
        if (size == 0)
            break;
        at += size;
    }
    return at;
}

static void append_escaped(struct buffer *buffer, unsigned char byte)
{
    switch (byte) {
    case '"':
        buffer_append_text(buffer, "\\\"");
        break;
    case '\\':
        buffer_append_text(buffer, "\\\\");
        break;
    case '\n':
        buffer_append_text(buffer, "\\n");
        break;
    case '\r':
        buffer_append_text(buffer, "\\r");
        break;
    case '\t':
        buffer_append_text(buffer, "\\t");
        break;
    default:
        if (byte < 0x20)
            buffer_append_format(buffer, "\\u%04x", byte);
        else
            buffer_append_text(buffer, "\\ufffd");
    }
}

void json_append_string(struct buffer *buffer, const char *text, size_t length)
{
    buffer_append_character(buffer, '"');
    for (size_t at = 0; at < length;) {
        size_t run = plain_run(text + at, length - at);
        buffer_append(buffer, text + at, run);
        at += run;
        if (at < length)
            append_escaped(buffer, (unsigned char)text[at++]);
    }
    buffer_append_character(buffer, '"');
}

static size_t skip_space(const char *text, size_t at)
{
    while (text[at] == ' ' || text[at] == '\n' || text[at] == '\t' || text[at] == '\r')
        at++;
    return at;
}

static size_t trim_space(const char *text, size_t end)
{
    while (text[end - 1] == ' ' || text[end - 1] == '\n' || text[end - 1] == '\t' ||
           text[end - 1] == '\r')
        end--;
    return end;
}

bool json_split_event(const char *text, size_t length, struct buffer *name, const char **rest,
                      size_t *rest_length)
{
    if (!json_check(text, length, NULL))
        return false;
    size_t at = skip_space(text, 0);
    if (text[at] != '[')
        return false;
    at = skip_space(text, at + 1);
    if (text[at] != '"')
        return false;
    buffer_clear(name);
    at = skip_space(text, json_decode_string(text, at + 1, name) + 1);
    *rest = "";
    *rest_length = 0;
    if (text[at] == ',') {
        at = skip_space(text, at + 1);
        size_t end = trim_space(text, trim_space(text, length) - 1); /* before the bracket */
        *rest = text + at;
        *rest_length = end - at;
    }
    return true;
}
