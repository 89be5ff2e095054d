#include "shared/auth/token_claims.h"

#include <string.h>

#include "shared/base/utf8.h"
#include "shared/json.h"
#include "shared/model/role.h"

enum { USER_MAX_CHARACTERS = 128 };

/* Absent is good; present must be a whole number of seconds. */
static bool read_time(const struct json *claims, const char *name, int64_t *seconds, bool *present)
{
    const struct json *value = json_member(claims, name);
    *present = value != NULL;
    return value == NULL || (json_integer(value, seconds) && *seconds >= 0);
}

static enum error_code read_times(const struct json *claims, const struct token_rules *rules,
                                  struct identity *identity)
{
    int64_t exp = 0, nbf = 0, iat = 0;
    bool has_exp, has_nbf, has_iat;
    if (!read_time(claims, "exp", &exp, &has_exp) || !read_time(claims, "nbf", &nbf, &has_nbf) ||
        !read_time(claims, "iat", &iat, &has_iat) || !has_exp)
        return ERROR_TOKEN_INVALID;
    if (exp <= rules->now_s)
        return ERROR_TOKEN_EXPIRED;
    if (exp > rules->now_s + rules->max_ttl_s)
        return ERROR_TOKEN_INVALID;
    if (nbf > rules->now_s + TOKEN_LEEWAY_S || iat > rules->now_s + TOKEN_LEEWAY_S)
        return ERROR_TOKEN_INVALID;
    identity->issued_at = iat;
    identity->expires_at = exp;
    return ERROR_NONE;
}

static bool check_issuer(const struct json *claims, const char *issuer)
{
    const struct json *value = json_member(claims, "iss");
    const char *text = json_string(value);
    if (issuer[0] == '\0')
        return value == NULL || text != NULL;
    return text != NULL && strcmp(text, issuer) == 0;
}

/* A string or a list of strings (RFC 7519 section 4.1.3). */
static bool check_audience(const struct json *claims, const char *audience)
{
    const struct json *value = json_member(claims, "aud");
    if (value == NULL)
        return audience[0] == '\0';
    bool is_list = json_kind(value) == JSON_ARRAY, found = audience[0] == '\0';
    for (const struct json *item = is_list ? json_first(value) : value; item != NULL;
         item = is_list ? json_next(item) : NULL) {
        const char *text = json_string(item);
        if (text == NULL)
            return false;
        found = found || strcmp(text, audience) == 0;
    }
    return found;
}

static bool is_for_another_purpose(const struct json *claims)
{
    bool is_temporary = false;
    const char *type = json_string(json_member(claims, "type"));
    return (json_boolean(json_member(claims, "temp"), &is_temporary) && is_temporary) ||
           (type != NULL && strcmp(type, "password-reset") == 0);
}

static bool read_user(const struct json *claims, struct identity *identity)
{
    const char *user = json_string(json_member(claims, "sub"));
    size_t characters, length = user == NULL ? 0 : strlen(user);
    if (length == 0 || !utf8_count(user, length, &characters) || characters > USER_MAX_CHARACTERS)
        return false;
    for (size_t at = 0; at < length;) {
        size_t size = utf8_character(user + at, length - at);
        if (utf8_is_control(user + at, size))
            return false;
        at += size;
    }
    memcpy(identity->user_id, user, length + 1);
    return true;
}

static bool read_token_id(const struct json *claims, struct identity *identity)
{
    const struct json *value = json_member(claims, "jti");
    const char *text = json_string(value);
    identity->token_id[0] = '\0';
    if (value == NULL)
        return true;
    if (text == NULL || strlen(text) >= sizeof identity->token_id)
        return false;
    memcpy(identity->token_id, text, strlen(text) + 1);
    return true;
}

/* Roles that nobody knows here give nothing. */
static bool read_roles(const struct json *claims, struct identity *identity)
{
    const struct json *roles = json_member(claims, "roles");
    identity->roles = 0;
    if (roles == NULL)
        return true;
    if (json_kind(roles) != JSON_ARRAY)
        return false;
    for (const struct json *item = json_first(roles); item != NULL; item = json_next(item)) {
        const char *text = json_string(item);
        enum role role;
        if (text == NULL)
            return false;
        if (role_parse(text, strlen(text), &role))
            identity->roles |= ROLE_BIT(role);
    }
    return true;
}

enum error_code token_claims_read(const struct json *claims, const struct token_rules *rules,
                                  struct identity *identity)
{
    *identity = (struct identity){0};
    if (json_kind(claims) != JSON_OBJECT)
        return ERROR_TOKEN_INVALID;
    if (is_for_another_purpose(claims))
        return ERROR_TOKEN_PURPOSE;
    enum error_code code = read_times(claims, rules, identity);
    if (code != ERROR_NONE)
        return code;
    if (!check_issuer(claims, rules->issuer) || !check_audience(claims, rules->audience) ||
        !read_user(claims, identity) || !read_token_id(claims, identity) ||
        !read_roles(claims, identity))
        return ERROR_TOKEN_INVALID;
    return ERROR_NONE;
}
