/* Keys, and tokens as an attacker could write them. The caller frees what comes back. */
#pragma once
#include <openssl/evp.h>
#include <stddef.h>

EVP_PKEY *maker_rsa(unsigned bits);
EVP_PKEY *maker_ec(const char *curve);
char *maker_pem(EVP_PKEY *key);
/* A JSON Web Key; members: more of it, each with a comma in front, or "". */
char *maker_jwk(EVP_PKEY *key, const char *members);

char *maker_base64url(const void *bytes, size_t length);
/* Signed with the secret when key is NULL; with neither: an empty signature. */
char *maker_token(const char *header, const char *claims, EVP_PKEY *key, const char *secret);
