/* GET requests that ask whether somebody is there: the door to libcurl, whose sockets and time-outs
 * the loop serves. Redirects are not followed, proxies of the environment not used, names resolved
 * in libcurl's threads, the body dropped; what is more than a few kilobytes of it is not waited
 * for. A request of its own connection each, so nothing is kept between them. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;
struct probe_http;

/* http_status 0: there was no whole answer, and problem, a constant text, says why. */
typedef void probe_answered(void *context, int http_status, const char *problem);

/* Loads the library, once a process: with all that it needs it would cost those who probe nothing
 * 0.6 MB. False: it is missing. */
bool probe_http_load(void);
struct probe_http *probe_http_create(struct loop *loop, int64_t timeout_ms); /* after loading */
/* Requests under way end without a word. Never waits, not even for a name. */
void probe_http_free(struct probe_http **http);
/* answered is called from the loop, once, at the time-out at the latest. url is copied. */
void probe_http_get(struct probe_http *http, const char *url, probe_answered *answered,
                    void *context);
