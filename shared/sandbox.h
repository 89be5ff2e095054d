/* What a program gives up, so that one who breaks into it, or sits beside it, gets little. */
#ifndef SHARED_SANDBOX_H
#define SHARED_SANDBOX_H

#include <stdbool.h>

enum sandbox_program { SANDBOX_PUSHD = 1, SANDBOX_FCGI = 2 };

/* Before anything secret is read: no core dump, nobody of the same user may trace the process or
 * read its memory and environment, and no program that it could start has more rights. */
void sandbox_close(void);

/* Once all is open that stays open: from here on the kernel refuses, with EPERM, every call that
 * is not in sandbox_calls.def for this program, in every thread. False with *why: the kernel
 * cannot do it, nothing has changed. */
bool sandbox_enter(enum sandbox_program program, const char **why);

#endif
