#include "pushd/stream/stream_answer.h"

#include <stdlib.h>
#include <string.h>

#include "pushd/stream/hub.h"
#include "shared/base/log.h"
#include "shared/db/columns.h"
#include "shared/db/database.h"

int64_t stream_answer_id(const struct database_answer *answer, int index)
{
    return database_number(answer, index, STREAM_ID);
}

const char *stream_answer_control(const struct database_answer *answer, int index)
{
    const char *channel = database_text(answer, index, STREAM_CHANNEL);

    return channel && strcmp(channel, "control") == 0 ? database_text(answer, index, STREAM_EVENT)
                                                      : NULL;
}

bool stream_answer_row(const struct database_answer *answer, int index, struct stream_row *row)
{
    const char *event = database_text(answer, index, STREAM_EVENT);

    if (!event || stream_answer_control(answer, index))
        return false;
    *row = (struct stream_row){
        .id = stream_answer_id(answer, index),
        .user_id = database_text(answer, index, STREAM_USER),
        .role = database_text(answer, index, STREAM_ROLE),
        .keys = {{database_text(answer, index, STREAM_KEY_1),
                  database_text(answer, index, STREAM_KEY_2),
                  database_text(answer, index, STREAM_KEY_3)}},
        .payload = database_text(answer, index, STREAM_PAYLOAD),
        .payload_length = database_length(answer, index, STREAM_PAYLOAD),
    };
    if (push_parse(event, &row->push) && row->payload)
        return true;
    log_write(LOG_WARN_LEVEL, "Relay", "row %lld has %s", (long long)row->id,
              row->payload ? "an unknown event" : "no payload: its event was deleted");
    return false;
}

const char *stream_answer_payload(const struct database_answer *answer, int index)
{
    return database_text(answer, index, STREAM_PAYLOAD);
}

double stream_answer_age_ms(const struct database_answer *answer, int index)
{
    const char *age_ms = database_text(answer, index, STREAM_AGE_MS);

    return age_ms ? strtod(age_ms, NULL) : 0;
}
