#include "shared/json_number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_EXPONENT = 324 };

/* PostgreSQL would write out every zero of 1e131071, and as many behind the point of 0e-16000:
 * eight bytes become 131 kB. */
bool json_number_in_range(const char *text, size_t length)
{
    char number[JSON_NUMBER_MAX_LENGTH + 1];
    memcpy(number, text, length);
    number[length] = '\0';
    const char *exponent = strpbrk(number, "eE");
    if (exponent != NULL && labs(strtol(exponent + 1, NULL, 10)) > MAX_EXPONENT)
        return false;
    return isfinite(strtod(number, NULL));
}
