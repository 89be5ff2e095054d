/* bookly-token --user U [--roles A,B] [--ttl S] [--claim name=json]… Prints a token signed with
 * JWT_SECRET, or with what JWT_SECRET_FILE holds; only the token, so that scripts can take it
 * as it is. A --claim replaces a claim of the same name. */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/auth/token_issue.h"
#include "shared/base/buffer.h"
#include "shared/base/clock.h"
#include "shared/base/file.h"
#include "shared/base/memory.h"
#include "shared/json.h"

enum { CLAIMS_MAX = 32, SECRET_MAX = 4096 };

struct request {
    const char *user;
    const char *roles;
    int64_t ttl_s;
    const char *claims[CLAIMS_MAX]; /* name=json */
    size_t claim_count;
};

static int usage(const char *problem)
{
    fprintf(stderr,
            "bookly-token: %s\n"
            "usage: bookly-token --user U [--roles A,B] [--ttl SECONDS] [--claim name=json]...\n"
            "JWT_SECRET or JWT_SECRET_FILE holds the secret (32 bytes or more)\n",
            problem);
    return 2;
}

static bool parse_seconds(const char *text, int64_t *seconds)
{
    char *end;
    errno = 0;
    *seconds = strtoll(text, &end, 10);
    return errno == 0 && end != text && *end == '\0';
}

static const char *parse_option(struct request *request, const char *name, const char *value)
{
    if (value == NULL)
        return "an option lacks its value";
    if (strcmp(name, "--user") == 0) {
        request->user = value;
    } else if (strcmp(name, "--roles") == 0) {
        request->roles = value;
    } else if (strcmp(name, "--ttl") == 0) {
        if (!parse_seconds(value, &request->ttl_s))
            return "--ttl must be a whole number of seconds";
    } else if (strcmp(name, "--claim") == 0) {
        if (strchr(value, '=') == NULL || request->claim_count == CLAIMS_MAX)
            return "--claim must be name=json, 32 times at most";
        request->claims[request->claim_count++] = value;
    } else {
        return "unknown option";
    }
    return NULL;
}

static void append_roles(struct buffer *json, const char *roles)
{
    const char *separator = "";
    buffer_append_text(json, ",\"roles\":[");
    for (const char *at = roles; *at != '\0';) {
        size_t length = strcspn(at, ",");
        if (length > 0) {
            buffer_append_text(json, separator);
            json_append_string(json, at, length);
            separator = ",";
        }
        at += length + (at[length] == ',');
    }
    buffer_append_character(json, ']');
}

static char *standard_claims(const struct request *request)
{
    int64_t now_s = clock_wall_ms() / 1000;
    struct buffer json;
    buffer_init(&json);
    buffer_append_text(&json, "{\"sub\":");
    json_append_string(&json, request->user, strlen(request->user));
    buffer_append_format(&json, ",\"iat\":%lld,\"exp\":%lld", (long long)now_s,
                         (long long)(now_s + request->ttl_s));
    append_roles(&json, request->roles);
    buffer_append_character(&json, '}');
    return buffer_take(&json);
}

static char *own_claim(const char *text)
{
    size_t name = strcspn(text, "=");
    struct buffer json;
    buffer_init(&json);
    buffer_append_character(&json, '{');
    json_append_string(&json, text, name);
    buffer_append_format(&json, ":%s}", text + name + 1);
    return buffer_take(&json);
}

static char *issue(const struct request *request, const char *secret)
{
    char *claims[CLAIMS_MAX + 1];
    size_t count = 0;
    claims[count++] = standard_claims(request);
    for (size_t index = 0; index < request->claim_count; index++)
        claims[count++] = own_claim(request->claims[index]);
    char *token = token_issue(secret, (const char *const *)claims, count);
    while (count > 0)
        free(claims[--count]);
    return token;
}

static char *read_secret(void)
{
    const char *secret = getenv("JWT_SECRET"), *path = getenv("JWT_SECRET_FILE");
    if (secret != NULL && secret[0] != '\0')
        return memory_copy_text(secret);
    return path != NULL && path[0] != '\0' ? file_read_secret(path, SECRET_MAX) : NULL;
}

int main(int count, char *arguments[])
{
    struct request request = {.roles = "", .ttl_s = 3600};
    for (int index = 1; index < count; index += 2) {
        const char *value = index + 1 < count ? arguments[index + 1] : NULL;
        const char *problem = parse_option(&request, arguments[index], value);
        if (problem != NULL)
            return usage(problem);
    }
    if (request.user == NULL || request.user[0] == '\0')
        return usage("--user is missing");
    char *secret = read_secret();
    if (secret == NULL)
        return usage("no secret: JWT_SECRET is empty and JWT_SECRET_FILE cannot be read");
    char *token = issue(&request, secret);
    free(secret);
    if (token == NULL)
        return usage("a claim is not JSON, or the secret has less than 32 bytes");
    puts(token);
    free(token);
    return 0;
}
