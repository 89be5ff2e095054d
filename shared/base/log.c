#include "shared/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/clock.h"
#include "shared/base/utf8.h"

enum {
    MESSAGE_SIZE = 4096,
    PREFIX_SIZE = 256, /* what goes around the message */
    ESCAPE_SIZE = 6,   /* \u0000 */
    LINE_SIZE = PREFIX_SIZE + MESSAGE_SIZE * ESCAPE_SIZE
};

static const char *const level_names[] = {
    [LOG_ERROR_LEVEL] = "error",
    [LOG_WARN_LEVEL] = "warn",
    [LOG_INFO_LEVEL] = "info",
    [LOG_DEBUG_LEVEL] = "debug",
};
enum { LEVEL_COUNT = sizeof(level_names) / sizeof(level_names[0]) };

/* The one piece of process-wide state: where lines go. */
static struct {
    int fd;
    char *path;
    enum log_level level;
    bool json;
    const char *request_id; /* or NULL */
    void (*written)(enum log_level level);
} output = {.fd = STDERR_FILENO, .level = LOG_INFO_LEVEL};

static int open_file(const char *path)
{
    return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
}

static void use(int fd)
{
    if (output.fd != STDERR_FILENO)
        close(output.fd);
    output.fd = fd;
}

bool log_open(const char *path, enum log_level level)
{
    char *copy = NULL;
    int fd = STDERR_FILENO;
    if (path != NULL && path[0] != '\0') {
        fd = open_file(path);
        if (fd < 0)
            return false;
        copy = strdup(path);
        if (copy == NULL) {
            close(fd);
            errno = ENOMEM;
            return false;
        }
    }
    use(fd);
    free(output.path);
    output.path = copy;
    output.level = level;
    return true;
}

void log_reopen(void)
{
    if (output.path == NULL)
        return;
    int fd = open_file(output.path);
    if (fd < 0)
        log_write(LOG_ERROR_LEVEL, "Log", "cannot reopen the log file: %s", strerror(errno));
    else
        use(fd);
}

bool log_level_parse(const char *text, enum log_level *level)
{
    for (int candidate = 0; candidate < LEVEL_COUNT; candidate++) {
        if (strcmp(text, level_names[candidate]) == 0) {
            *level = (enum log_level)candidate;
            return true;
        }
    }
    return false;
}

const char *log_level_name(enum log_level level)
{
    return level_names[level];
}

void log_as_json(bool json)
{
    output.json = json;
}

void log_about(const char *request_id)
{
    output.request_id = request_id;
}

void log_on_line(void (*written)(enum log_level level))
{
    output.written = written;
}

/* size: of the character, 0 for a byte that is no UTF-8. */
static size_t escape_in_text(char *line, const char *character, size_t size)
{
    size_t used = 0;
    if (*character == '\n') {
        memcpy(line, "\\n", 2);
        return 2;
    }
    for (size_t at = 0; at < (size > 0 ? size : 1); at++)
        used += (size_t)snprintf(line + used, 5, "\\x%02x", (unsigned char)character[at]);
    return used;
}

static size_t escape_in_json(char *line, const char *character, size_t size)
{
    unsigned code = size == 0 ? 0xFFFD : (unsigned char)character[0];
    if (*character == '"' || *character == '\\') {
        line[0] = '\\';
        line[1] = *character;
        return 2;
    }
    if (size == 2)
        code = (code & 0x1Fu) << 6 | ((unsigned char)character[1] & 0x3Fu);
    return (size_t)snprintf(line, ESCAPE_SIZE + 1, "\\u%04x", code);
}

/* What is not UTF-8 is shown like control characters, so that a log stays readable text. */
static size_t escape(char *line, const char *message, size_t length)
{
    size_t used = 0;
    for (size_t at = 0; at < length;) {
        size_t size = utf8_character(message + at, length - at);
        bool plain = size > 0 && !utf8_is_control(message + at, size) &&
                     !(output.json && (message[at] == '"' || message[at] == '\\'));
        if (plain)
            memcpy(line + used, message + at, size);
        used += plain         ? size
                : output.json ? escape_in_json(line + used, message + at, size)
                              : escape_in_text(line + used, message + at, size);
        at += size > 0 ? size : 1;
    }
    return used;
}

static void write_all(const char *line, size_t length)
{
    while (length > 0) {
        ssize_t written = write(output.fd, line, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return;
        line += written;
        length -= (size_t)written;
    }
}

static size_t begin_line(char *line, enum log_level level, const char *context)
{
    const char *id = output.request_id != NULL ? output.request_id : "";
    char time[CLOCK_ISO_SIZE];
    int length;
    clock_iso(clock_wall_ms(), time);
    if (output.json)
        length = snprintf(line, PREFIX_SIZE,
                          "{\"time\":\"%s\",\"level\":\"%s\",\"context\":\"%.64s\","
                          "%s%.32s%s\"message\":\"",
                          time, level_names[level], context, *id ? "\"requestId\":\"" : "", id,
                          *id ? "\"," : "");
    else
        length = snprintf(line, PREFIX_SIZE, "%s %s %s%.32s%s[%.64s] ", time, level_names[level],
                          *id ? "request=" : "", id, *id ? " " : "", context);
    return (size_t)length;
}

static size_t end_line(char *line)
{
    const char *end = output.json ? "\"}\n" : "\n";
    size_t length = strlen(end);
    memcpy(line, end, length);
    return length;
}

void log_write(enum log_level level, const char *context, const char *format, ...)
{
    if (level > output.level)
        return;
    char message[MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    int wanted = vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (wanted < 0)
        return;
    size_t length = strlen(message);

    char line[LINE_SIZE];
    size_t used = begin_line(line, level, context);
    used += escape(line + used, message, length);
    used += end_line(line + used);
    write_all(line, used);
    if (output.written != NULL)
        output.written(level);
}
