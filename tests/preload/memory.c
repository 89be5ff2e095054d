/* Loaded into a program under test: lets one allocation fail. The file that FAULTS_FILE names says
 * which, counted from the SIGUSR2 after which it is read; 0: none. What was counted until then is
 * told on standard error. */
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* glibc's own, behind the names that this library takes */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);

enum { FRAMES = 32 };

static atomic_long counted;
static atomic_long failing;
static const char *file;

/* Tells on standard error who was refused. */
static bool fails(void)
{
    long number = atomic_fetch_add(&counted, 1) + 1;
    if (number != atomic_load(&failing))
        return false;
    void *frames[FRAMES];
    backtrace_symbols_fd(frames, backtrace(frames, FRAMES), STDERR_FILENO);
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
    return fails() ? NULL : __libc_realloc(block, size);
}

static void begin_again(int number)
{
    char text[32] = "", line[100];
    int before = errno, length, fd = open(file, O_RDONLY | O_CLOEXEC);
    (void)number;
    if (fd < 0 || read(fd, text, sizeof text - 1) < 0)
        _exit(99);
    close(fd);
    length = snprintf(line, sizeof line, "allocations: %ld, failing %ld: %s\n",
                      atomic_exchange(&counted, 0), atomic_load(&failing), text);
    atomic_store(&failing, strtol(text, NULL, 10));
    if (write(STDERR_FILENO, line, (size_t)length) != length)
        _exit(99);
    errno = before;
}

__attribute__((constructor)) static void begin(void)
{
    struct sigaction action;
    void *frame;
    backtrace(&frame, 1); /* loads what it needs */
    memset(&action, 0, sizeof action);
    file = getenv("FAULTS_FILE");
    action.sa_handler = begin_again;
    action.sa_flags = SA_RESTART;
    sigaction(SIGUSR2, &action, NULL);
}
