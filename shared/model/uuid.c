#include "shared/model/uuid.h"

#include <ctype.h>
#include <stddef.h>

bool uuid_is_valid(const char *text)
{
    static const char pattern[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

    for (size_t i = 0; i < sizeof pattern - 1; i++) {
        if (pattern[i] == 'x' ? !isxdigit((unsigned char)text[i]) : text[i] != pattern[i])
            return false;
    }
    return text[sizeof pattern - 1] == '\0';
}
