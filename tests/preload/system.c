/* Loaded into a program under test: a system that does less than was asked. Sockets and files take
 * and give a few bytes at a time, calls are interrupted, accept() finds no descriptor left, the
 * wall clock jumps. The file that FAULTS_FILE names says how, at each SIGUSR2: seconds that the
 * clock is off, 1 for short transfers, 1 for a lack of descriptors. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { LONGEST = 7, INTERRUPTED = 5, LACKING = 2 };

static atomic_long shift_s;
static atomic_bool is_short, is_lacking;
static atomic_uint calls, accepts;
static const char *file;

static bool is_stream(int fd)
{
    struct stat status;
    return fstat(fd, &status) == 0 && (S_ISSOCK(status.st_mode) || S_ISREG(status.st_mode));
}

/* False: the call is interrupted; else how much of it is done. */
static bool bound(int fd, size_t *size)
{
    unsigned call;
    if (!atomic_load(&is_short) || *size == 0 || !is_stream(fd))
        return true;
    call = atomic_fetch_add(&calls, 1);
    if (call % INTERRUPTED == 0) {
        errno = EINTR;
        return false;
    }
    if (*size > 1 + call % LONGEST)
        *size = 1 + call % LONGEST;
    return true;
}

ssize_t read(int fd, void *bytes, size_t size)
{
    return bound(fd, &size) ? syscall(SYS_read, fd, bytes, size) : -1;
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    return bound(fd, &size) ? syscall(SYS_write, fd, bytes, size) : -1;
}

ssize_t recv(int fd, void *bytes, size_t size, int flags)
{
    /* a look ahead sees what there is */
    return (flags & MSG_PEEK) != 0 || bound(fd, &size)
               ? syscall(SYS_recvfrom, fd, bytes, size, flags, NULL, NULL)
               : -1;
}

ssize_t send(int fd, const void *bytes, size_t size, int flags)
{
    return bound(fd, &size) ? syscall(SYS_sendto, fd, bytes, size, flags, NULL, 0) : -1;
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    for (int i = 0; atomic_load(&is_short) && i < count; i++)
        if (parts[i].iov_len > 0)
            return write(fd, parts[i].iov_base, parts[i].iov_len);
    return syscall(SYS_writev, fd, parts, count);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    for (size_t i = 0; atomic_load(&is_short) && i < message->msg_iovlen; i++)
        if (message->msg_iov[i].iov_len > 0)
            return send(fd, message->msg_iov[i].iov_base, message->msg_iov[i].iov_len, flags);
    return syscall(SYS_sendmsg, fd, message, flags);
}

int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags)
{
    if (atomic_load(&is_lacking) && atomic_fetch_add(&accepts, 1) % LACKING == 0) {
        errno = EMFILE;
        return -1;
    }
    return (int)syscall(SYS_accept4, fd, address, length, flags);
}

int accept(int fd, struct sockaddr *address, socklen_t *length)
{
    return accept4(fd, address, length, 0);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int result = (int)syscall(SYS_clock_gettime, clock, now);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += atomic_load(&shift_s);
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec precise;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &precise) != 0)
        return -1;
    *now = (struct timeval){precise.tv_sec, precise.tv_nsec / 1000};
    return 0;
}

time_t time(time_t *result)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (result != NULL)
        *result = now.tv_sec;
    return now.tv_sec;
}

static void change(int number)
{
    static const char said[] = "the system has changed\n";
    char text[64] = "", *end = text;
    int before = errno, fd = open(file, O_RDONLY | O_CLOEXEC);
    (void)number;
    if (fd < 0 || syscall(SYS_read, fd, text, sizeof text - 1) < 0)
        _exit(99);
    close(fd);
    atomic_store(&shift_s, strtol(end, &end, 10));
    atomic_store(&is_short, strtol(end, &end, 10) != 0);
    atomic_store(&is_lacking, strtol(end, &end, 10) != 0);
    if (syscall(SYS_write, STDERR_FILENO, said, sizeof said - 1) < 0)
        _exit(99);
    errno = before;
}

__attribute__((constructor)) static void begin(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    file = getenv("FAULTS_FILE");
    action.sa_handler = change;
    action.sa_flags = SA_RESTART;
    sigaction(SIGUSR2, &action, NULL);
}
