/* What came in: marked messages, their order within a client, and how long they were under way. */
#ifndef BENCH_LOAD_TALLY_H
#define BENCH_LOAD_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/bench/load/histogram.h"
#include "tests/bench/load/json_find.h"

/* One client's messages. {0, TALLY_NONE} before the first. */
struct sequence {
    uint64_t count;
    int64_t last; /* number */
};

#define TALLY_NONE INT64_MIN

struct tally {
    struct needle marker, number, time;
    bool consecutive;
    uint64_t messages, bytes; /* bytes: of their text, without frames and HTTP */
    uint64_t lost, repeated, disordered;
    int64_t first_us, last_us; /* CLOCK_REALTIME; 0: none yet */
    struct histogram latency;
};

/* `marker` is kept, not copied. Consecutive: numbers grow by one, else they only grow. */
void tally_init(struct tally *tally, const char *marker, bool consecutive);

/* Zeroes the counters; the sequences are the caller's. */
void tally_reset(struct tally *tally);

/* One message that came at now_us. False: it is not marked. */
bool tally_message(struct tally *tally, struct sequence *sequence, const char *text, size_t length,
                   int64_t now_us);

#endif
