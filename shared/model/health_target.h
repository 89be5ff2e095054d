/* What is asked whether it is alive, as an entry of SERVICE_HEALTH_URLS says it: name=URL. The URL
 * is http or https, printable ASCII as RFC 3986 has it, with a host, perhaps with user and
 * password, without a fragment. Pure. */
#pragma once
#include <stddef.h>

enum { HEALTH_TARGETS_MAX = 100, HEALTH_NAME_MAX = 100, HEALTH_URL_MAX = 2048 };

struct health_target { /* points into the entry */
    const char *name;  /* 1 to HEALTH_NAME_MAX characters, none of them a control character */
    size_t name_length;
    const char *url;
};

/* NULL: good. Else what is wrong, to be put behind "entry 3 "; never a part of the entry. */
const char *health_target_parse(const char *entry, struct health_target *target);
const char *health_url_problem(const char *url); /* likewise */
