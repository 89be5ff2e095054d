/* A request for an event stream: `?channels=…&<filters>`, and how to get in. */
#pragma once

struct http_request;

void sse_requested(void *engine, struct http_request *request);
