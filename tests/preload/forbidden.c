/* Loaded into a program under test: at SIGUSR1 it tries what somebody would who had broken in, and
 * says on standard error what came of each. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static char *const words[] = {"/bin/sh", "-c", "echo it ran >&2", NULL};

static void tell(const char *name, long result)
{
    char line[100];
    int length = snprintf(line, sizeof line, "tried %s: %s\n", name,
                          result >= 0      ? "done"
                          : errno == EPERM ? "refused"
                                           : strerror(errno));
    if (write(STDERR_FILENO, line, (size_t)length) != length)
        _exit(99);
}

static void try_all(int number)
{
    (void)number;
    tell("ptrace", ptrace(PTRACE_ATTACH, getppid(), NULL, NULL));
    tell("socket", socket(AF_PACKET, SOCK_RAW, 0));
    tell("fork", syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
    tell("kill", kill(getppid(), 0));
    tell("listen", listen(STDIN_FILENO, 1));
    tell("unlink", unlink("/nowhere/at/all"));
    tell("chmod", chmod("/nowhere/at/all", 0777));
    tell("setuid", setuid(0));
    tell("unshare", syscall(SYS_unshare, 0x10000000));
    tell("process_vm_readv", syscall(SYS_process_vm_readv, 1, NULL, 0, NULL, 0, 0));
    tell("execve", execve(words[0], words, NULL));
}

__attribute__((constructor)) static void begin(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = try_all;
    action.sa_flags = SA_RESTART;
    sigaction(SIGUSR1, &action, NULL);
}
