/* A WebSocket without Engine.IO that says back what it is told. */
#pragma once
#include <stddef.h>

struct http_server;
struct loop;

void bare_echo_open(struct loop *loop, struct http_server *server, const char *path,
                    size_t max_message);
void bare_echo_close(void);
