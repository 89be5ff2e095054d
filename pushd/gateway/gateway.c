#include "pushd/gateway/gateway.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "pushd/admin/admin.h"
#include "pushd/admin/health.h"
#include "pushd/clients/durable.h"
#include "pushd/clients/joining.h"
#include "pushd/clients/revocations.h"
#include "pushd/engine/engine.h"
#include "pushd/gateway/gateway_admission.h"
#include "pushd/gateway/gateway_control.h"
#include "pushd/gateway/gateway_peers.h"
#include "pushd/gateway/initial.h"
#include "pushd/gateway/periodic.h"
#include "pushd/jobs/figures.h"
#include "pushd/jobs/probe.h"
#include "pushd/jobs/rules.h"
#include "pushd/jobs/tasks.h"
#include "pushd/net/database_link.h"
#include "pushd/net/http.h"
#include "pushd/net/loop.h"
#include "pushd/peers/plain.h"
#include "pushd/peers/sse.h"
#include "pushd/stream/awaiting.h"
#include "pushd/stream/catchup.h"
#include "pushd/stream/delivery.h"
#include "pushd/stream/distributor.h"
#include "pushd/stream/relay.h"
#include "pushd/stream/ring.h"
#include "pushd/stream/subscriber.h"
#include "shared/auth/token.h"
#include "shared/base/buffer.h"
#include "shared/base/clock.h"
#include "shared/base/log.h"
#include "shared/base/memory.h"

enum {
    QUIET_ROWS = 1000,
    QUIET_INTERVAL_S = 300,
    MAX_ATTACHMENTS = 10,
    STALL_US = 500000,         /* without the stream, until clients are told */
    DRAIN_WRITES_US = 2000000, /* for rows of sessions that are not written yet */
    DRAIN_POLL_US = 5000
};

bool gateway_is_ready(const struct gateway *gateway)
{
    return !gateway->draining && relay_is_open(gateway->relay) &&
           distributor_is_ready(gateway->distributor) && gateway->knows_revocations &&
           gateway->knows_mutes && database_link_is_up(gateway->commands);
}

void gateway_advanced(struct gateway *gateway, int64_t position)
{
    if (gateway->stalled_since_ms)
        gateway_resumed(gateway);
    if (position - gateway->quiet_position >= QUIET_ROWS) {
        delivery_sync_quiet(gateway, position - QUIET_ROWS);
        gateway->quiet_position = position;
    }
}

static void quiet_due(void *context)
{
    struct gateway *gateway = context;

    timer_start(gateway->quiet, QUIET_INTERVAL_S * INT64_C(1000000));
    if (gateway_is_ready(gateway))
        delivery_sync_quiet(gateway, gateway->quiet_timed_position);
    gateway->quiet_timed_position = distributor_position(gateway->distributor);
}

/* --- the relay --- */

/* Another stream: nobody's place is one of it. */
static void began(void *context, const char *epoch, int64_t start, int64_t position,
                  const char *reason)
{
    struct gateway *gateway = context;
    struct subscriber *subscriber;
    char from[CURSOR_SIZE];

    DL_FOREACH(gateway->subscribers, subscriber) {
        catchup_end(gateway->catchup, subscriber);
    }
    cursor_format(from, distributor_ring(gateway->distributor)->epoch,
                  distributor_position(gateway->distributor));
    distributor_begin(gateway->distributor, epoch, start, position);
    gateway->quiet_position = gateway->quiet_timed_position = position;
    DL_FOREACH(gateway->subscribers, subscriber) {
        if (subscriber->accepted)
            subscriber_gap_from(subscriber, from, reason, position);
    }
}

static void row(void *context, const struct stream_row *read, double age_ms)
{
    struct gateway *gateway = context;

    distributor_add(gateway->distributor, read, age_ms);
    rules_row(gateway->rules, read);
}

static bool advanced(void *context, int64_t position)
{
    struct gateway *gateway = context;

    return distributor_advance(gateway->distributor, position);
}

static void relay_down(void *context)
{
    struct gateway *gateway = context;

    gateway->stalled_since_ms = clock_wall_ms();
    timer_start(gateway->stall, STALL_US);
}

static void refused(void *context)
{
    struct gateway *gateway = context;

    gateway->failed = true;
    loop_stop(gateway->loop);
}

/* --- set-up --- */

static void set_up_namespaces(struct gateway *gateway)
{
    gateway->namespaces[0] =
        (struct socketio_namespace){"/", WIRE_SOCKETIO_ROOT, &gateway_peer_handler};
    gateway->namespaces[1] = (struct socketio_namespace){
        gateway->settings->websocket_namespace, WIRE_SOCKETIO_NAMESPACE, &gateway_peer_handler};
    gateway->socketio =
        (struct socketio_options){gateway->namespaces, GATEWAY_NAMESPACES, MAX_ATTACHMENTS};
}

static void set_up_engine(struct gateway *gateway)
{
    static const char *const paths[] = {"/socket.io", "/api/v1/ws", NULL};
    const struct settings *settings = gateway->settings;
    const struct engine_options options = {
        .paths = paths,
        .plain_path = paths[1],
        .ping_interval_ms = settings->ping_interval_ms,
        .ping_timeout_ms = settings->ping_timeout_ms,
        .connect_timeout_ms = settings->connect_timeout_ms,
        .max_payload = (size_t)settings->max_payload,
        .max_sessions = (size_t)settings->max_connections,
        .max_proxied_sessions = (size_t)settings->front_max_connections,
        .max_per_address = (size_t)settings->max_per_address,
        .max_packets = (size_t)settings->max_packets,
        .max_queue_frames = (size_t)settings->max_queue_frames,
        .max_queue_bytes = (size_t)settings->max_queue_bytes,
        .handler = &socketio_session_handler,
        .plain_handler = &plain_session_handler,
        .stream_path = "/api/v1/sse",
        .stream_handler = &sse_session_handler,
        .peer_handler = &gateway_peer_handler,
        .identified = gateway_identified,
        .admit = gateway_admit,
        .cors_origin = gateway_cors_origin,
        .client_address = gateway_client_address,
        .address_block = gateway_address_block,
        .request_id = gateway_request_id,
        .context = gateway,
    };

    gateway->engine = engine_create(gateway->loop, gateway->http, &options);
}

static void set_up_parts(struct gateway *gateway)
{
    const struct relay_events relay_events = {
        .began = began,
        .row = row,
        .control = gateway_controlled,
        .advanced = advanced,
        .down = relay_down,
        .refused = refused,
        .context = gateway,
    };

    hub_init(&gateway->hub);
    gateway->revocations = revocations_create();
    gateway->distributor = distributor_create(gateway);
    gateway->catchup = catchup_create(gateway);
    gateway->durable = durable_create(gateway);
    gateway->awaiting = awaiting_create(gateway);
    gateway->joining = joining_create(gateway);
    gateway->periodic = periodic_create(gateway);
    gateway->probe = probe_create(gateway);
    gateway->initial = initial_create(gateway);
    gateway->tasks = tasks_create(gateway);
    gateway->rules = rules_create(gateway);
    gateway->quiet = timer_make(gateway->loop, quiet_due, gateway);
    gateway->stall = timer_make(gateway->loop, gateway_stalled, gateway);
    timer_start(gateway->quiet, QUIET_INTERVAL_S * INT64_C(1000000));
    set_up_namespaces(gateway);
    set_up_engine(gateway);
    gateway->figures = figures_create(gateway);
    health_add(gateway, gateway->http);
    gateway_connect(gateway);
    gateway->relay = relay_create(gateway->loop, gateway->settings, &relay_events);
}

struct gateway *gateway_create(struct settings *settings, struct loop *loop, char *error,
                               size_t error_size)
{
    struct gateway *gateway = memory_allocate(sizeof *gateway);

    gateway->settings = settings;
    gateway->loop = loop;
    gateway->started_us = clock_monotonic_us();
    gateway->daemon = (int)(random() & INT32_MAX);
    if (probe_check(settings, error, error_size))
        gateway->keys = token_keys_create(settings, error, error_size);
    if (gateway->keys)
        gateway->http = http_server_create(loop, settings->push_bind, (int)settings->push_port,
                                           error, error_size);
    if (gateway->http) {
        http_server_bound(gateway->http, (size_t)settings->push_max_waiting);
        gateway->admin = admin_create(gateway, error, error_size);
    }
    if (gateway->http && (gateway->admin || settings->push_admin_port == 0))
        set_up_parts(gateway);
    else
        gateway_free(&gateway);
    return gateway;
}

void gateway_free(struct gateway **gateway)
{
    if (!*gateway)
        return;
    admin_close((*gateway)->admin);
    engine_free(&(*gateway)->engine);
    relay_free(&(*gateway)->relay);
    database_link_free(&(*gateway)->commands);
    database_link_free(&(*gateway)->jobs);
    awaiting_free(&(*gateway)->awaiting);
    joining_free(&(*gateway)->joining);
    durable_free(&(*gateway)->durable);
    tasks_free(&(*gateway)->tasks);
    initial_free(&(*gateway)->initial);
    periodic_free(&(*gateway)->periodic);
    figures_free(&(*gateway)->figures);
    rules_free(&(*gateway)->rules);
    probe_free(&(*gateway)->probe);
    catchup_free(&(*gateway)->catchup);
    distributor_free(&(*gateway)->distributor);
    revocations_free(&(*gateway)->revocations);
    timer_free(&(*gateway)->quiet);
    timer_free(&(*gateway)->stall);
    timer_free(&(*gateway)->drained);
    hub_deinit(&(*gateway)->hub);
    tally_deinit(&(*gateway)->users);
    admin_free(&(*gateway)->admin);
    http_server_free(&(*gateway)->http);
    token_keys_free(&(*gateway)->keys);
    free(*gateway);
    *gateway = NULL;
}

/* Rows of sessions that wait to be written get a moment. */
static void drained(void *context)
{
    struct gateway *gateway = context;

    if (durable_is_idle(gateway->durable) || loop_now_us(gateway->loop) >= gateway->drain_until_us)
        loop_stop(gateway->loop);
    else
        timer_start(gateway->drained, DRAIN_POLL_US);
}

void gateway_drain(struct gateway *gateway)
{
    if (gateway->draining)
        return;
    gateway->draining = true;
    gateway->drained = timer_make(gateway->loop, drained, gateway);
    gateway->drain_until_us = loop_now_us(gateway->loop) + DRAIN_WRITES_US;
    log_write(LOG_INFO_LEVEL, "WebSocketGateway", "closing all clients for a restart");
    durable_flush(gateway->durable);
    http_server_stop_accepting(gateway->http);
    engine_drain(gateway->engine, CLOSE_RESTART, drained, gateway);
}
