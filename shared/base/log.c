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

enum { MESSAGE_SIZE = 4096, PREFIX_SIZE = 128, LINE_SIZE = PREFIX_SIZE + MESSAGE_SIZE * 4 + 2 };

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

/* Bytes that are not UTF-8 are shown as \xNN like control characters: a log stays readable text. */
static size_t escape(char *line, const char *message, size_t length)
{
    size_t used = 0;
    for (size_t at = 0; at < length;) {
        size_t size = utf8_character(message + at, length - at);
        if (size > 0 && !utf8_is_control(message + at, size)) {
            memcpy(line + used, message + at, size);
            used += size;
            at += size;
            continue;
        }
        if (message[at] == '\n') {
            line[used++] = '\\';
            line[used++] = 'n';
        } else {
            used += (size_t)snprintf(line + used, 5, "\\x%02x", (unsigned char)message[at]);
        }
        at++;
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

    char time[CLOCK_ISO_SIZE];
    clock_iso(clock_wall_ms(), time);
    char line[LINE_SIZE];
    int prefix = snprintf(line, PREFIX_SIZE, "%s %s [%.64s] ", time, level_names[level], context);
    size_t used = (size_t)prefix;
    used += escape(line + used, message, length);
    line[used++] = '\n';
    write_all(line, used);
}
