#include "tests/bench/load/report.h"

#include <inttypes.h>
#include <stdio.h>

#include "tests/bench/load/instant.h"

static void finish(void)
{
    puts("}");
    fflush(stdout);
}

static void named(const char *name, uint32_t count, bool *first)
{
    if (!count)
        return;
    printf("%s\"%s\":%" PRIu32, *first ? "" : ",", name, count);
    *first = false;
}

static void refusals(const struct refusals *refusals)
{
    bool first = true;
    char name[16];

    for (uint32_t status = 0; status < CROWD_STATUSES; status++) {
        snprintf(name, sizeof name, "%" PRIu32, status);
        named(name, refusals->by_status[status], &first);
    }
    named("connect", refusals->connect, &first);
    named("closed", refusals->closed, &first);
    named("timeout", refusals->timeout, &first);
    named("packet", refusals->packet, &first);
    named("acknowledgement", refusals->acknowledgement, &first);
    named("malformed", refusals->malformed, &first);
}

void report_batch(const struct crowd *crowd)
{
    const struct batch *batch = &crowd->batch;
    double seconds = (double)(batch->ended_us - batch->began_us) / 1e6;

    printf("{\"opened\":%" PRIu32 ",\"failed\":%" PRIu32
           ",\"seconds\":%.6f,\"handshakes_per_second\":%.1f,\"refused\":{",
           batch->opened, batch->failed, seconds, seconds > 0 ? batch->opened / seconds : 0);
    refusals(&batch->refusals);
    printf("}");
    finish();
}

static void latency(const struct histogram *histogram)
{
    bool first = true;

    printf(",\"latency_us\":{\"p50\":%" PRId64 ",\"p90\":%" PRId64 ",\"p99\":%" PRId64
           ",\"p999\":%" PRId64 ",\"max\":%" PRId64 "},\"histogram\":[",
           histogram_quantile(histogram, 0.5), histogram_quantile(histogram, 0.9),
           histogram_quantile(histogram, 0.99), histogram_quantile(histogram, 0.999),
           histogram->max);
    for (size_t bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
        if (!histogram->buckets[bucket])
            continue;
        printf("%s[%" PRId64 ",%" PRIu64 "]", first ? "" : ",", histogram_upper(bucket),
               histogram->buckets[bucket]);
        first = false;
    }
    printf("]");
}

static void extremes(const struct crowd *crowd)
{
    uint64_t fewest = UINT64_MAX, most = 0;

    for (uint32_t i = 0; i < crowd->count; i++) {
        uint64_t count = crowd->clients[i].sequence.count;

        fewest = count < fewest ? count : fewest;
        most = count > most ? count : most;
    }
    printf(",\"fewest\":%" PRIu64 ",\"most\":%" PRIu64, crowd->count ? fewest : 0, most);
}

void report_tally(const struct crowd *crowd)
{
    const struct tally *tally = &crowd->tally;

    printf("{\"messages\":%" PRIu64 ",\"bytes\":%" PRIu64 ",\"clients\":%" PRIu32
           ",\"open\":%" PRIu32,
           tally->messages, tally->bytes, crowd->count, crowd->open);
    extremes(crowd);
    printf(",\"lost\":%" PRIu64 ",\"repeated\":%" PRIu64 ",\"disordered\":%" PRIu64, tally->lost,
           tally->repeated, tally->disordered);
    printf(",\"closed\":%" PRIu64 ",\"attempts\":%" PRIu64 ",\"reconnected\":%" PRIu64
           ",\"recovered\":%" PRIu64 ",\"lost_us\":%" PRId64 ",\"back_us\":%" PRId64,
           crowd->closed, crowd->attempts, crowd->reconnected, crowd->recovered, crowd->lost_us,
           crowd->back_us);
    latency(&tally->latency);
    printf(",\"first_us\":%" PRId64 ",\"last_us\":%" PRId64 ",\"cpu_us\":%" PRId64, tally->first_us,
           tally->last_us, instant_cpu_us() - crowd->cpu_us);
    finish();
}

void report_progress(const struct crowd *crowd)
{
    printf("{\"messages\":%" PRIu64 ",\"open\":%" PRIu32, crowd->tally.messages, crowd->open);
    finish();
}

void report_error(const char *text)
{
    printf("{\"error\":\"%s\"", text);
    finish();
}
