#include <stdio.h>
#include <string.h>

#include "tests/bench/load/json_find.h"
#include "tests/bench/load/wires.h"

enum { PING = '2', MESSAGE = '4', NOOP = '6' };
enum { CONNECT = '0', DISCONNECT = '1', EVENT = '2', ACKNOWLEDGEMENT = '3', REFUSAL = '4' };

static void say(struct crowd *crowd, struct client *client, const char *text, int length)
{
    if (length < 0 || length >= CROWD_TEXT_SIZE)
        client->gone = true;
    else
        crowd->wire->say(crowd, client, text, (size_t)length);
}

/* "/x," as it stands in packets; "" for the root */
static const char *comma_of(const struct options *options)
{
    return *options->name_space ? "," : "";
}

static void connect_space(struct crowd *crowd, struct client *client)
{
    const struct options *options = crowd->options;
    const char *token = options_token(options, client->index);
    char text[CROWD_TEXT_SIZE], past[2 * CLIENT_NAME_SIZE + 32] = "";

    if (client->past && client->past->pid[0])
        snprintf(past, sizeof past, "%s\"pid\":\"%s\",\"offset\":\"%s\"", token ? "," : "",
                 client->past->pid, client->past->offset);
    if (client->state == CLIENT_UPGRADING)
        crowd_move(crowd, client, CLIENT_JOINING);
    say(crowd, client, text,
        snprintf(text, sizeof text, "40%s%s{%s%s%s%s}", options->name_space, comma_of(options),
                 token ? "\"token\":\"" : "", token ? token : "", token ? "\"" : "", past));
}

/* True: the session is the one that it was, by both of its names. */
static bool is_recovered(struct client *client, const char *json, size_t length)
{
    char sid[CLIENT_NAME_SIZE], pid[CLIENT_NAME_SIZE];
    bool recovered;

    if (!client->past)
        return false;
    json_find_text(json, length, "sid", sid, sizeof sid);
    json_find_text(json, length, "pid", pid, sizeof pid);
    recovered = client->opened && *pid && strcmp(pid, client->past->pid) == 0 &&
                strcmp(sid, client->past->sid) == 0;
    memcpy(client->past->sid, sid, sizeof sid);
    memcpy(client->past->pid, pid, sizeof pid);
    return recovered;
}

static void connected(struct crowd *crowd, struct client *client, const char *json, size_t length)
{
    const struct options *options = crowd->options;
    char text[CROWD_TEXT_SIZE], wish[OPTIONS_SUBSCRIBE_SIZE];
    bool recovered;

    if (client->state != CLIENT_JOINING)
        return;
    recovered = is_recovered(client, json, length);
    crowd->recovered += recovered;
    if (recovered || !options->subscribe) {
        crowd_opened(crowd, client);
        return;
    }
    if (!options_subscribe(options, client->index, wish, sizeof wish)) {
        client->gone = true;
        return;
    }
    crowd_move(crowd, client, CLIENT_SUBSCRIBING);
    say(crowd, client, text,
        snprintf(text, sizeof text, "42%s%s0%s", options->name_space, comma_of(options), wish));
}

static void acknowledged(struct crowd *crowd, struct client *client, const char *json,
                         size_t length)
{
    if (client->state != CLIENT_SUBSCRIBING)
        return;
    if (json_find_true(json, length, "success"))
        crowd_opened(crowd, client);
    else
        crowd_refused(client, &crowd->batch.refusals.acknowledgement);
}

static void event(struct crowd *crowd, struct client *client, const char *text, size_t length)
{
    char offset[CLIENT_NAME_SIZE];

    tally_message(&crowd->tally, &client->sequence, text, length, crowd->now_us);
    if (client->past && json_last_text(text, length, offset, sizeof offset))
        memcpy(client->past->offset, offset, sizeof offset);
}

/* A Socket.IO packet: the digit is gone, the name of the namespace is skipped where JSON is read */
static void packet(struct crowd *crowd, struct client *client, const char *text, size_t length)
{
    switch (*text) {
    case EVENT:
        event(crowd, client, text + 1, length - 1);
        break;
    case ACKNOWLEDGEMENT:
        acknowledged(crowd, client, text + 1, length - 1);
        break;
    case CONNECT:
        connected(crowd, client, text + 1, length - 1);
        break;
    case REFUSAL:
    case DISCONNECT:
        crowd_refused(client, &crowd->batch.refusals.packet);
        break;
    default:
        crowd_refused(client, &crowd->batch.refusals.malformed);
    }
}

void socketio_hear(struct crowd *crowd, struct client *client, const char *text, size_t length)
{
    if (length >= 2 && *text == MESSAGE)
        packet(crowd, client, text + 1, length - 1);
    else if (length >= 1 && *text == PING)
        crowd->wire->say(crowd, client, "3", 1);
    else if (length >= 2 && *text == CONNECT)
        connect_space(crowd, client);
    else if (length < 1 || *text != NOOP)
        crowd_refused(client, &crowd->batch.refusals.closed);
}
