#include "fcgi/metrics_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fcgi/metrics.h"

enum { PATH_SIZE = 4200, CELLS_SIZE = METRIC_FCGI_COUNT * sizeof(uint64_t) };

static bool in_use;

static uint64_t mix_text(uint64_t digest, const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; at && *at; at++)
        digest = (digest ^ *at) * UINT64_C(0x100000001b3); /* FNV-1a */
    return digest;
}

static uint64_t mix_label(uint64_t digest, const struct metric_label *label)
{
    for (size_t place = 0; label->name && place < label->count; place++)
        digest = mix_text(digest, label->text(place));
    return digest;
}

static uint64_t mix_rows(uint64_t digest, const struct metric *rows, size_t count)
{
    for (size_t row = 0; row < count; row++) {
        digest = mix_text(digest, rows[row].name) + rows[row].cell;
        digest = mix_label(mix_label(digest, rows[row].first), rows[row].second);
    }
    return digest;
}

/* Says what each cell means. */
static uint64_t layout(void)
{
    size_t count;
    const struct metric *rows = metrics_shared_rows(&count);
    uint64_t digest = mix_rows(UINT64_C(0xcbf29ce484222325), rows, count);
    rows = metrics_fcgi_rows(&count);
    return mix_rows(digest, rows, count);
}

static int open_made(const char *path)
{
    struct stat status;
    int fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return -1;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size == (off_t)CELLS_SIZE)
        return fd;
    close(fd);
    errno = EINVAL;
    return -1;
}

/* Whole, or not there: it gets its name when it is ready. Whoever comes first has made it. */
static bool make(const char *path)
{
    char draft[PATH_SIZE];
    int fd, problem;
    snprintf(draft, sizeof draft, "%s.XXXXXX", path);
    fd = mkostemp(draft, O_CLOEXEC);
    if (fd < 0)
        return false;
    /* Reserved: a write to a hole on a full disk would be a signal. */
    problem = posix_fallocate(fd, 0, (off_t)CELLS_SIZE);
    if (problem == 0 && link(draft, path) != 0 && errno != EEXIST)
        problem = errno;
    unlink(draft);
    close(fd);
    errno = problem;
    return problem == 0;
}

static int open_cells(const char *path)
{
    char name[PATH_SIZE - 8];
    int length = snprintf(name, sizeof name, "%s-%016" PRIx64, path, layout());
    if (length < 0 || (size_t)length >= sizeof name) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int fd = open_made(name);
    return fd >= 0 || errno != ENOENT || !make(name) ? fd : open_made(name);
}

bool metrics_file_use(const char *path, const char **why)
{
    void *cells = MAP_FAILED;
    int fd = open_cells(path);
    if (fd >= 0)
        cells = mmap(NULL, CELLS_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    in_use = cells != MAP_FAILED;
    if (in_use)
        metrics_use(cells);
    else
        *why = strerror(errno);
    if (fd >= 0)
        close(fd);
    return in_use;
}

bool metrics_file_in_use(void)
{
    return in_use;
}
