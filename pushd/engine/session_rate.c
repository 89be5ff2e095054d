/* How much a client may send: each packet, and each 4 kB of one, is paid for with a moment of the
 * future, and nobody may have spent more than five seconds ahead. So a burst of five seconds' worth
 * is fine, and one packet always is. */
#include "pushd/engine/session_private.h"
#include "pushd/net/loop.h"

enum { SECOND_US = 1000000, AHEAD_US = 5 * SECOND_US, PART_BYTES = 4096 };

bool session_rate_allows(struct session *session, size_t length)
{
    const struct engine *engine = session->engine;
    int64_t now_us = loop_now_us(engine->loop);
    size_t parts = 1 + length / PART_BYTES;

    if (engine->options.max_packets == 0)
        return true;
    if (session->paid_until_us < now_us)
        session->paid_until_us = now_us;
    if (session->paid_until_us - now_us >= AHEAD_US)
        return false;
    session->paid_until_us += (int64_t)(SECOND_US * parts / engine->options.max_packets);
    return true;
}
