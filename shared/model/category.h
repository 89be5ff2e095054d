/* Categories of notifications as a mask: bit N is row N of catalogue/categories.def. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

enum category {
#define CATEGORY(id, name, what) CATEGORY_##id,
#include "shared/catalogue/categories.def"
    CATEGORY_COUNT
};

#define CATEGORY_BIT(category) (1u << (category))

bool category_parse(const char *text, size_t length, enum category *category);
/* Out of names with commas between; what is no category is left out. NULL: none. */
unsigned categories_parse(const char *list);
