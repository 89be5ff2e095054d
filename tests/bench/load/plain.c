#include <stdio.h>
#include <string.h>

#include "tests/bench/load/json_find.h"
#include "tests/bench/load/wires.h"

void plain_began(struct crowd *crowd, struct client *client)
{
    const struct options *options = crowd->options;
    const char *token = options_token(options, client->index);
    char text[CROWD_TEXT_SIZE];
    int length;

    if (options->wire != WIRE_WEBSOCKET || !options->subscribe) {
        crowd_opened(crowd, client);
        return;
    }
    crowd_move(crowd, client, CLIENT_SUBSCRIBING);
    if (token) {
        length =
            snprintf(text, sizeof text, "{\"event\":\"auth\",\"data\":{\"token\":\"%s\"}}", token);
        crowd->wire->say(crowd, client, text, (size_t)length);
    }
    if (!options_subscribe(options, client->index, text, sizeof text))
        client->gone = true;
    else
        crowd->wire->say(crowd, client, text, strlen(text));
}

void plain_hear(struct crowd *crowd, struct client *client, const char *text, size_t length)
{
    if (tally_message(&crowd->tally, &client->sequence, text, length, crowd->now_us) ||
        client->state != CLIENT_SUBSCRIBING || !memmem(text, length, "\"ack\":", 6))
        return;
    if (json_find_true(text, length, "success"))
        crowd_opened(crowd, client);
    else
        crowd_refused(client, &crowd->batch.refusals.acknowledgement);
}
