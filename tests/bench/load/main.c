/* bench_load: a crowd of Socket.IO or WebSocket clients in one process, that counts and measures
 * what it receives. The options are in options.c, the lines it obeys in orders.h. */
#include <sys/resource.h>

#include "tests/bench/load/crowd.h"
#include "tests/bench/load/options.h"
#include "tests/bench/load/orders.h"

int main(int argc, char **argv)
{
    struct options options;
    struct crowd crowd;
    struct rlimit limit;
    int status = 2;

    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (options_parse(&options, argc, argv)) {
        crowd_init(&crowd, &options);
        crowd_watch(&crowd, 0);
        orders_obey(&crowd);
        crowd_deinit(&crowd);
        status = 0;
    }
    options_deinit(&options);
    return status;
}
