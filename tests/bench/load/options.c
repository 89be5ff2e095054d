#include "tests/bench/load/options.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_CLIENTS = 1000000, MOST_SOURCES = 200, MOST_NAP_US = 999999 };

static const char USAGE[] =
    "usage: bench_load --url URL --wire WIRE --clients N [--sources K] [--tokens FILE]\n"
    "  [--namespace /x] [--subscribe TEXT] [--keys K] [--opening W] [--marker TEXT]\n"
    "  [--consecutive] [--resume] [--nap MICROSECONDS]\n"
    "WIRE: socketio-ws, socketio-polling, websocket, raw-polling\n";

static const char *const WIRES[] = {
    [WIRE_SOCKETIO_WS] = "socketio-ws",
    [WIRE_SOCKETIO_POLLING] = "socketio-polling",
    [WIRE_WEBSOCKET] = "websocket",
    [WIRE_RAW_POLLING] = "raw-polling",
};

static bool refuse(const char *what, const char *value)
{
    fprintf(stderr, "bench_load: %s: %s\n%s", what, value, USAGE);
    return false;
}

static bool parse_count(const char *text, uint32_t least, uint32_t most, uint32_t *count)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);

    if (end == text || *end || value < least || value > most)
        return refuse("a number that it can't be", text);
    *count = (uint32_t)value;
    return true;
}

static bool parse_wire(const char *text, enum wire *wire)
{
    for (size_t i = 0; i < sizeof WIRES / sizeof *WIRES; i++)
        if (strcmp(text, WIRES[i]) == 0) {
            *wire = (enum wire)i;
            return true;
        }
    return refuse("no such wire", text);
}

/* ws:// or http://, an IPv4 address or localhost, a port, a path and a query */
static bool parse_url(const char *url, struct options *options)
{
    char host[OPTIONS_AUTHORITY_SIZE], *colon, *end;
    const char *at = strstr(url, "://");
    size_t length;
    unsigned long port;

    if (!at || (strncmp(url, "ws:", 3) != 0 && strncmp(url, "http:", 5) != 0))
        return refuse("ws:// or http:// is what the address begins with", url);
    at += 3;
    length = strcspn(at, "/?");
    if (length >= sizeof host || strlen(at + length) + 1 >= sizeof options->target)
        return refuse("an address that is too long", url);
    memcpy(options->authority, at, length);
    memcpy(host, at, length);
    options->authority[length] = host[length] = '\0';
    snprintf(options->target, sizeof options->target, "%s%s", at[length] == '/' ? "" : "/",
             at + length);
    colon = strchr(host, ':');
    if (!colon)
        return refuse("an address without a port", url);
    *colon = '\0';
    port = strtoul(colon + 1, &end, 10);
    options->address.sin_family = AF_INET;
    options->address.sin_port = htons((uint16_t)port);
    if (*end || port < 1 || port > UINT16_MAX ||
        inet_pton(AF_INET, strcmp(host, "localhost") == 0 ? "127.0.0.1" : host,
                  &options->address.sin_addr) != 1)
        return refuse("an IPv4 address and a port are what it connects to", url);
    return true;
}

static bool read_tokens(const char *path, struct options *options)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t size = 0, room = 0;
    ssize_t length;

    if (!file)
        return refuse(path, strerror(errno));
    while ((length = getline(&line, &size, file)) > 0) {
        line[strcspn(line, "\r\n")] = '\0';
        if (!*line)
            continue;
        if (options->token_count == room) {
            room = room ? 2 * room : 64;
            options->tokens = realloc(options->tokens, room * sizeof *options->tokens);
            if (!options->tokens)
                abort();
        }
        options->tokens[options->token_count++] = line;
        line = NULL;
        size = 0;
    }
    free(line);
    fclose(file);
    return options->token_count > 0 || refuse("no token in it", path);
}

static bool take(struct options *options, int letter, char *value)
{
    switch (letter) {
    case 'u':
        return parse_url(value, options);
    case 'w':
        return parse_wire(value, &options->wire);
    case 'c':
        return parse_count(value, 1, MOST_CLIENTS, &options->clients);
    case 's':
        return parse_count(value, 1, MOST_SOURCES, &options->sources);
    case 't':
        return read_tokens(value, options);
    case 'n':
        options->name_space = strcmp(value, "/") == 0 ? "" : value;
        return true;
    case 'S':
        options->subscribe = value;
        return true;
    case 'k':
        return parse_count(value, 1, UINT32_MAX, &options->keys);
    case 'o':
        return parse_count(value, 1, MOST_CLIENTS, &options->opening);
    case 'm':
        options->marker = value;
        return *value != '\0' || refuse("an empty marker", value);
    case 'N':
        return parse_count(value, 0, MOST_NAP_US, &options->nap_us);
    case 'C':
        return options->consecutive = true;
    case 'r':
        return options->resume = true;
    default:
        fputs(USAGE, stderr);
        return false;
    }
}

bool options_parse(struct options *options, int argc, char **argv)
{
    static const struct option known[] = {
        {"url", required_argument, NULL, 'u'},       {"wire", required_argument, NULL, 'w'},
        {"clients", required_argument, NULL, 'c'},   {"sources", required_argument, NULL, 's'},
        {"tokens", required_argument, NULL, 't'},    {"namespace", required_argument, NULL, 'n'},
        {"subscribe", required_argument, NULL, 'S'}, {"keys", required_argument, NULL, 'k'},
        {"opening", required_argument, NULL, 'o'},   {"marker", required_argument, NULL, 'm'},
        {"consecutive", no_argument, NULL, 'C'},     {"resume", no_argument, NULL, 'r'},
        {"nap", required_argument, NULL, 'N'},       {NULL, 0, NULL, 0},
    };
    int letter;

    *options = (struct options){
        .name_space = "", .marker = "\"bench\":", .sources = 1, .opening = 64, .keys = UINT32_MAX};
    while ((letter = getopt_long(argc, argv, "", known, NULL)) != -1)
        if (!take(options, letter, optarg))
            return false;
    if (optind < argc)
        return refuse("not understood", argv[optind]);
    if (!*options->target || !options->clients)
        return refuse("missing", "--url or --clients");
    if (options->resume && options->wire != WIRE_SOCKETIO_WS)
        return refuse("--resume", "only with --wire socketio-ws");
    return true;
}

void options_deinit(struct options *options)
{
    while (options->token_count > 0)
        free(options->tokens[--options->token_count]);
    free(options->tokens);
    options->tokens = NULL;
}

const char *options_token(const struct options *options, uint32_t client)
{
    return options->token_count ? options->tokens[client % options->token_count] : NULL;
}

bool options_subscribe(const struct options *options, uint32_t client, char *text, size_t size)
{
    const char *at = strstr(options->subscribe, "%d");
    int length;

    if (at)
        length = snprintf(text, size, "%.*s%u%s", (int)(at - options->subscribe),
                          options->subscribe, client % options->keys, at + 2);
    else
        length = snprintf(text, size, "%s", options->subscribe);
    return (size_t)length < size;
}
