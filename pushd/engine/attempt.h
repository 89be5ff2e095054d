/* A request on one of the engine's paths while it is being answered: what every kind of client has
 * in common, from the preflight to the limits. For engine*_request.c alone. */
#pragma once
#include <stdbool.h>

#include "pushd/engine/handshake.h"
#include "shared/base/buffer.h"
#include "shared/model/error.h"

struct engine;
struct http_request;

struct attempt {
    struct engine *engine;
    struct http_request *request;
    bool upgrade, origin_allowed;
    struct buffer common;             /* header lines for every answer */
    char request_id[REQUEST_ID_SIZE]; /* "" until attempt_name */
};

void attempt_init(struct attempt *attempt, struct engine *engine, struct http_request *request);
void attempt_deinit(struct attempt *attempt);
/* Gives the request its id, which its answer (X-Request-Id), the log lines about its session and
 * the front server's log have in common: that of the request which opened the session, or NULL: the
 * one that the front server gave it, else a new one. Before anything is answered. */
void attempt_name(struct attempt *attempt, const char *request_id);

/* more: further header lines, or "" */
void attempt_answer(struct attempt *attempt, int status, const char *type, const char *more,
                    const char *body, size_t length);
void attempt_answer_json(struct attempt *attempt, int status, const char *more, const char *body);
/* As the error says; what is for a while gets a Retry-After. */
void attempt_refuse(struct attempt *attempt, const struct error *error);
/* Of an answer that refuses and is made elsewhere. */
void attempt_count_refused(struct attempt *attempt, enum error_code code);
void attempt_answer_preflight(struct attempt *attempt);

/* May this request begin (or continue) a session? */
bool attempt_admits(struct attempt *attempt, bool handshake, struct error *error);
/* A good upgrade; false: answered. */
bool attempt_is_upgrade(struct attempt *attempt);
/* Room for one more session; NULL: none. The caller owns the handshake. */
struct handshake *attempt_handshake(struct attempt *attempt, struct error *error);
