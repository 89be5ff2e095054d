#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/sandbox.h"

enum { BOTH = SANDBOX_PUSHD | SANDBOX_FCGI };

static char *no_words[] = {NULL};

static long run_program(void)
{
    return syscall(SYS_execve, "/bin/true", no_words, no_words);
}
static long run_by_descriptor(void)
{
    return syscall(SYS_execveat, 0, "", no_words, no_words, 0x1000);
}
static long packet_socket(void)
{
    return socket(AF_PACKET, SOCK_RAW, 0);
}
static long audit_socket(void)
{
    return socket(AF_NETLINK, SOCK_RAW, 9);
}
static long listen_anew(void)
{
    return listen(0, 1);
}
static long writable_code(void)
{
    void *page = mmap(NULL, 4096, PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED ? -1 : 0;
}
static long data_to_code(void)
{
    static char page[8192];
    return mprotect((void *)(((uintptr_t)page + 4095) & ~(uintptr_t)4095), 4096, PROT_EXEC);
}
static long change_user(void)
{
    return syscall(SYS_setuid, 0);
}
static long change_limit(void)
{
    struct rlimit limit = {1024, 1024};
    return setrlimit(RLIMIT_CORE, &limit);
}
static long remove_file(void)
{
    return unlink("/nowhere/at/all");
}
static long change_mode(void)
{
    return chmod("/nowhere/at/all", 0777);
}
static long type_for_others(void)
{
    return syscall(SYS_ioctl, 0, 0x5412, "x"); /* TIOCSTI */
}
static long key_ring(void)
{
    return syscall(SYS_add_key, "user", "x", "x", 1, -2);
}
static long io_ring(void)
{
    return syscall(SYS_io_uring_setup, 1, NULL);
}
static long name_space(void)
{
    return unshare(CLONE_NEWUSER);
}
#ifndef __SANITIZE_ADDRESS__
static long new_process(void)
{
    return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}
static long trace_parent(void)
{
    return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
}
static long end_parent(void)
{
    return kill(getppid(), 0);
}
static long dumpable_again(void)
{
    return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}
#endif
static long read_of_others(void)
{
    return syscall(SYS_process_vm_readv, 1, NULL, 0, NULL, 0, 0);
}

static const struct {
    unsigned programs;
    const char *name;
    long (*call)(void);
} refused[] = {
#define REFUSED(programs, call)                                                                    \
    {                                                                                              \
        programs, #call, call                                                                      \
    }
    REFUSED(BOTH, run_program),    REFUSED(BOTH, run_by_descriptor), REFUSED(BOTH, packet_socket),
    REFUSED(BOTH, audit_socket),   REFUSED(BOTH, listen_anew),       REFUSED(BOTH, writable_code),
    REFUSED(BOTH, data_to_code),   REFUSED(BOTH, change_user),       REFUSED(BOTH, change_limit),
    REFUSED(BOTH, remove_file),    REFUSED(BOTH, change_mode),       REFUSED(BOTH, type_for_others),
    REFUSED(BOTH, key_ring),       REFUSED(BOTH, io_ring),           REFUSED(BOTH, name_space),
    REFUSED(BOTH, read_of_others),
#ifndef __SANITIZE_ADDRESS__
    REFUSED(BOTH, new_process),    REFUSED(BOTH, trace_parent),      REFUSED(BOTH, end_parent),
    REFUSED(BOTH, dumpable_again),
#endif
};

/* 0, or 1 after a line that says what was not as it should be. */
static int complain(const char *what)
{
    fprintf(stderr, "sandbox: %s: %s\n", what, strerror(errno));
    return 1;
}

static int in_child(int (*child)(enum sandbox_program), enum sandbox_program program)
{
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        const char *why;
        sandbox_close();
        _exit(sandbox_enter(program, &why) ? child(program) : complain(why));
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int try_refused(enum sandbox_program program)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        errno = 0;
        if ((refused[i].programs & program) != 0 && (refused[i].call() != -1 || errno != EPERM))
            return complain(refused[i].name);
    }
    return 0;
}

static void *of_thread(void *context)
{
    (void)context;
    errno = 0;
    return run_program() == -1 && errno == EPERM ? NULL : of_thread;
}

static int try_needed(enum sandbox_program program)
{
    struct addrinfo *found = NULL;
    pthread_t thread;
    void *wrong = of_thread;
    FILE *file = fopen("/proc/self/statm", "re");
    int problem;
    if (file == NULL || fclose(file) != 0)
        return complain("a file");
    problem = getaddrinfo("localhost", "5432", NULL, &found);
    if (problem != 0)
        return complain(gai_strerror(problem));
    freeaddrinfo(found);
    for (size_t size = 1; size < (size_t)1 << 26; size *= 4) {
        char *block = malloc(size);
        block = block ? realloc(block, 2 * size) : NULL;
        if (block == NULL)
            return complain("memory");
        free(block);
    }
    if (program == SANDBOX_FCGI)
        return 0;
    if ((errno = pthread_create(&thread, NULL, of_thread, NULL)) != 0)
        return complain("a thread");
    return pthread_join(thread, &wrong) == 0 && wrong == NULL ? 0 : complain("in a thread");
}

static int abort_here(enum sandbox_program program)
{
    (void)program;
    abort();
}

static void test_refuses(void **state)
{
    (void)state;
    assert_int_equal(in_child(try_refused, SANDBOX_PUSHD), 0);
    assert_int_equal(in_child(try_refused, SANDBOX_FCGI), 0);
}

static void test_lets_work(void **state)
{
    (void)state;
    assert_int_equal(in_child(try_needed, SANDBOX_PUSHD), 0);
    assert_int_equal(in_child(try_needed, SANDBOX_FCGI), 0);
}

/* Out of memory ends in abort(): it has to. */
static void test_lets_abort(void **state)
{
    (void)state;
    assert_int_equal(in_child(abort_here, SANDBOX_PUSHD), 128 + SIGABRT);
    assert_int_equal(in_child(abort_here, SANDBOX_FCGI), 128 + SIGABRT);
}

/* A filter that is there already stays: the second one only takes away. */
static int enter_again(enum sandbox_program program)
{
    const char *why = "";
    errno = 0;
    return !sandbox_enter(program, &why) && why[0] != '\0' ? 0 : complain(why);
}

static void test_says_why_not(void **state)
{
    (void)state;
    assert_int_equal(in_child(enter_again, SANDBOX_FCGI), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refuses),
        cmocka_unit_test(test_lets_work),
        cmocka_unit_test(test_lets_abort),
        cmocka_unit_test(test_says_why_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
