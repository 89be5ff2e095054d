#include "tests/unit/pushd/host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pushd/net/http.h"
#include "pushd/net/loop.h"

void host_begin(struct host *host, struct engine_options options)
{
    static const char *const paths[] = {"/socket.io", NULL};
    char error[200];

    options.paths = options.paths ? options.paths : paths;
    options.ping_interval_ms = options.ping_timeout_ms = 60000;
    options.max_payload = options.max_payload ? options.max_payload : 1000;
    options.max_queue_frames = options.max_queue_frames ? options.max_queue_frames : 64;
    options.max_queue_bytes = options.max_queue_bytes ? options.max_queue_bytes : 10000;
    host->loop = loop_create();
    host->server = http_server_create(host->loop, "127.0.0.1", 0, error, sizeof error);
    assert_non_null(host->server);
    host->engine = engine_create(host->loop, host->server, &options);
}

void host_end(struct host *host)
{
    engine_free(&host->engine);
    http_server_free(&host->server);
    loop_free(&host->loop);
}

void host_ignore(struct session *session, enum frame_kind kind, const char *bytes, size_t length)
{
    (void)session;
    (void)kind;
    (void)bytes;
    (void)length;
}
