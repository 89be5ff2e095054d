#include "pushd/jobs/probe_http.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <utlist.h>

#include "pushd/net/loop.h"
#include "shared/base/log.h"
#include "shared/base/memory.h"

enum { HEADERS_MAX = 65536, BODY_MAX = 4096 };

#define US_PER_MS INT64_C(1000)

#define CURL_CALLS(CALL)                                                                           \
    CALL(curl_global_init)                                                                         \
    CALL(curl_easy_init)                                                                           \
    CALL(curl_easy_setopt)                                                                         \
    CALL(curl_easy_getinfo)                                                                        \
    CALL(curl_easy_cleanup)                                                                        \
    CALL(curl_easy_strerror)                                                                       \
    CALL(curl_multi_init)                                                                          \
    CALL(curl_multi_setopt)                                                                        \
    CALL(curl_multi_assign)                                                                        \
    CALL(curl_multi_add_handle)                                                                    \
    CALL(curl_multi_remove_handle)                                                                 \
    CALL(curl_multi_socket_action)                                                                 \
    CALL(curl_multi_info_read)                                                                     \
    CALL(curl_multi_cleanup)

static struct {
#define CALL(name) __typeof__(name) *name;
    CURL_CALLS(CALL)
#undef CALL
} library;

/* a member called through a pointer must not be taken for libcurl's own macros of that name */
#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

struct probe_http {
    struct loop *loop;
    CURLM *multi;
    struct timer *timer;
    int64_t timeout_ms;
    struct request *requests;
};

struct request {
    struct probe_http *http;
    CURL *easy;
    probe_answered *answered;
    void *context;
    size_t header_bytes, body_bytes;
    struct request *prev, *next;
};

struct conversation { /* a socket of libcurl's */
    struct probe_http *http;
    curl_socket_t fd;
    struct watcher *watcher;
};

bool probe_http_load(void)
{
    static void *handle;

    if (handle)
        return true;
    handle = dlopen("libcurl.so.4", RTLD_LAZY | RTLD_LOCAL);
    if (!handle)
        return false;
#define CALL(name) *(void **)&library.name = dlsym(handle, #name);
    CURL_CALLS(CALL)
#undef CALL
    return library.curl_global_init(CURL_GLOBAL_NOTHING) == CURLE_OK;
}

static void *enough(void *made)
{
    if (!made) {
        log_write(LOG_ERROR_LEVEL, "Probe", "out of memory");
        abort();
    }
    return made;
}

static void end(struct request *request)
{
    DL_DELETE(request->http->requests, request);
    library.curl_multi_remove_handle(request->http->multi, request->easy);
    library.curl_easy_cleanup(request->easy);
    free(request);
}

static void finish(struct request *request, CURLcode result)
{
    probe_answered *answered = request->answered;
    void *context = request->context;
    bool whole =
        result == CURLE_OK || (result == CURLE_WRITE_ERROR && request->body_bytes > BODY_MAX);
    long status = 0;

    if (whole)
        library.curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &status);
    end(request);
    answered(context, (int)status, library.curl_easy_strerror(result));
}

static void collect(struct probe_http *http)
{
    CURLMsg *message;
    int left;

    while ((message = library.curl_multi_info_read(http->multi, &left))) {
        struct request *request = NULL;

        if (message->msg != CURLMSG_DONE)
            continue;
        library.curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &request);
        finish(request, message->data.result);
    }
}

static void act(struct probe_http *http, curl_socket_t fd, int events)
{
    int running;

    library.curl_multi_socket_action(http->multi, fd, events, &running);
    collect(http);
}

static void due(void *context)
{
    act(context, CURL_SOCKET_TIMEOUT, 0);
}

static void ready(void *context, unsigned events)
{
    struct conversation *conversation = context; /* may be gone after this */

    act(conversation->http, conversation->fd,
        (events & LOOP_READ ? CURL_CSELECT_IN : 0) | (events & LOOP_WRITE ? CURL_CSELECT_OUT : 0));
}

static int wants_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *known)
{
    struct probe_http *http = context;
    struct conversation *conversation = known;

    (void)easy;
    if (conversation)
        watcher_free(&conversation->watcher);
    if (what == CURL_POLL_REMOVE) {
        free(conversation);
        return 0;
    }
    if (!conversation) {
        conversation = memory_allocate(sizeof *conversation);
        conversation->http = http;
        conversation->fd = fd;
        library.curl_multi_assign(http->multi, fd, conversation);
    }
    conversation->watcher = watcher_create(http->loop, fd,
                                           (what & CURL_POLL_IN ? LOOP_READ : 0U) |
                                               (what & CURL_POLL_OUT ? LOOP_WRITE : 0U),
                                           ready, conversation);
    return 0;
}

static int wants_time(CURLM *multi, long timeout_ms, void *context)
{
    struct probe_http *http = context;

    (void)multi;
    if (timeout_ms < 0)
        timer_stop(http->timer);
    else
        timer_start(http->timer, timeout_ms * US_PER_MS);
    return 0;
}

static size_t header_came(char *bytes, size_t size, size_t count, void *context)
{
    struct request *request = context;

    (void)bytes;
    request->header_bytes += size * count;
    return request->header_bytes > HEADERS_MAX ? 0 : size * count;
}

static size_t body_came(char *bytes, size_t size, size_t count, void *context)
{
    struct request *request = context;

    (void)bytes;
    request->body_bytes += size * count;
    return request->body_bytes > BODY_MAX ? 0 : size * count;
}

struct probe_http *probe_http_create(struct loop *loop, int64_t timeout_ms)
{
    struct probe_http *http = memory_allocate(sizeof *http);

    http->loop = loop;
    http->timeout_ms = timeout_ms;
    http->timer = timer_make(loop, due, http);
    http->multi = enough(library.curl_multi_init());
    library.curl_multi_setopt(http->multi, CURLMOPT_SOCKETFUNCTION, wants_socket);
    library.curl_multi_setopt(http->multi, CURLMOPT_SOCKETDATA, http);
    library.curl_multi_setopt(http->multi, CURLMOPT_TIMERFUNCTION, wants_time);
    library.curl_multi_setopt(http->multi, CURLMOPT_TIMERDATA, http);
    return http;
}

void probe_http_free(struct probe_http **http)
{
    struct request *request, *following;

    if (!*http)
        return;
    DL_FOREACH_SAFE((*http)->requests, request, following)
        end(request);
    library.curl_multi_cleanup((*http)->multi);
    timer_free(&(*http)->timer);
    free(*http);
    *http = NULL;
}

static void set_up(const struct request *request, const char *url)
{
    CURL *easy = request->easy;

    library.curl_easy_setopt(easy, CURLOPT_URL, url);
    library.curl_easy_setopt(easy, CURLOPT_PRIVATE, request);
    library.curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    library.curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    library.curl_easy_setopt(easy, CURLOPT_USERAGENT, "bookly-pushd");
    library.curl_easy_setopt(easy, CURLOPT_PROXY, ""); /* none, whatever the environment says */
    library.curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    library.curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)request->http->timeout_ms);
    library.curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    /* a thread that still looks for a name is left behind: it would be waited for otherwise */
    library.curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    library.curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    library.curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    library.curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, header_came);
    library.curl_easy_setopt(easy, CURLOPT_HEADERDATA, request);
    library.curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, body_came);
    library.curl_easy_setopt(easy, CURLOPT_WRITEDATA, request);
}

void probe_http_get(struct probe_http *http, const char *url, probe_answered *answered,
                    void *context)
{
    struct request *request = memory_allocate(sizeof *request);

    request->http = http;
    request->answered = answered;
    request->context = context;
    request->easy = enough(library.curl_easy_init());
    set_up(request, url);
    DL_APPEND(http->requests, request);
    library.curl_multi_add_handle(http->multi, request->easy);
}
