/* What the command line of bench_load says. */
#ifndef BENCH_LOAD_OPTIONS_H
#define BENCH_LOAD_OPTIONS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum wire { WIRE_SOCKETIO_WS, WIRE_SOCKETIO_POLLING, WIRE_WEBSOCKET, WIRE_RAW_POLLING };

enum { OPTIONS_AUTHORITY_SIZE = 64, OPTIONS_TARGET_SIZE = 1024, OPTIONS_SUBSCRIBE_SIZE = 4096 };

struct options {
    enum wire wire;
    struct sockaddr_in address;
    char authority[OPTIONS_AUTHORITY_SIZE]; /* host:port, as it goes into Host */
    char target[OPTIONS_TARGET_SIZE];       /* path and query */
    const char *name_space;                 /* Socket.IO's; "" is the root */
    const char *subscribe;                  /* NULL: none; %d is the client's key */
    const char *marker;
    char **tokens;
    size_t token_count;
    uint32_t clients, sources, opening, keys;
    uint32_t nap_us; /* sleeps so long after each turn that got messages; 0: not at all */
    bool consecutive, resume;
};

/* False: said on stderr what is wrong. Texts are those of argv, the tokens are owned. */
bool options_parse(struct options *options, int argc, char **argv);
void options_deinit(struct options *options);

/* NULL when there are no tokens. */
const char *options_token(const struct options *options, uint32_t client);

/* The text of --subscribe with its first %d replaced; false: it does not fit. */
bool options_subscribe(const struct options *options, uint32_t client, char *text, size_t size);

#endif
