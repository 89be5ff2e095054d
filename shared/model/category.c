#include "shared/model/category.h"

#include <string.h>

static const char *const names[CATEGORY_COUNT] = {
#define CATEGORY(id, name, what) [CATEGORY_##id] = name,
#include "shared/catalogue/categories.def"
};

bool category_parse(const char *text, size_t length, enum category *category)
{
    for (int candidate = 0; candidate < CATEGORY_COUNT; candidate++) {
        if (strlen(names[candidate]) == length && memcmp(names[candidate], text, length) == 0) {
            *category = (enum category)candidate;
            return true;
        }
    }
    return false;
}

unsigned categories_parse(const char *list)
{
    unsigned categories = 0;
    enum category category;

    while (list && *list) {
        size_t length = strcspn(list, ",");

        if (category_parse(list, length, &category))
            categories |= CATEGORY_BIT(category);
        list += length + (list[length] != '\0');
    }
    return categories;
}
