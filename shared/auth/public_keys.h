/* JWT_PUBLIC_KEYS: a folder of PEM files (kid = name without .pem) or a JWKS file (RFC 7517).
 * Private to shared/auth. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct token_key_list;

/* False: nothing usable; error says which file and why. Every file *.pem of a folder must be a
 * good key; of a JWKS, keys for other purposes (encryption, other algorithms, symmetric ones)
 * are passed over. */
bool public_keys_read(const char *path, struct token_key_list *list, char *error,
                      size_t error_size);
/* Another number when a file came, went or was written. */
uint64_t public_keys_fingerprint(const char *path);

bool jwks_read(const char *text, struct token_key_list *list, char *error, size_t error_size);
