#include "fcgi/value.h"

#include <string.h>

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

/* Matches text against a form whose `9` are digits; NULL, or where the form ended. */
static const char *match_form(const char *text, const char *form)
{
    for (; *form; form++, text++)
        if (*form == '9' ? !is_digit(*text) : *text != *form)
            return NULL;
    return text;
}

static int number_at(const char *text, size_t offset)
{
    return (text[offset] - '0') * 10 + text[offset + 1] - '0';
}

static bool is_date(const char *text)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year = number_at(text, 0) * 100 + number_at(text, 2);
    int month = number_at(text, 5), day = number_at(text, 8);
    if (year < 1 || month < 1 || month > 12 || day < 1)
        return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day <= days[month - 1] + (month == 2 && leap);
}

bool value_is_timestamp(const char *text)
{
    const char *rest = match_form(text, "9999-99-99T99:99:99");
    if (!rest || !is_date(text) || number_at(text, 11) > 23 || number_at(text, 14) > 59 ||
        number_at(text, 17) > 59)
        return false;
    if (*rest == '.') {
        size_t digits = strspn(rest + 1, "0123456789");
        if (digits == 0 || digits > 9)
            return false;
        rest += 1 + digits;
    }
    if (strcmp(rest, "Z") == 0)
        return true;
    const char *end = match_form(rest, *rest == '-' ? "-99:99" : "+99:99");
    return end && *end == '\0' && number_at(rest, 1) <= 15 && number_at(rest, 4) <= 59;
}

bool value_is_visible(const char *text, size_t max_length)
{
    size_t length = 0;
    for (; text[length]; length++)
        if (length >= max_length || text[length] < 0x21 || text[length] > 0x7e)
            return false;
    return length > 0;
}
