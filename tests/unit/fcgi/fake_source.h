/* A request without a web server: CGI variables and a body that a test sets. */
#pragma once
#include "fcgi/request.h"

void fake_source_reset(void);
void fake_source_set(const char *name, const char *value);
void fake_source_body(const char *bytes, size_t length); /* kept by the caller */
extern const struct request_source fake_source;
