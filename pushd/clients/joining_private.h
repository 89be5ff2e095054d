/* The inside of coming in, for joining*.c alone. */
#pragma once
#include "pushd/clients/joining.h"
#include "pushd/engine/identifier.h"
#include "shared/auth/token.h"
#include "shared/db/database.h"

struct subscriber;
struct timer;

struct joiner {
    struct joining *joining;
    struct subscriber *subscriber; /* held */
    struct identity identity;
    char *auth;
    size_t auth_length;
    char *cursor; /* the place it asks for, as it gave it, or NULL */
    char *offset; /* of one that resumes, or NULL */
    char pid[IDENTIFIER_SIZE];
    bool by_key; /* pid says who it is, too */
    struct joiner *next;
};

struct joining {
    struct gateway *gateway;
    struct joiner *first, **last; /* to be looked up */
    struct joiner *batch;         /* being looked up */
    struct timer *pace;
    int64_t not_before_us;
    int64_t floor; /* below it the stream is gone */
    bool busy;
};

void joiner_free(struct joiner *joiner);

/* joining.c */
void joining_look_up(struct joiner *joiner); /* its pid; goes on when the answer is there */

/* joining_identity.c: each ends in the next step, or in a refusal; the joiner is gone then */
void joining_refuse(struct joiner *joiner, enum error_code code);
void joining_unavailable(struct joiner *joiner);
/* Who it is is known: may it have one client more? False: it was closed. */
bool joining_admit(struct joiner *joiner);
/* By its ticket, or by its token. */
void joining_identify(struct joiner *joiner);
/* It shows the key of an event stream: is this the row of one? */
void joining_check_key(struct joiner *joiner, const struct database_answer *answer, int row);
/* Who it is is known, and it resumes nothing. */
void joining_open(struct joiner *joiner);
