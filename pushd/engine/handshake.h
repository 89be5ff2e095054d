/* What a client said when it came: the parts of its first request that matter later. */
#pragma once
#include <stdbool.h>

struct http_request;
struct selection;

enum { REQUEST_ID_SIZE = 33, HANDSHAKE_ADDRESS_SIZE = 46 };

/* One allocation; absent is NULL. */
struct handshake {
    const char *user_id;       /* ?userId=, decoded */
    const char *authorization; /* the header */
    const char *origin;
    const char *host;
    const char *cursor;                   /* ?cursor= */
    const char *ticket;                   /* ?ticket= */
    const char *last_event_id;            /* the header, or ?lastEventId= */
    const char *url;                      /* of an event stream: digest of path and query */
    struct selection *selection;          /* and its channels and filters, which may be taken out */
    char address[HANDSHAKE_ADDRESS_SIZE]; /* the client's, as the front server saw it */
    bool proxied;                         /* came through a trusted proxy */
    char request_id[REQUEST_ID_SIZE];
};

/* address is the peer's. The caller frees it with free(). */
struct handshake *handshake_create(const struct http_request *request);
