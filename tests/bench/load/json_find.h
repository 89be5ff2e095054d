/* Finds members in JSON text by their quoted name, without parsing it: quick, and enough for
 * messages whose publisher is this bench. The first member of that name counts, at any depth. A
 * blank after the colon is allowed, as jsonb prints it. Nothing here needs an ending '\0'. */
#ifndef BENCH_LOAD_JSON_FIND_H
#define BENCH_LOAD_JSON_FIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is looked for, with where it stood the last time: the messages of a fan-out are alike. */
struct needle {
    const char *text;
    size_t length, hint;
};

struct needle needle_make(const char *text);

/* Where the needle begins, or NULL. */
const char *needle_find(struct needle *needle, const char *text, size_t length);

/* The integer after the needle, which is `"name":`. False: not there, or no integer that fits. */
bool json_find_integer(struct needle *needle, const char *text, size_t length, int64_t *value);

/* Copies a string without escapes; false, and "" as the value: not there, or too long. */
bool json_find_text(const char *text, size_t length, const char *name, char *value, size_t size);

/* The same of the string that ends the array `[…,"here"]`. */
bool json_last_text(const char *text, size_t length, char *value, size_t size);

bool json_find_true(const char *text, size_t length, const char *name);

#endif
