#include "shared/sandbox.h"

#include <errno.h>
#include <linux/netlink.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* The leak checker of test builds is a process that traces this one. */
#ifdef __SANITIZE_ADDRESS__
enum { CHECKED = true };
#else
enum { CHECKED = false };
#endif

enum {
    PUSHD = SANDBOX_PUSHD,
    FCGI = SANDBOX_FCGI,
    BOTH = PUSHD | FCGI,
    CONDITIONS = 2,
};

static const struct {
    unsigned programs;
    int call;
} calls[] = {
#define CALL(programs, name) {programs, SCMP_SYS(name)},
#include "shared/sandbox_calls.def"
#undef CALL
};

/* Allowed where all conditions hold; a call may have several rows. */
static const struct {
    unsigned programs;
    int call;
    unsigned count;
    struct scmp_arg_cmp conditions[CONDITIONS];
} bounded[] = {
#define IS(argument, value)                                                                        \
    {                                                                                              \
        argument, SCMP_CMP_EQ, (value), 0                                                          \
    }
#define HAS(argument, mask, value)                                                                 \
    {                                                                                              \
        argument, SCMP_CMP_MASKED_EQ, (mask), (value)                                              \
    }
    {BOTH, SCMP_SYS(socket), 1, {IS(0, AF_UNIX)}},
    {BOTH, SCMP_SYS(socket), 1, {IS(0, AF_INET)}},
    {BOTH, SCMP_SYS(socket), 1, {IS(0, AF_INET6)}},
    /* getaddrinfo asks which addresses the machine has */
    {BOTH, SCMP_SYS(socket), 2, {IS(0, AF_NETLINK), IS(2, NETLINK_ROUTE)}},
    {PUSHD, SCMP_SYS(socketpair), 1, {IS(0, AF_UNIX)}},
    {BOTH, SCMP_SYS(ioctl), 1, {IS(1, FIONBIO)}},
    {BOTH, SCMP_SYS(ioctl), 1, {IS(1, FIONREAD)}},
    /* never memory that may be both written and executed */
    {BOTH, SCMP_SYS(mmap), 1, {HAS(2, PROT_EXEC, 0)}},
    {BOTH, SCMP_SYS(mmap), 1, {HAS(2, PROT_WRITE | PROT_EXEC, PROT_EXEC)}},
    {BOTH, SCMP_SYS(mprotect), 1, {HAS(2, PROT_EXEC, 0)}},
    /* libcurl looks for names in a thread; nobody makes a process */
    {PUSHD, SCMP_SYS(clone), 1, {HAS(0, CLONE_THREAD, CLONE_THREAD)}},
    {BOTH, SCMP_SYS(prctl), 1, {IS(0, PR_SET_NAME)}},
    /* limits are asked for, not changed */
    {BOTH, SCMP_SYS(prlimit64), 2, {IS(0, 0), IS(2, 0)}},
};

/* What the sanitizers do at the end of a test build. */
static const int for_checks[] = {SCMP_SYS(clone),   SCMP_SYS(ptrace),  SCMP_SYS(wait4),
                                 SCMP_SYS(prctl),   SCMP_SYS(getppid), SCMP_SYS(kill),
                                 SCMP_SYS(getdents)};

void sandbox_close(void)
{
    if (!CHECKED)
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

/* A call that this machine's architecture does not have is no problem. */
static bool good(int result)
{
    return result == 0 || result == -EDOM || result == -EEXIST;
}

static bool add_calls(scmp_filter_ctx filter, enum sandbox_program program)
{
    bool added = true;
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        if ((calls[i].programs & program) != 0)
            added &= good(seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i].call, 0));
    for (size_t i = 0; i < sizeof bounded / sizeof bounded[0]; i++)
        if ((bounded[i].programs & program) != 0)
            added &= good(seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, bounded[i].call,
                                                 bounded[i].count, bounded[i].conditions));
    for (size_t i = 0; CHECKED && i < sizeof for_checks / sizeof for_checks[0]; i++)
        added &= good(seccomp_rule_add(filter, SCMP_ACT_ALLOW, for_checks[i], 0));
    /* raise() and abort(), and no signal to others */
    added &= good(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                                   (struct scmp_arg_cmp)IS(0, (scmp_datum_t)getpid())));
    /* its flags are behind a pointer: glibc then takes clone */
    return added && good(seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0));
}

bool sandbox_enter(enum sandbox_program program, const char **why)
{
    int result = -EINVAL;
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (filter != NULL && add_calls(filter, program)) {
        seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
        seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
        seccomp_attr_set(filter, SCMP_FLTATR_CTL_LOG, 1);
        seccomp_attr_set(filter, SCMP_FLTATR_API_SYSRAWRC, 1);
        result = seccomp_load(filter);
    }
    seccomp_release(filter);
    *why = result == 0 ? "" : strerror(-result);
    return result == 0;
}
