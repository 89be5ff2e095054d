/* Roles as a mask: bit N is row N of catalogue/roles.def. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct buffer;

enum role {
#define ROLE(id, name, who) ROLE_##id,
#include "shared/catalogue/roles.def"
    ROLE_COUNT
};

#define ROLE_BIT(role) (1u << (role))
#define ROLES_ANY (~0u) /* any user, with or without a role */

bool role_parse(const char *text, size_t length, enum role *role);
const char *role_name(enum role role);
void roles_append_array(struct buffer *buffer,
                        unsigned roles); /* {"STUDENT","SERVICE"}: a PostgreSQL text[] literal */
void roles_append_json(struct buffer *buffer, unsigned roles); /* ["STUDENT","SERVICE"] */
/* Out of the literal; what is no role is left out. NULL: none. */
unsigned roles_parse_array(const char *array);
