/* Is this token signed by this key? Private to shared/auth. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct token_key;
struct token_keys;

/* token: NUL-terminated `header.payload.signature` of length bytes; signed_length: up to the
 * second point. */
bool token_signature_verify(const struct token_keys *keys, const struct token_key *key,
                            const char *token, size_t length, size_t signed_length);
