#include "pushd/net/descriptors.h"

#include <limits.h>
#include <sys/resource.h>

enum { RESERVED = 64 };

void descriptors_bound(unsigned long most)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur > most) {
        limit.rlim_cur = most;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

int descriptors_for_clients(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > INT_MAX)
        return INT_MAX;
    /* of very few, half */
    return (int)(limit.rlim_cur > 2 * RESERVED ? limit.rlim_cur - RESERVED : limit.rlim_cur / 2);
}
