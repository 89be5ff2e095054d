#include "shared/model/role.h"

#include <string.h>

#include "shared/base/buffer.h"

static const char *const names[ROLE_COUNT] = {
#define ROLE(id, name, who) [ROLE_##id] = name,
#include "shared/catalogue/roles.def"
};

bool role_parse(const char *text, size_t length, enum role *role)
{
    for (int candidate = 0; candidate < ROLE_COUNT; candidate++) {
        if (strlen(names[candidate]) == length && memcmp(names[candidate], text, length) == 0) {
            *role = (enum role)candidate;
            return true;
        }
    }
    return false;
}

const char *role_name(enum role role)
{
    return names[role];
}

static void append_names(struct buffer *buffer, unsigned roles)
{
    const char *separator = "";
    for (int role = 0; role < ROLE_COUNT; role++) {
        if ((roles & ROLE_BIT(role)) == 0)
            continue;
        buffer_append_format(buffer, "%s\"%s\"", separator, names[role]);
        separator = ",";
    }
}

void roles_append_array(struct buffer *buffer, unsigned roles)
{
    buffer_append_character(buffer, '{');
    append_names(buffer, roles);
    buffer_append_character(buffer, '}');
}

void roles_append_json(struct buffer *buffer, unsigned roles)
{
    buffer_append_character(buffer, '[');
    append_names(buffer, roles);
    buffer_append_character(buffer, ']');
}

unsigned roles_parse_array(const char *array)
{
    unsigned roles = 0;
    enum role role;

    while (array && *array) {
        size_t length = strcspn(array, "{},\"");

        if (role_parse(array, length, &role))
            roles |= ROLE_BIT(role);
        array += length + (array[length] != '\0');
    }
    return roles;
}
