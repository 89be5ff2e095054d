/* bookly-settings man | defaults: the settings as rows of bookly.conf(5), or as NAME=default lines,
 * from the one table that the programs have too. Used at build time; not installed. */
#include <stdio.h>
#include <string.h>

/* Text of a manual page: what troff would take for a sign of its own is escaped. */
static void put(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\\')
            fputs("\\e", stdout);
        else if (*text == '-')
            fputs("\\-", stdout);
        else
            putchar(*text);
    }
}

static void entry(const char *name, const char *type, const char *fallback, const char *bounds,
                  const char *summary)
{
    fputs(".TP\n.B ", stdout);
    put(name);
    fputs("\n\\&", stdout);
    put(summary);
    if (strcmp(type, "INTEGER") == 0)
        printf(" (%s)", bounds);
    fputs(".\n", stdout);
    if (*fallback == '\0') {
        fputs("Unset by default.\n", stdout);
        return;
    }
    fputs("Default: ", stdout);
    put(fallback);
    fputs(".\n", stdout);
}

int main(int count, char *values[])
{
    const char *form = count == 2 ? values[1] : "";

    if (strcmp(form, "man") == 0) {
#define SETTING(type, field, name, fallback, minimum, maximum, summary)                            \
    entry(name, #type, fallback, #minimum " to " #maximum, summary);
#include "shared/catalogue/settings.def"
        return 0;
    }
    if (strcmp(form, "defaults") == 0) {
#define SETTING(type, field, name, fallback, minimum, maximum, summary) puts(name "=" fallback);
#include "shared/catalogue/settings.def"
        return 0;
    }
    fputs("usage: bookly-settings man | defaults\n", stderr);
    return 2;
}
