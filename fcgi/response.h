/* One answer before it is sent: status, header lines, body. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "shared/base/buffer.h"

struct problem;

struct response {
    int status;
    const char *content_type; /* static text; of the body */
    struct buffer headers;    /* lines with CRLF */
    struct buffer body;
};

void response_init(struct response *response);
void response_deinit(struct response *response);

/* A value with a control character is left out with its header: it would begin another one. */
void response_header(struct response *response, const char *name, const char *value);
void response_json(struct response *response, int status, const char *json, size_t length);
void response_problem(struct response *response, const struct problem *problem);
/* 304 in place of a 200 whose body the client has; the headers stay. */
void response_not_modified(struct response *response);

/* In CGI form (RFC 3875 6). head: the headers of the body, without it. */
void response_append(struct buffer *output, const struct response *response, bool head);
