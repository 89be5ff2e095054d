#include "shared/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/memory.h"

/* -1 with errno set, or the bytes that came: at most size. */
static ssize_t read_all(int fd, char *bytes, size_t size)
{
    size_t used = 0;
    while (used < size) {
        ssize_t got = read(fd, bytes + used, size - used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        used += (size_t)got;
    }
    return (ssize_t)used;
}

char *file_read_text(const char *path, size_t max)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    char *text = memory_allocate(max + 2);
    ssize_t length = read_all(fd, text, max + 1);
    int problem = length < 0                                   ? errno
                  : (size_t)length > max                       ? EFBIG
                  : memchr(text, '\0', (size_t)length) != NULL ? EINVAL
                                                               : 0;
    close(fd);
    if (problem != 0) {
        free(text);
        errno = problem;
        return NULL;
    }
    return text;
}

char *file_read_secret(const char *path, size_t max)
{
    char *text = file_read_text(path, max);
    if (text == NULL)
        return NULL;
    size_t length = strlen(text);
    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r'))
        text[--length] = '\0';
    return text;
}
