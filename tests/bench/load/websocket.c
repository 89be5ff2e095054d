#include <stdio.h>
#include <string.h>

#include "tests/bench/load/scan.h"
#include "tests/bench/load/wires.h"

enum { HEAD_MAX = 8, MASK_SIZE = 4, CONTROL_MAX = 125 };

void websocket_connected(struct crowd *crowd, struct client *client)
{
    const struct options *options = crowd->options;
    const char *target = options->target;
    char request[OPTIONS_TARGET_SIZE + 512];
    int length = snprintf(request, sizeof request,
                          "GET %s%s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\n"
                          "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                          target,
                          options->wire == WIRE_WEBSOCKET ? ""
                          : strchr(target, '?')           ? "&EIO=4&transport=websocket"
                                                          : "?EIO=4&transport=websocket",
                          options->authority);

    crowd_send(client, request, (size_t)length);
}

/* One masked frame; the mask is zero, which masks nothing and is allowed. */
static void send_frame(struct client *client, unsigned opcode, const char *payload, size_t length)
{
    unsigned char frame[HEAD_MAX + CROWD_TEXT_SIZE] = {(unsigned char)(0x80 | opcode)};
    size_t head = length <= CONTROL_MAX ? 2 : 4;

    if (length > CROWD_TEXT_SIZE) {
        client->gone = true;
        return;
    }
    frame[1] = (unsigned char)(0x80 | (head == 2 ? length : CONTROL_MAX + 1));
    if (head == 4) {
        frame[2] = (unsigned char)(length >> 8);
        frame[3] = (unsigned char)length;
    }
    memset(frame + head, 0, MASK_SIZE);
    head += MASK_SIZE;
    memcpy(frame + head, payload, length);
    crowd_send(client, frame, head + length);
}

void websocket_say(struct crowd *crowd, struct client *client, const char *text, size_t length)
{
    (void)crowd;
    send_frame(client, SCAN_TEXT, text, length);
}

static size_t take_handshake(struct crowd *crowd, struct client *client, char *bytes, size_t length)
{
    struct scanned_answer answer;
    enum scan_result result = scan_answer(bytes, length, &answer);

    if (result == SCAN_INCOMPLETE)
        return 0;
    if (result == SCAN_MALFORMED)
        crowd_refused(client, &crowd->batch.refusals.malformed);
    else if (answer.status != 101)
        crowd_refused(client, &crowd->batch.refusals.by_status[answer.status % CROWD_STATUSES]);
    else if (crowd->options->wire == WIRE_WEBSOCKET)
        plain_began(crowd, client);
    else
        crowd_move(crowd, client, CLIENT_JOINING);
    return client->gone ? length : answer.size;
}

static void take_frame(struct crowd *crowd, struct client *client,
                       const struct scanned_frame *frame)
{
    if (frame->opcode == SCAN_TEXT)
        crowd->wire->hear(crowd, client, frame->payload, frame->length);
    else if (frame->opcode == SCAN_PING && frame->length <= CONTROL_MAX)
        send_frame(client, SCAN_PONG, frame->payload, frame->length);
    else if (frame->opcode != SCAN_PONG)
        crowd_refused(client, &crowd->batch.refusals.closed);
}

size_t websocket_take(struct crowd *crowd, struct client *client, char *bytes, size_t length)
{
    struct scanned_frame frame;
    size_t used = 0;

    if (client->state == CLIENT_UPGRADING && !(used = take_handshake(crowd, client, bytes, length)))
        return 0;
    while (!client->gone && used < length) {
        enum scan_result result = scan_frame(bytes + used, length - used, &frame);

        if (result == SCAN_INCOMPLETE)
            break;
        if (result == SCAN_MALFORMED) {
            crowd_refused(client, &crowd->batch.refusals.malformed);
            break;
        }
        used += frame.size;
        take_frame(crowd, client, &frame);
    }
    return client->gone ? length : used;
}
