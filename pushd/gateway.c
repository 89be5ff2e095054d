#include "pushd/gateway.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "pushd/commands/command.h"
#include "pushd/database_link.h"
#include "pushd/engine.h"
#include "pushd/gateway_admission.h"
#include "pushd/http.h"
#include "pushd/identifier.h"
#include "pushd/identity.h"
#include "pushd/initial.h"
#include "pushd/loop.h"
#include "pushd/periodic.h"
#include "pushd/plain.h"
#include "pushd/relay.h"
#include "pushd/subscriber.h"
#include "shared/base/clock.h"
#include "shared/base/log.h"
#include "shared/base/memory.h"

enum { QUIET_ROWS = 1000, QUIET_INTERVAL_S = 300, MAX_ATTACHMENTS = 10 };

/* Slots of conflated pushes, see peer_send_conflated. */
enum { SLOT_DASHBOARD = 1, SLOT_DLQ = 2 };

static struct gateway *gateway_of(const struct peer *peer)
{
    return engine_context(session_engine(peer_session(peer)));
}

static void refuse(struct peer *peer, enum error_code code)
{
    const struct error error = {code, ""};

    peer_refuse(peer, &error);
}

static void connecting(struct peer *peer, const char *auth, size_t length)
{
    struct gateway *gateway = gateway_of(peer);
    const struct handshake *handshake = session_handshake(peer_session(peer));
    struct subscriber *subscriber;
    struct identity identity;
    char pid[IDENTIFIER_SIZE];
    enum error_code code;

    if (!gateway_is_ready(gateway)) {
        peer_close(peer, CLOSE_UNAVAILABLE);
        return;
    }
    code = identity_find(gateway->settings, gateway->keys, handshake, auth, length,
                         clock_wall_ms() / 1000, &identity);
    if (code != ERROR_NONE) {
        refuse(peer, code);
        return;
    }
    subscriber = subscriber_create(gateway, peer, &identity, peer_wire(peer));
    peer_set_context(peer, subscriber);
    identifier_make(pid);
    peer_accept(peer, pid);
    log_write(LOG_INFO_LEVEL, "WebSocketGateway",
              "WebSocket client connected: clientId=%s, userId=%s", peer_id(peer),
              subscriber->user_id);
    subscriber_sync_ready(subscriber);
}

static void event(struct peer *peer, const struct peer_event *received)
{
    command_dispatch(peer_context(peer), received);
}

static void gone(struct peer *peer, enum close_reason reason)
{
    struct subscriber *subscriber = peer_context(peer);

    if (!subscriber)
        return;
    log_write(LOG_INFO_LEVEL, "WebSocketGateway",
              "WebSocket client disconnected: clientId=%s, userId=%s, reason=%s", peer_id(peer),
              subscriber->user_id, close_reason_name(reason));
    peer_set_context(peer, NULL);
    subscriber_detach(&subscriber);
}

bool gateway_is_ready(const struct gateway *gateway)
{
    return !gateway->draining && relay_is_open(gateway->relay) &&
           database_link_is_up(gateway->commands);
}

void gateway_cursor(const struct gateway *gateway, char cursor[CURSOR_SIZE])
{
    cursor_format(cursor, relay_epoch(gateway->relay), relay_position(gateway->relay));
}

struct delivery {
    struct push_frame push_frame;
    int64_t position;
    unsigned slot; /* 0: not conflated */
};

static void deliver(struct subscriber *subscriber, void *context)
{
    struct delivery *delivery = context;
    struct frame *frame;

    if (!subscriber->peer)
        return;
    frame = push_frame_get(&delivery->push_frame, subscriber->wire);
    if (delivery->slot)
        peer_send_conflated(subscriber->peer, frame, delivery->slot);
    else
        peer_send(subscriber->peer, frame);
    subscriber->position = delivery->position;
}

static void delivery_init(struct delivery *delivery, const struct gateway *gateway, enum push push,
                          const char *payload, size_t length, const char *cursor)
{
    delivery->position = relay_position(gateway->relay);
    delivery->slot = 0;
    push_frame_init(&delivery->push_frame, push, payload, length, cursor,
                    gateway->settings->websocket_namespace);
}

void gateway_deliver(struct gateway *gateway, const struct stream_row *row)
{
    struct delivery delivery;
    char cursor[CURSOR_SIZE];

    gateway_cursor(gateway, cursor);
    delivery_init(&delivery, gateway, row->push, row->payload, row->payload_length, cursor);
    hub_visit_row(&gateway->hub, row, deliver, &delivery);
    push_frame_deinit(&delivery.push_frame);
}

void gateway_broadcast(struct gateway *gateway, enum push push, const char *payload, size_t length)
{
    struct delivery delivery;
    char cursor[CURSOR_SIZE];

    gateway_cursor(gateway, cursor);
    delivery_init(&delivery, gateway, push, payload, length, cursor);
    delivery.slot = push == PUSH_DLQ_STATS ? SLOT_DLQ : SLOT_DASHBOARD;
    hub_visit_channel(&gateway->hub, push_channel(push), deliver, &delivery);
    push_frame_deinit(&delivery.push_frame);
}

void gateway_sync_quiet(struct gateway *gateway, int64_t before)
{
    struct subscriber *subscriber;

    DL_FOREACH(gateway->subscribers, subscriber) {
        if (subscriber->position < before)
            subscriber_sync_ready(subscriber);
    }
}

static void row(void *context, const struct stream_row *read, double age_ms)
{
    struct gateway *gateway = context;

    gateway_deliver(gateway, read);
    periodic_measure(gateway->periodic, age_ms);
}

static void advanced(void *context, int64_t position)
{
    struct gateway *gateway = context;

    if (position - gateway->quiet_position >= QUIET_ROWS) {
        gateway_sync_quiet(gateway, position - QUIET_ROWS);
        gateway->quiet_position = position;
    }
}

static void quiet_due(void *context)
{
    struct gateway *gateway = context;

    timer_start(gateway->quiet, QUIET_INTERVAL_S * INT64_C(1000000));
    if (gateway_is_ready(gateway))
        gateway_sync_quiet(gateway, gateway->quiet_timed_position);
    gateway->quiet_timed_position = relay_position(gateway->relay);
}

static void commands_up(void *context)
{
    struct gateway *gateway = context;

    periodic_database_up(gateway->periodic);
}

static void commands_down(void *context)
{
    (void)context; /* pending answers were given; the link comes back by itself */
}

static const struct peer_handler peer_handler = {connecting, event, NULL, gone};

static void set_up_namespaces(struct gateway *gateway)
{
    gateway->namespaces[0] = (struct socketio_namespace){"/", WIRE_SOCKETIO_ROOT, &peer_handler};
    gateway->namespaces[1] = (struct socketio_namespace){gateway->settings->websocket_namespace,
                                                         WIRE_SOCKETIO_NAMESPACE, &peer_handler};
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
        .max_queue_frames = (size_t)settings->max_queue_frames,
        .max_queue_bytes = (size_t)settings->max_queue_bytes,
        .handler = &socketio_session_handler,
        .plain_handler = &plain_session_handler,
        .peer_handler = &peer_handler,
        .identified = gateway_identified,
        .admit = gateway_admit,
        .cors_origin = gateway_cors_origin,
        .client_address = gateway_client_address,
        .context = gateway,
    };

    gateway->engine = engine_create(gateway->loop, gateway->http, &options);
}

static void set_up_parts(struct gateway *gateway)
{
    const struct database_link_events link_events = {commands_up, commands_down, NULL, gateway};
    const struct relay_events relay_events = {row, advanced, gateway};

    hub_init(&gateway->hub);
    set_up_namespaces(gateway);
    set_up_engine(gateway);
    gateway_add_health(gateway);
    gateway->periodic = periodic_create(gateway);
    gateway->initial = initial_create(gateway);
    gateway->commands = database_link_create(gateway->loop, gateway->settings,
                                             "bookly-pushd commands", NULL, &link_events);
    gateway->relay = relay_create(gateway->loop, gateway->settings, &relay_events);
    gateway->quiet = timer_make(gateway->loop, quiet_due, gateway);
    timer_start(gateway->quiet, QUIET_INTERVAL_S * INT64_C(1000000));
}

struct gateway *gateway_create(struct settings *settings, struct loop *loop, char *error,
                               size_t error_size)
{
    struct gateway *gateway = memory_allocate(sizeof *gateway);

    gateway->settings = settings;
    gateway->loop = loop;
    gateway->started_us = clock_monotonic_us();
    gateway->keys = token_keys_create(settings, error, error_size);
    if (gateway->keys)
        gateway->http = http_server_create(loop, settings->push_bind, (int)settings->push_port,
                                           error, error_size);
    if (gateway->http)
        set_up_parts(gateway);
    else
        gateway_free(&gateway);
    return gateway;
}

void gateway_free(struct gateway **gateway)
{
    if (!*gateway)
        return;
    engine_free(&(*gateway)->engine);
    relay_free(&(*gateway)->relay);
    database_link_free(&(*gateway)->commands);
    initial_free(&(*gateway)->initial);
    periodic_free(&(*gateway)->periodic);
    timer_free(&(*gateway)->quiet);
    hub_deinit(&(*gateway)->hub);
    http_server_free(&(*gateway)->http);
    token_keys_free(&(*gateway)->keys);
    free(*gateway);
    *gateway = NULL;
}

static void drained(void *context)
{
    struct gateway *gateway = context;

    loop_stop(gateway->loop);
}

void gateway_drain(struct gateway *gateway)
{
    if (gateway->draining)
        return;
    gateway->draining = true;
    log_write(LOG_INFO_LEVEL, "WebSocketGateway", "closing all clients for a restart");
    http_server_stop_accepting(gateway->http);
    engine_drain(gateway->engine, CLOSE_RESTART, drained, gateway);
}
