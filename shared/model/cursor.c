#include "shared/model/cursor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char epoch_characters[] =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
enum { SHOWN_MAX = 100 };

static const char digits[] = "0123456789";

void cursor_format(char text[CURSOR_SIZE], const char *epoch, int64_t position)
{
    snprintf(text, CURSOR_SIZE, "%s.%lld", epoch, (long long)position);
}

bool cursor_parse(const char *text, struct cursor *cursor)
{
    size_t epoch_length = strspn(text, epoch_characters);
    const char *number = text + epoch_length + 1;
    size_t number_length;

    if (epoch_length == 0 || epoch_length >= EPOCH_SIZE || text[epoch_length] != '.')
        return false;
    number_length = strspn(number, digits);
    if (number_length == 0 || (number[0] == '0' && number_length > 1) ||
        (number[number_length] != '\0' && number[number_length] != '~'))
        return false;
    memcpy(cursor->epoch, text, epoch_length);
    cursor->epoch[epoch_length] = '\0';
    errno = 0;
    cursor->position = strtoll(number, NULL, 10);
    return errno == 0;
}

const char *cursor_key(const char *text)
{
    const char *mark = strchr(text, '~');

    return mark ? mark + 1 : NULL;
}

bool cursor_is_showable(const char *text)
{
    size_t length = 0;

    for (; text[length]; length++) {
        if (text[length] < ' ' || text[length] > '~' - 1 || length >= SHOWN_MAX)
            return false;
    }
    return true;
}
