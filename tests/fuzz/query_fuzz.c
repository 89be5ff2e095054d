/* A query, as both programs read it: what bookly.fcgi takes pushd takes, with the same values; what
 * was read and is written again is read as the same; no route takes what its words do not name. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "fcgi/problem.h"
#include "fcgi/query.h"
#include "fcgi/router.h"
#include "fcgi/target.h"
#include "fcgi/word.h"
#include "pushd/protocol/http1.h"
#include "shared/base/buffer.h"
#include "shared/base/memory.h"
#include "shared/base/utf8.h"
#include "shared/model/filter.h"
#include "shared/model/selection.h"
#include "tests/fuzz/fuzz.h"

static void check_problem(const struct problem *problem)
{
    size_t characters;

    assert(problem->error.code != ERROR_NONE && problem->error.detail[0] != '\0');
    assert(utf8_count(problem->error.detail, strlen(problem->error.detail), &characters));
    assert(utf8_count(problem->field, strlen(problem->field), &characters));
}

static bool is_first(const struct target *target, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(target->fields[i].name, target->fields[index].name) == 0)
            return false;
    return true;
}

/* The other program's reading of each field. */
static void compare(const char *query, const struct target *target)
{
    for (size_t i = 0; i < target->field_count; i++) {
        const struct target_field *field = &target->fields[i];
        struct http1_slice value;

        if (!*field->name || !is_first(target, i))
            continue;
        assert(http1_query_find(query, field->name, &value));
        char *decoded = memory_allocate(value.length + 1);

        assert(http1_decode(value, true, decoded) && strcmp(decoded, field->value) == 0);
        free(decoded);
    }
}

static void check_again(const struct target *target)
{
    struct buffer uri;
    struct target again;
    struct problem problem = {0};

    buffer_init(&uri);
    buffer_append_text(&uri, TARGET_PREFIX "/x?");
    for (size_t i = 0; i < target->field_count; i++) {
        target_append_encoded(&uri, target->fields[i].name);
        buffer_append_character(&uri, '=');
        target_append_encoded(&uri, target->fields[i].value);
        buffer_append_character(&uri, '&');
    }
    assert(target_parse(&again, uri.data, &problem) && again.field_count == target->field_count);
    for (size_t i = 0; i < target->field_count; i++) {
        assert(strcmp(again.fields[i].name, target->fields[i].name) == 0);
        assert(strcmp(again.fields[i].value, target->fields[i].value) == 0);
    }
    target_deinit(&again);
    buffer_deinit(&uri);
}

/* The words name the field, and where they take one value of it, there is one. */
static void check_field(const struct target *target, size_t index, const char *words)
{
    const struct target_field *field = &target->fields[index];
    struct word word;

    while (word_next(&words, &word) &&
           (word.kind != WORD_QUERY || strcmp(word.name, field->name) != 0))
        ;
    assert(word.kind == WORD_QUERY && strcmp(word.name, field->name) == 0);
    assert(word.type == TYPE_FILTER || word.type == TYPE_ONE || word.type == TYPE_CHANNELS ||
           (is_first(target, index) && type_accepts(word.type, field->value)));
}

static void check_route(const struct target *target, const char *words)
{
    struct selection selection;
    struct problem problem = {0};

    selection_init(&selection);
    selection.channels = (1u << CHANNEL_COUNT) - 1;
    if (query_check(target, words, &selection, &problem)) {
        for (size_t i = 0; i < target->field_count; i++)
            check_field(target, i, words);
    } else
        check_problem(&problem);
    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++)
        if (selection.filters[channel])
            filter_canonical(selection.filters[channel]);
    selection_deinit(&selection);
}

static void check_target(const char *query, const struct target *target)
{
    size_t count;
    const struct route *rows = router_rows(&count);

    assert(target->field_count <= TARGET_MAX_FIELDS);
    assert(strlen(query) > HTTP1_TARGET_MAX ||
           http1_query_valid((struct http1_slice){query, strlen(query)}));
    compare(query, target);
    check_again(target);
    for (size_t i = 0; i < count; i++)
        check_route(target, rows[i].arguments);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *query = memory_copy((const char *)data, size);
    struct target target;
    struct problem problem = {0};
    struct buffer uri;

    query[strcspn(query, "?")] = '\0';
    buffer_init(&uri);
    buffer_append_text(&uri, TARGET_PREFIX "/x?");
    buffer_append_text(&uri, query);
    if (target_parse(&target, uri.data, &problem))
        check_target(query, &target);
    else
        check_problem(&problem);
    target_deinit(&target);
    buffer_deinit(&uri);
    free(query);
    return 0;
}
