#include "fcgi/query.h"

#include <string.h>

#include "fcgi/problem.h"
#include "fcgi/word.h"
#include "shared/model/filter.h"

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

/* filter_add takes values with commas apart. */
static bool add_values(struct filter *filter, const struct target_field *field, enum word_type type,
                       struct problem *problem)
{
    struct error error = {0};
    const char *const *values;
    if (!filter_add(filter, field->name, field->value, &error))
        return problem_set(problem, error.code, field->name, "%s", error.detail);
    return type != TYPE_ONE || filter_values(filter, field->name, &values) == 1 ||
           problem_set(problem, ERROR_INVALID_VALUE, field->name, "%s: takes one value",
                       field->name);
}

static bool check_field(const struct target *target, size_t index, const struct word *word,
                        struct filter *filter, struct problem *problem)
{
    const struct target_field *field = &target->fields[index];
    if (word->type == TYPE_FILTER || word->type == TYPE_ONE)
        return add_values(filter, field, word->type, problem);
    if (is_repeated(target, index))
        return problem_set(problem, ERROR_INVALID_VALUE, field->name, "%s: is given twice",
                           field->name);
    return type_accepts(word->type, field->value) ||
           problem_set(problem, ERROR_INVALID_VALUE, field->name, "%s: %s", field->name,
                       type_summary(word->type));
}

bool query_check(const struct target *target, const char *words, enum channel channel,
                 struct filter **filter, struct problem *problem)
{
    struct word word;
    for (size_t i = 0; i < target->field_count; i++) {
        const char *name = target->fields[i].name;
        if (!find_word(words, name, &word))
            return problem_set(problem, ERROR_UNKNOWN_FIELD, name, "%s: unknown field", name);
        if (!*filter && (word.type == TYPE_FILTER || word.type == TYPE_ONE))
            *filter = filter_create(channel);
        if (!check_field(target, i, &word, *filter, problem))
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
