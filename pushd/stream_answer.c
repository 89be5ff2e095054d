#include "pushd/stream_answer.h"

#include <stdlib.h>
#include <string.h>

#include "pushd/hub.h"
#include "shared/base/log.h"
#include "shared/db/database.h"

enum { ID, EVENT, CHANNEL, USER_ID, ROLE, KEY1, KEY2, KEY3, PAYLOAD, AGE_MS };

int64_t stream_answer_id(const struct database_answer *answer, int index)
{
    return strtoll(database_text(answer, index, ID), NULL, 10);
}

const char *stream_answer_control(const struct database_answer *answer, int index)
{
    const char *channel = database_text(answer, index, CHANNEL);

    return channel && strcmp(channel, "control") == 0 ? database_text(answer, index, EVENT) : NULL;
}

bool stream_answer_row(const struct database_answer *answer, int index, struct stream_row *row)
{
    const char *event = database_text(answer, index, EVENT);

    if (!event || stream_answer_control(answer, index))
        return false;
    *row = (struct stream_row){
        .id = stream_answer_id(answer, index),
        .user_id = database_text(answer, index, USER_ID),
        .role = database_text(answer, index, ROLE),
        .keys = {{database_text(answer, index, KEY1), database_text(answer, index, KEY2),
                  database_text(answer, index, KEY3)}},
        .payload = database_text(answer, index, PAYLOAD),
        .payload_length = database_length(answer, index, PAYLOAD),
    };
    if (push_parse(event, &row->push))
        return true;
    log_write(LOG_WARN_LEVEL, "Relay", "row %lld has an unknown event", (long long)row->id);
    return false;
}

const char *stream_answer_payload(const struct database_answer *answer, int index)
{
    return database_text(answer, index, PAYLOAD);
}

double stream_answer_age_ms(const struct database_answer *answer, int index)
{
    const char *age_ms = database_text(answer, index, AGE_MS);

    return age_ms ? strtod(age_ms, NULL) : 0;
}
