/* Columns of answers that several places read, in the order of their statements in statements.def.
 */
#pragma once

/* STREAM_READ, STREAM_PAGE: rows of the stream. The last row of an answer has no event. */
enum stream_column {
    STREAM_ID,
    STREAM_EVENT,
    STREAM_CHANNEL,
    STREAM_USER,
    STREAM_ROLE,
    STREAM_KEY_1,
    STREAM_KEY_2,
    STREAM_KEY_3,
    STREAM_PAYLOAD,
    STREAM_AGE_MS
};

/* STREAM_BOUNDS */
enum bounds_column { BOUNDS_EPOCH, BOUNDS_HIGH, BOUNDS_LOW, BOUNDS_FLOOR };

/* STREAM_FIGURES */
enum figures_column { FIGURES_HIGH, FIGURES_IN_FLIGHT, FIGURES_PARTITIONS, FIGURES_AHEAD };

/* SESSION_FIND */
enum session_column {
    SESSION_PID,
    SESSION_SID,
    SESSION_USER,
    SESSION_WIRE,
    SESSION_SUBSCRIPTIONS,
    SESSION_ROLES,
    SESSION_TOKEN,
    SESSION_ISSUED,
    SESSION_EXPIRES,
    SESSION_URL,
    SESSION_DAEMON
};

/* TICKET_TAKE */
enum ticket_column { TICKET_USER, TICKET_ROLES, TICKET_ISSUED, TICKET_EXPIRES, TICKET_TOKEN };
