/* Long polling over one connection a client: a poll, or, when there is something to say, a POST
 * before the next poll. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/load/json_find.h"
#include "tests/bench/load/scan.h"
#include "tests/bench/load/wires.h"

enum { REQUEST_SIZE = OPTIONS_TARGET_SIZE + CROWD_TEXT_SIZE + 512 };

static const char SEPARATOR = '\x1e';

static bool is_raw(const struct crowd *crowd)
{
    return crowd->options->wire == WIRE_RAW_POLLING;
}

/* "" or "?EIO=4&transport=polling&sid=…" */
static void query(const struct crowd *crowd, const struct client *client, char *text, size_t size)
{
    if (is_raw(crowd))
        *text = '\0';
    else
        snprintf(text, size, "%cEIO=4&transport=polling%s%s",
                 strchr(crowd->options->target, '?') ? '&' : '?', client->sid ? "&sid=" : "",
                 client->sid ? client->sid : "");
}

static void ask(struct crowd *crowd, struct client *client)
{
    const struct options *options = crowd->options;
    const char *token = is_raw(crowd) ? options_token(options, client->index) : NULL;
    char request[REQUEST_SIZE], parameters[2 * CLIENT_NAME_SIZE];
    const char *body = client->outbox;
    int length;

    query(crowd, client, parameters, sizeof parameters);
    client->posting = body != NULL;
    if (body)
        length = snprintf(request, sizeof request,
                          "POST %s%s HTTP/1.1\r\nHost: %s\r\nContent-Type: text/plain\r\n"
                          "Content-Length: %zu\r\n\r\n%s",
                          options->target, parameters, options->authority, strlen(body), body);
    else
        length = snprintf(request, sizeof request, "GET %s%s HTTP/1.1\r\nHost: %s\r\n%s%s%s\r\n",
                          options->target, parameters, options->authority,
                          token ? "Authorization: Bearer " : "", token ? token : "",
                          token ? "\r\n" : "");
    free(client->outbox);
    client->outbox = NULL;
    if ((size_t)length >= sizeof request)
        client->gone = true;
    else
        crowd_send(client, request, (size_t)length);
}

void polling_connected(struct crowd *crowd, struct client *client)
{
    ask(crowd, client);
    if (is_raw(crowd) && client->state != CLIENT_OPEN)
        plain_began(crowd, client);
}

void polling_say(struct crowd *crowd, struct client *client, const char *text, size_t length)
{
    size_t before = client->outbox ? strlen(client->outbox) : 0;
    char *outbox = realloc(client->outbox, before + length + 2);

    (void)crowd;
    if (!outbox)
        abort();
    client->outbox = outbox;
    if (before)
        outbox[before++] = SEPARATOR;
    memcpy(outbox + before, text, length);
    outbox[before + length] = '\0';
}

/* The first packet of a session names it. */
static void name_session(struct client *client, const char *body, size_t length)
{
    char sid[CLIENT_NAME_SIZE];

    if (json_find_text(body, length, "sid", sid, sizeof sid))
        client->sid = strdup(sid);
    else
        client->gone = true;
}

static void take_answer(struct crowd *crowd, struct client *client,
                        const struct scanned_answer *answer)
{
    const char *at = answer->body, *end = at + answer->length;

    if (answer->status != 200) {
        crowd_refused(client, &crowd->batch.refusals.by_status[answer->status % CROWD_STATUSES]);
        return;
    }
    if (client->posting)
        return;
    if (is_raw(crowd)) {
        crowd->wire->hear(crowd, client, at, answer->length);
        return;
    }
    if (!client->sid)
        name_session(client, at, answer->length);
    while (at < end && !client->gone) {
        size_t length = scan_packet(at, (size_t)(end - at));

        crowd->wire->hear(crowd, client, at, length);
        at += length + 1;
    }
}

size_t polling_take(struct crowd *crowd, struct client *client, char *bytes, size_t length)
{
    struct scanned_answer answer;
    enum scan_result result = scan_answer(bytes, length, &answer);

    if (result == SCAN_INCOMPLETE)
        return 0;
    if (result == SCAN_MALFORMED || answer.size < length) {
        crowd_refused(client, &crowd->batch.refusals.malformed);
        return length;
    }
    take_answer(crowd, client, &answer);
    if (client->gone)
        return length;
    if (answer.close)
        crowd_redial(crowd, client);
    else
        ask(crowd, client);
    return length;
}
