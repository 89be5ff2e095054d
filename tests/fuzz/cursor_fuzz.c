/* A cursor has one spelling: what is accepted and written again is the same text, up to the resume
 * key. What may be shown has no key in it. The same bytes are read as what else is a short text. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "fcgi/etag.h"
#include "fcgi/value.h"
#include "shared/base/memory.h"
#include "shared/base/utf8.h"
#include "shared/model/category.h"
#include "shared/model/cursor.h"
#include "shared/model/event_type.h"
#include "shared/model/uuid.h"
#include "tests/fuzz/fuzz.h"

static void check_cursor(const char *text)
{
    const char *key = cursor_key(text);
    char again[CURSOR_SIZE];
    struct cursor cursor;

    assert(!key || key[-1] == '~');
    if (cursor_is_showable(text))
        assert(!key && strlen(text) <= 100);
    if (!cursor_parse(text, &cursor))
        return;
    assert(cursor.position >= 0 && cursor.epoch[0] != '\0');
    cursor_format(again, cursor.epoch, cursor.position);
    assert(strlen(again) == strcspn(text, "~") && strncmp(text, again, strlen(again)) == 0);
}

static void check_texts(const char *text)
{
    size_t length = strlen(text), characters, cut = utf8_cut(text, length, 20);
    char etag[ETAG_SIZE];

    assert(cut <= length && cut <= 20);
    if (utf8_count(text, length, &characters))
        assert(characters <= length && utf8_count(text, cut, &characters));
    if (uuid_is_valid(text))
        assert(length == 36);
    if (value_is_timestamp(text))
        assert(length >= 20 && length <= 36);
    if (value_is_visible(text, 30))
        assert(length >= 1 && length <= 30);
    etag_make(text, length, etag);
    assert(strlen(etag) == ETAG_SIZE - 1 && etag_matches(etag, etag));
    etag_matches(text, etag);
    categories_parse(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = memory_copy((const char *)data, size); /* with a NUL behind it */

    check_cursor(text);
    check_texts(text);
    free(text);
    return 0;
}
