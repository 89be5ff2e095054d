#include "shared/auth/access.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "shared/model/role.h"
#include "shared/settings.h"

/* The authority of an origin or of a Host header; points into the text. */
struct authority {
    const char *host;
    size_t host_length;
    unsigned port; /* 0: not written */
};

unsigned access_channel_roles(const struct settings *settings, enum channel channel)
{
    switch (channel) {
#define CHANNEL(id, name, setting, filters, summary)                                               \
    case CHANNEL_##id:                                                                             \
        return settings->setting;
#include "shared/catalogue/channels.def"
    default:
        return 0;
    }
}

bool access_allowed(unsigned allowed_roles, unsigned roles)
{
    return allowed_roles == ROLES_ANY || (allowed_roles & roles) != 0;
}

bool access_channel(const struct settings *settings, enum channel channel, unsigned roles)
{
    return access_allowed(access_channel_roles(settings, channel), roles);
}

static bool is_host_character(char character)
{
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') || strchr("-._", character) != NULL;
}

static size_t host_span(const char *text)
{
    size_t length = 0;
    if (text[0] == '[') {
        length = strspn(text + 1, "0123456789abcdefABCDEF:.") + 1;
        return length > 1 && text[length] == ']' ? length + 1 : 0;
    }
    while (text[length] != '\0' && is_host_character(text[length]))
        length++;
    return length;
}

/* host [ ":" port ], and nothing after it. */
static bool parse_authority(const char *text, struct authority *authority)
{
    size_t length = host_span(text);
    if (length == 0)
        return false;
    *authority = (struct authority){.host = text, .host_length = length};
    const char *rest = text + length;
    if (*rest == '\0')
        return true;
    size_t digits = strspn(rest + 1, "0123456789");
    if (*rest != ':' || digits < 1 || digits > 5 || rest[1 + digits] != '\0')
        return false;
    unsigned long port = strtoul(rest + 1, NULL, 10);
    authority->port = (unsigned)port;
    return port >= 1 && port <= 65535;
}

/* http or https only; the port is filled in. */
static bool parse_origin(const char *origin, struct authority *authority)
{
    unsigned port;
    if (strncasecmp(origin, "http://", 7) == 0) {
        port = 80;
        origin += 7;
    } else if (strncasecmp(origin, "https://", 8) == 0) {
        port = 443;
        origin += 8;
    } else {
        return false;
    }
    if (!parse_authority(origin, authority))
        return false;
    if (authority->port == 0)
        authority->port = port;
    return true;
}

static bool same_host(const struct authority *one, const struct authority *other)
{
    return one->host_length == other->host_length &&
           strncasecmp(one->host, other->host, one->host_length) == 0;
}

static bool same_origin(const char *one, const char *other)
{
    struct authority left, right;
    if (!parse_origin(one, &left) || !parse_origin(other, &right))
        return strcmp(one, other) == 0;
    bool same_scheme = strncasecmp(one, other, strcspn(one, ":") + 1) == 0;
    return same_scheme && left.port == right.port && same_host(&left, &right);
}

static bool is_origin_of_host(const char *origin, const char *host)
{
    struct authority left, right;
    if (host == NULL || !parse_origin(origin, &left) || !parse_authority(host, &right))
        return false;
    if (right.port == 0)
        right.port = strncasecmp(origin, "https:", 6) == 0 ? 443 : 80;
    return left.port == right.port && same_host(&left, &right);
}

bool access_origin(const struct settings *settings, const char *origin, const char *host)
{
    if (origin == NULL)
        return true;
    if (origin[0] == '\0' || strcasecmp(origin, "null") == 0)
        return false;
    for (size_t index = 0; index < settings->cors_origin.count; index++) {
        if (same_origin(origin, settings->cors_origin.items[index]))
            return true;
    }
    if (is_origin_of_host(origin, host))
        return true;
    struct authority ignored;
    return settings->cors_origin.count == 0 && settings_development(settings) &&
           parse_origin(origin, &ignored);
}

static bool is_this_machine(const struct authority *authority)
{
    static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
    for (size_t index = 0; index < sizeof names / sizeof names[0]; index++) {
        if (strlen(names[index]) == authority->host_length &&
            strncasecmp(names[index], authority->host, authority->host_length) == 0)
            return true;
    }
    return false;
}

/* The one spelling of an address; an IPv4 address inside IPv6 is shown as IPv4. */
static bool canonical_address(const char *text, char *address, size_t size)
{
    struct in_addr four;
    struct in6_addr six;
    if (inet_pton(AF_INET, text, &four) == 1)
        return inet_ntop(AF_INET, &four, address, (socklen_t)size) != NULL;
    if (inet_pton(AF_INET6, text, &six) != 1)
        return false;
    if (IN6_IS_ADDR_V4MAPPED(&six))
        return inet_ntop(AF_INET, &six.s6_addr[12], address, (socklen_t)size) != NULL;
    return inet_ntop(AF_INET6, &six, address, (socklen_t)size) != NULL;
}

bool access_development(const struct settings *settings, const char *host, const char *origin,
                        const char *address)
{
    struct authority authority;
    char canonical[INET6_ADDRSTRLEN];
    if (!settings_development(settings) || host == NULL || address == NULL)
        return false;
    if (!parse_authority(host, &authority) || !is_this_machine(&authority))
        return false;
    if (origin != NULL && (!parse_origin(origin, &authority) || !is_this_machine(&authority)))
        return false;
    return canonical_address(address, canonical, sizeof canonical) &&
           (strncmp(canonical, "127.", 4) == 0 || strcmp(canonical, "::1") == 0);
}

void access_address_block(const char *address, char *block, size_t size)
{
    struct in6_addr six;
    if (inet_pton(AF_INET6, address, &six) == 1) {
        memset(&six.s6_addr[8], 0, 8);
        inet_ntop(AF_INET6, &six, block, (socklen_t)size);
    } else {
        snprintf(block, size, "%s", address);
    }
}

static bool is_trusted(const struct settings *settings, const char *address)
{
    char canonical[INET6_ADDRSTRLEN];
    for (size_t index = 0; index < settings->trusted_proxies.count; index++) {
        if (canonical_address(settings->trusted_proxies.items[index], canonical,
                              sizeof canonical) &&
            strcmp(canonical, address) == 0)
            return true;
    }
    return false;
}

static bool last_entry(const char *list, char entry[INET6_ADDRSTRLEN])
{
    const char *comma = strrchr(list, ',');
    const char *start = comma == NULL ? list : comma + 1;
    start += strspn(start, " \t");
    size_t length = strcspn(start, " \t");
    if (length >= INET6_ADDRSTRLEN || start[length + strspn(start + length, " \t")] != '\0')
        return false;
    memcpy(entry, start, length);
    entry[length] = '\0';
    return true;
}

void access_client_address(const struct settings *settings, const char *peer,
                           const char *forwarded_for, char *address, size_t size)
{
    char entry[INET6_ADDRSTRLEN];
    address[0] = '\0';
    if (peer == NULL || !canonical_address(peer, address, size)) {
        address[0] = '\0';
        return;
    }
    if (forwarded_for == NULL || !is_trusted(settings, address))
        return;
    if (!last_entry(forwarded_for, entry) || !canonical_address(entry, address, size))
        address[0] = '\0';
}
