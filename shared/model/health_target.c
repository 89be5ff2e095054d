#include "shared/model/health_target.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "shared/base/utf8.h"

static bool is_printable(const char *url)
{
    for (const unsigned char *at = (const unsigned char *)url; *at != '\0'; at++) {
        if (*at <= ' ' || *at >= 0x7F || strchr("\"<>\\^`{|}#", *at) != NULL)
            return false;
    }
    return true;
}

/* "", or ":" and a port */
static bool is_port(const char *text, size_t length)
{
    size_t digits = length > 0 ? strspn(text + 1, "0123456789") : 0;
    if (length == 0)
        return true;
    if (text[0] != ':' || digits != length - 1 || digits == 0 || digits > 5)
        return false;
    long port = strtol(text + 1, NULL, 10);
    return port >= 1 && port <= 65535;
}

static bool is_host(const char *text, size_t length)
{
    size_t host = 0;
    if (length > 0 && text[0] == '[') {
        host = 1 + strspn(text + 1, "0123456789abcdefABCDEF:.");
        return host > 1 && host < length && text[host] == ']' &&
               is_port(text + host + 1, length - host - 1);
    }
    while (host < length &&
           (strchr("-._~%", text[host]) != NULL || (text[host] >= '0' && text[host] <= '9') ||
            ((text[host] | 0x20) >= 'a' && (text[host] | 0x20) <= 'z')))
        host++;
    return host > 0 && is_port(text + host, length - host);
}

const char *health_url_problem(const char *url)
{
    size_t scheme = strncasecmp(url, "http://", 7) == 0    ? 7
                    : strncasecmp(url, "https://", 8) == 0 ? 8
                                                           : 0;
    if (scheme == 0)
        return "must have an address that begins with http:// or https://";
    if (strlen(url) > HEALTH_URL_MAX)
        return "has an address that is too long";
    if (!is_printable(url))
        return "has an address with a character that no address can have";
    const char *authority = url + scheme;
    size_t length = strcspn(authority, "/?");
    for (size_t at = length; at > 0; at--) {
        if (authority[at - 1] == '@') { /* what stands before it is user and password */
            authority += at;
            length -= at;
            break;
        }
    }
    return is_host(authority, length) ? NULL : "has an address without a good host or port";
}

static bool is_name(const char *name, size_t length)
{
    size_t characters;
    if (length == 0 || name[0] == ' ' || name[length - 1] == ' ' ||
        !utf8_count(name, length, &characters) || characters > HEALTH_NAME_MAX)
        return false;
    for (size_t at = 0, size; at < length; at += size) {
        size = utf8_character(name + at, length - at);
        if (utf8_is_control(name + at, size))
            return false;
    }
    return true;
}

const char *health_target_parse(const char *entry, struct health_target *target)
{
    size_t length = strcspn(entry, "=");
    if (entry[length] == '\0')
        return "must be name=http://host:port/path";
    *target = (struct health_target){entry, length, entry + length + 1};
    if (!is_name(entry, length))
        return "must have a name of 1 to 100 characters before the =";
    return health_url_problem(target->url);
}
