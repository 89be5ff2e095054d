#include "pushd/clients/identity.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "pushd/engine/session.h"
#include "shared/auth/access.h"
#include "shared/json.h"
#include "shared/settings.h"

enum { USER_CHARACTERS_MAX = 128 };

/* Characters, not bytes; 0 when a control character is among them. */
static size_t count_characters(const char *text)
{
    size_t count = 0;

    for (; *text; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7F)
            return 0;
        count += ((unsigned char)*text & 0xC0) != 0x80;
    }
    return count;
}

static enum error_code find_developer(const struct settings *settings,
                                      const struct handshake *handshake, struct identity *identity)
{
    const char *user = handshake->user_id;
    size_t characters = user ? count_characters(user) : 0;

    if (!settings_development(settings) || characters == 0 || characters > USER_CHARACTERS_MAX ||
        strlen(user) > IDENTITY_USER_MAX ||
        !access_development(settings, handshake->host, handshake->origin, handshake->address))
        return ERROR_TOKEN_MISSING;
    *identity = (struct identity){.roles = settings->auth_development_roles};
    snprintf(identity->user_id, sizeof identity->user_id, "%s", user);
    return ERROR_NONE;
}

/* The token of the payload; "" for none; NULL when there is something that is no token. */
static const char *payload_token(const struct json *payload)
{
    const struct json *member = payload ? json_member(payload, "token") : NULL;

    if (!member || json_kind(member) == JSON_NULL)
        return "";
    return json_string(member);
}

static enum error_code verify(struct token_keys *keys, const struct handshake *handshake,
                              const char *token, size_t length, int64_t now_s,
                              struct identity *identity)
{
    enum error_code code = token_verify(keys, token, length, now_s, identity);

    if (code == ERROR_NONE && handshake->user_id && handshake->user_id[0] &&
        strcmp(handshake->user_id, identity->user_id) != 0)
        return ERROR_USER_MISMATCH;
    return code;
}

static enum error_code find(const struct settings *settings, struct token_keys *keys,
                            const struct handshake *handshake, const struct json *payload,
                            int64_t now_s, struct identity *identity)
{
    const char *token = payload_token(payload);
    size_t length;

    if (!token)
        return ERROR_TOKEN_INVALID;
    if (*token)
        return verify(keys, handshake, token, strlen(token), now_s, identity);
    if (!handshake->authorization || !handshake->authorization[0])
        return find_developer(settings, handshake, identity);
    token = token_from_header(handshake->authorization, &length);
    return token ? verify(keys, handshake, token, length, now_s, identity) : ERROR_TOKEN_INVALID;
}

enum error_code identity_find(const struct settings *settings, struct token_keys *keys,
                              const struct handshake *handshake, const char *auth, size_t length,
                              int64_t now_s, struct identity *identity)
{
    struct json_error refused;
    struct json *payload = NULL;
    enum error_code code;

    if (length > 0) {
        payload = json_parse(auth, length, &refused);
        if (!payload)
            return ERROR_TOKEN_INVALID;
    }
    code = find(settings, keys, handshake, payload, now_s, identity);
    json_free(&payload);
    return code;
}
