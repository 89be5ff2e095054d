#include "tests/bench/load/tally.h"

void tally_init(struct tally *tally, const char *marker, bool consecutive)
{
    *tally = (struct tally){
        .marker = needle_make(marker),
        .number = needle_make("\"n\":"),
        .time = needle_make("\"t\":"),
        .consecutive = consecutive,
    };
}

void tally_reset(struct tally *tally)
{
    tally_init(tally, tally->marker.text, tally->consecutive);
}

static void order(struct tally *tally, struct sequence *sequence, int64_t number)
{
    int64_t last = sequence->last;

    if (last != TALLY_NONE && number <= last) {
        tally->repeated += number == last;
        tally->disordered += number < last;
        return;
    }
    if (last != TALLY_NONE && tally->consecutive)
        tally->lost += (uint64_t)(number - last - 1);
    sequence->last = number;
}

bool tally_message(struct tally *tally, struct sequence *sequence, const char *text, size_t length,
                   int64_t now_us)
{
    int64_t value;

    if (!needle_find(&tally->marker, text, length))
        return false;
    tally->messages++;
    tally->bytes += length;
    sequence->count++;
    tally->last_us = now_us;
    if (!tally->first_us)
        tally->first_us = now_us;
    if (json_find_integer(&tally->number, text, length, &value))
        order(tally, sequence, value);
    if (json_find_integer(&tally->time, text, length, &value))
        histogram_add(&tally->latency, now_us - value);
    return true;
}
