/* The order matters: size and shape, then the header alone, which only chooses among our own
 * key records; then the signature; then the claims. Nothing of the payload is read before its
 * signature is known good. */
#include "shared/auth/token.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "shared/auth/base64url.h"
#include "shared/auth/digest.h"
#include "shared/auth/token_claims.h"
#include "shared/auth/token_keys.h"
#include "shared/auth/token_signature.h"
#include "shared/base/memory.h"
#include "shared/json.h"
#include "shared/metrics.h"

/* header "." payload "." signature, none empty, in the alphabet of base64url. */
static bool split(const char *token, size_t length, size_t *header, size_t *signed_length)
{
    size_t points = 0, last = 0;
    for (size_t at = 0; at < length; at++) {
        if (token[at] != '.')
            continue;
        if (at == last + (points > 0) || ++points > 2)
            return false;
        *(points == 1 ? header : signed_length) = at;
        last = at;
    }
    return points == 2 && last + 1 < length;
}

static struct json *decode_part(const char *text, size_t length)
{
    unsigned char *bytes = memory_allocate(BASE64URL_DECODED_MAX(length));
    size_t size;
    struct json *document = NULL;
    if (base64url_decode(text, length, bytes, &size))
        document = json_parse((const char *)bytes, size, NULL);
    free(bytes);
    return document;
}

/* typ: only JWT itself. Tokens of other kinds (at+jwt, logout+jwt, dpop+jwt) have rules of
 * their own that nobody checks here (RFC 8725 section 3.11). crit: no extension is understood
 * here, so none may be critical. */
static const struct token_key *choose_key(const struct token_keys *keys, const struct json *header)
{
    const char *name = json_string(json_member(header, "alg"));
    const struct json *type = json_member(header, "typ"), *kid = json_member(header, "kid");
    enum token_algorithm algorithm;
    if (name == NULL || !token_algorithm_parse(name, &algorithm))
        return NULL;
    if (type != NULL && (json_string(type) == NULL || strcasecmp(json_string(type), "JWT") != 0))
        return NULL;
    if (json_member(header, "crit") != NULL || (kid != NULL && json_string(kid) == NULL))
        return NULL;
    return token_keys_find(keys, algorithm, json_string(kid));
}

static bool is_signed(const struct token_keys *keys, const char *token, size_t length,
                      size_t header_length, size_t signed_length)
{
    struct json *header = decode_part(token, header_length);
    const struct token_key *key = header == NULL ? NULL : choose_key(keys, header);
    bool good = key != NULL && token_signature_verify(keys, key, token, length, signed_length);
    json_free(&header);
    return good;
}

static enum error_code verify(const struct token_keys *keys, const char *token, size_t length,
                              int64_t now_s, struct identity *identity)
{
    size_t header = 0, end = 0;
    if (!split(token, length, &header, &end) || !is_signed(keys, token, length, header, end))
        return ERROR_TOKEN_INVALID;
    struct json *claims = decode_part(token + header + 1, end - header - 1);
    if (claims == NULL)
        return ERROR_TOKEN_INVALID;
    struct token_rules rules = {
        .issuer = keys->issuer,
        .audience = keys->audience,
        .max_ttl_s = keys->max_ttl_s,
        .now_s = now_s,
    };
    enum error_code code = token_claims_read(claims, &rules, identity);
    json_free(&claims);
    return code;
}

static enum error_code find_or_verify(struct token_keys *keys, const char *token, size_t length,
                                      int64_t now_s, struct identity *identity)
{
    unsigned char digest[DIGEST_BYTES];
    if (length > TOKEN_MAX_LENGTH)
        return ERROR_TOKEN_INVALID;
    digest_bytes(token, length, digest);
    if (token_cache_find(keys->cache, digest, now_s, identity)) {
        metrics_count(METRIC_TOKENS + METRIC_CACHED);
        return ERROR_NONE;
    }
    char *copy = memory_copy(token, length); /* libjwt wants a NUL behind it */
    struct identity found;
    enum error_code code = verify(keys, copy, length, now_s, &found);
    free(copy);
    if (code != ERROR_NONE)
        return code;
    metrics_count(METRIC_TOKENS + METRIC_VERIFIED);
    token_cache_add(keys->cache, digest, &found);
    *identity = found;
    return ERROR_NONE;
}

enum error_code token_verify(struct token_keys *keys, const char *token, size_t length,
                             int64_t now_s, struct identity *identity)
{
    *identity = (struct identity){0};
    if (token == NULL || length == 0)
        return ERROR_TOKEN_MISSING;
    enum error_code code = find_or_verify(keys, token, length, now_s, identity);
    if (code != ERROR_NONE)
        metrics_count(METRIC_TOKENS + METRIC_INVALID_TOKEN);
    return code;
}

const char *token_from_header(const char *header, size_t *length)
{
    static const char scheme[] = "Bearer";
    const size_t scheme_length = sizeof scheme - 1;
    *length = 0;
    if (header == NULL || strncasecmp(header, scheme, scheme_length) != 0 ||
        header[scheme_length] != ' ')
        return NULL;
    const char *token = header + scheme_length + strspn(header + scheme_length, " ");
    *length = strcspn(token, " \t");
    return token[*length + strspn(token + *length, " \t")] == '\0' && *length > 0 ? token : NULL;
}
