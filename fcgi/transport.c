#include "fcgi/transport.h"

#include <fcgiapp.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LISTENER = 0 };

static FCGX_Request current;
static volatile sig_atomic_t stopping;

static void stop(int signal_number)
{
    (void)signal_number;
    stopping = 1;
}

bool transport_open(void)
{
    /* without SA_RESTART: accept() has to come back and look */
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = stop;
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    return !FCGX_IsCGI() && FCGX_Init() == 0 &&
           FCGX_InitRequest(&current, LISTENER, FCGI_FAIL_ACCEPT_ON_INTR) == 0;
}

static bool is_waiting(void)
{
    struct pollfd listener = {.fd = LISTENER, .events = POLLIN};
    return poll(&listener, 1, 0) > 0;
}

/* What the web server has handed over is answered before we go: it would make an error of it. */
bool transport_accept(void)
{
    FCGX_Finish_r(&current);
    if (!stopping && FCGX_Accept_r(&current) == 0)
        return true;
    if (stopping && is_waiting() && FCGX_Accept_r(&current) == 0)
        return true;
    close(LISTENER); /* what comes now is refused, and goes to another program */
    return false;
}

const char *transport_parameter(const char *name)
{
    return FCGX_GetParam(name, current.envp);
}

size_t transport_read(char *bytes, size_t size)
{
    size_t length = 0;
    while (length < size) {
        size_t left = size - length;
        int got = FCGX_GetStr(bytes + length, left > INT_MAX ? INT_MAX : (int)left, current.in);
        if (got <= 0)
            break;
        length += (size_t)got;
    }
    return length;
}

bool transport_write(const char *bytes, size_t length)
{
    while (length > 0) {
        int put = FCGX_PutStr(bytes, length > INT_MAX ? INT_MAX : (int)length, current.out);
        if (put <= 0)
            return false;
        bytes += put;
        length -= (size_t)put;
    }
    /* Answer and end in one write: two would wake the web server twice. The end is written by
     * whichever of the two streams is closed last. */
    bool written = FCGX_FClose(current.err) == 0 && FCGX_FClose(current.out) == 0;
    /* Otherwise libfcgi waits for the web server to close first, lest what nobody has read takes
     * the answer with it; here all has been read. */
    if (FCGX_HasSeenEOF(current.in) == EOF)
        FCGX_Detach(&current);
    FCGX_Finish_r(&current);
    return written;
}
