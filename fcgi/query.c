#include "fcgi/query.h"

#include <string.h>

#include "fcgi/problem.h"
#include "fcgi/word.h"
#include "shared/model/filter.h"
#include "shared/model/selection.h"

static bool find_word(const char *words, const char *name, struct word *word)
{
    while (word_next(&words, word))
        if (word->kind == WORD_QUERY && strcmp(word->name, name) == 0)
            return true;
    return false;
}

static bool is_repeated(const struct target *target, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(target->fields[i].name, target->fields[index].name) == 0)
            return true;
    return false;
}

static bool is_filter(enum word_type type)
{
    return type == TYPE_FILTER || type == TYPE_ONE;
}

static bool has_one_value(const struct selection *selection, const char *name)
{
    const char *const *values;
    for (enum channel channel = 0; channel < CHANNEL_COUNT; channel++)
        if (selection->filters[channel] &&
            filter_values(selection->filters[channel], name, &values) > 1)
            return false;
    return true;
}

/* selection_add_filter takes values with commas apart. */
static bool add_values(struct selection *selection, const struct target_field *field,
                       enum word_type type, struct problem *problem)
{
    struct error error = {0};
    if (!selection_add_filter(selection, field->name, field->value, &error))
        return problem_set(problem, error.code, field->name, "%s", error.detail);
    return type != TYPE_ONE || has_one_value(selection, field->name) ||
           problem_set(problem, ERROR_INVALID_VALUE, field->name, "%s: takes one value",
                       field->name);
}

static bool check_field(const struct target *target, size_t index, const struct word *word,
                        struct selection *selection, struct problem *problem)
{
    const struct target_field *field = &target->fields[index];
    if (word->type == TYPE_CHANNELS)
        return true;
    if (is_filter(word->type))
        return add_values(selection, field, word->type, problem);
    if (is_repeated(target, index))
        return problem_set(problem, ERROR_INVALID_VALUE, field->name, "%s: is given twice",
                           field->name);
    return type_accepts(word->type, field->value) ||
           problem_set(problem, ERROR_INVALID_VALUE, field->name, "%s: %s", field->name,
                       type_summary(word->type));
}

/* Before any filter: it goes to the channels that are named, wherever they stand in the query. */
static bool add_channels(const struct target *target, const char *words,
                         struct selection *selection, struct problem *problem)
{
    struct word word;
    struct error error = {0};
    for (size_t i = 0; i < target->field_count; i++) {
        const struct target_field *field = &target->fields[i];
        if (find_word(words, field->name, &word) && word.type == TYPE_CHANNELS &&
            !selection_add_channels(selection, field->value, &error))
            return problem_set(problem, error.code, field->name, "%s", error.detail);
    }
    return true;
}

bool query_check(const struct target *target, const char *words, struct selection *selection,
                 struct problem *problem)
{
    struct word word;
    if (!add_channels(target, words, selection, problem))
        return false;
    for (size_t i = 0; i < target->field_count; i++) {
        const char *name = target->fields[i].name;
        if (!find_word(words, name, &word))
            return problem_set(problem, ERROR_UNKNOWN_FIELD, name, "%s: unknown field", name);
        if (!check_field(target, i, &word, selection, problem))
            return false;
    }
    return true;
}

const char *query_value(const struct target *target, const struct word *word)
{
    for (size_t i = 0; i < target->field_count; i++)
        if (strcmp(target->fields[i].name, word->name) == 0)
            return target->fields[i].value;
    return type_fallback(word->type);
}
