/* Log lines, one each, as text
 *   2025-01-05T10:00:00.000Z level [Context] message
 *   2025-01-05T10:00:00.000Z level request=id [Context] message
 * or as JSON: {"time","level","context","message","requestId"?}. Control characters in the message
 * are escaped, so a value from outside never breaks a line in two. */
#pragma once
#include <stdbool.h>

enum log_level { LOG_ERROR_LEVEL, LOG_WARN_LEVEL, LOG_INFO_LEVEL, LOG_DEBUG_LEVEL };

/* path NULL or "": standard error. False with errno set when it cannot be opened. */
bool log_open(const char *path, enum log_level level);
void log_reopen(void); /* after rotation */
bool log_level_parse(const char *text, enum log_level *level);
const char *log_level_name(enum log_level level);
void log_as_json(bool json); /* instead of text */
/* The lines from now on are about the request of this id, which the front server logs as well;
 * NULL: about none. Kept by reference. */
void log_about(const char *request_id);
/* Called for each line that was written. */
void log_on_line(void (*written)(enum log_level level));
void log_write(enum log_level level, const char *context, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
