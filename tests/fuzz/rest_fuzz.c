/* A request to bookly.fcgi, with a database that answers as the input says:
 *
 *   POST /api/v1/events?x=1
 *   Authorization: good              a token that may do all; others: `tokens` below
 *   Content-Type: application/json
 *                                    an empty line
 *   {"eventType":…}                  the body
 *   \x01 rows                        what the database says (rows.h), once for each question
 *
 * Whatever comes: one answer that an HTTP client can read; values that the statement can take; JSON
 * where JSON is promised. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "fcgi/body.h"
#include "fcgi/exchange.h"
#include "fcgi/revocation.h"
#include "shared/auth/token_issue.h"
#include "shared/base/clock.h"
#include "shared/base/memory.h"
#include "shared/db/columns.h"
#include "shared/db/connection.h"
#include "shared/json.h"
#include "shared/model/cursor.h"
#include "shared/settings.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/rows.h"
#include "tests/fuzz/values.h"
#include "tests/unit/fcgi/fake_source.h"

enum { QUESTIONS_MAX = 6, HEADERS_MAX = 16, SEPARATOR = 1 };

static struct settings settings;
static struct exchange exchange;
static struct {
    const char *name, *claims;
    int ttl_s;
    char value[1024];
} tokens[] = {{"good", "\"roles\":[\"GENERAL_ADMIN\",\"SERVICE\"]", 500000, ""},
              {"student", "\"roles\":[\"STUDENT\"]", 500000, ""},
              {"expired", "\"roles\":[]", -5, ""},
              {"purpose", "\"temp\":true", 500000, ""}};
enum { TOKENS = sizeof tokens / sizeof *tokens };
static struct rows *said[QUESTIONS_MAX];
static size_t asked;
static const char *rows_text;
static size_t rows_length;

static const struct {
    const char *name, *variable;
} headers[] = {
    {"Authorization", "HTTP_AUTHORIZATION"},
    {"Content-Type", "CONTENT_TYPE"},
    {"Content-Length", "CONTENT_LENGTH"},
    {"X-Correlation-ID", "HTTP_X_CORRELATION_ID"},
    {"Host", "HTTP_HOST"},
    {"Idempotency-Key", "HTTP_IDEMPOTENCY_KEY"},
    {"If-None-Match", "HTTP_IF_NONE_MATCH"},
    {"Origin", "HTTP_ORIGIN"},
    {"Last-Event-ID", "HTTP_LAST_EVENT_ID"},
    {"Access-Control-Request-Method", "HTTP_ACCESS_CONTROL_REQUEST_METHOD"},
    {"Redirect-Status", "REDIRECT_STATUS"},
};

/* Columns that are never null: an epoch; event and channel of all rows but the last. */
static bool is_possible(enum statement statement, const struct database_answer *answer)
{
    if (statement == STATEMENT_STREAM_BOUNDS)
        return database_text(answer, 0, BOUNDS_EPOCH) != NULL;
    for (int i = 0; statement == STATEMENT_STREAM_PAGE && i + 1 < answer->rows; i++)
        if (!database_text(answer, i, STREAM_EVENT) || !database_text(answer, i, STREAM_CHANNEL))
            return false;
    return statement != STATEMENT_STREAM_PAGE || answer->rows > 0;
}

/* In place of fcgi/revocation.c: the token stands, unless the input's database says no. */
bool revocation_query(struct exchange *asking, enum statement statement, const char *const values[],
                      struct database_answer *answer)
{
    asking->token_unchecked = false;
    values_check(statement, values);
    if (asked == QUESTIONS_MAX) {
        database_answer_unavailable(answer);
        return false;
    }
    said[asked] = rows_create(rows_text, rows_length);
    *answer = *rows_answer(said[asked++]);
    if (answer->error.code == ERROR_NONE && !is_possible(statement, answer))
        database_answer_unavailable(answer);
    return answer->error.code == ERROR_NONE;
}

bool revocation_check(struct exchange *checked)
{
    struct rows *rows = rows_create(rows_text, rows_length);
    const struct database_answer *answer = rows_answer(rows);
    bool stands =
        answer->error.code != ERROR_TOKEN_REVOKED || problem_from_answer(&checked->problem, answer);

    assert(checked->token_unchecked);
    checked->token_unchecked = false;
    rows_free(&rows);
    return stands;
}

static void make_tokens(void)
{
    long long now_s = clock_wall_ms() / 1000;
    char claims[200];
    const char *const all[] = {claims};

    for (size_t i = 0; i < TOKENS; i++) {
        snprintf(claims, sizeof claims, "{\"sub\":\"user-1\",\"jti\":\"t\",\"exp\":%lld,%s}",
                 now_s + tokens[i].ttl_s, tokens[i].claims);
        char *token = token_issue(settings.jwt_secret, all, 1);

        snprintf(tokens[i].value, sizeof tokens[i].value, "Bearer %s", token);
        free(token);
    }
}

static void set_up(void)
{
    static char *environment[] = {"JWT_SECRET=a secret that no input of a fuzzer knows",
                                  "CORS_ORIGIN=https://a.example", "DATABASE_URL=postgresql:///x",
                                  NULL};
    char error[SETTINGS_ERROR_SIZE];
    bool loaded = settings_load(&settings, NULL, environment, error);

    assert(loaded);
    exchange.settings = &settings;
    exchange.keys = token_keys_create(&settings, error, sizeof error);
    assert(exchange.keys);
    snprintf(exchange.id, sizeof exchange.id, "request");
    make_tokens();
}

static void set_header(char *line)
{
    size_t length = strcspn(line, ":");
    char *value = line + length + (line[length] == ':');

    value += strspn(value, " ");
    line[length] = '\0';
    for (size_t i = 0; i < TOKENS; i++)
        if (strcmp(value, tokens[i].name) == 0)
            value = tokens[i].value;
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        if (strcasecmp(headers[i].name, line) == 0)
            fake_source_set(headers[i].variable, value);
}

/* Ends the next line with a NUL and returns it; *text goes behind it. */
static char *take_line(char **text)
{
    char *line = *text;
    size_t length = strcspn(line, "\n");

    *text += length + (line[length] == '\n');
    line[length] = '\0';
    return line;
}

/* The request line and headers; what is left is the body. */
static char *read_head(char *text)
{
    char *uri = take_line(&text);
    char *method = strsep(&uri, " ");

    fake_source_set("REQUEST_METHOD", method);
    if (uri)
        fake_source_set("REQUEST_URI", uri);
    for (int i = 0; i < HEADERS_MAX && *text; i++) {
        char *line = take_line(&text);

        if (!*line)
            break;
        set_header(line);
    }
    return text;
}

static void check_response(const struct response *response)
{
    struct buffer output;
    const char *type = response->content_type;

    if (type && strcmp(type, "application/problem+json") == 0) {
        assert(response->status >= 400 && response->status <= 599);
        assert(json_check(response->body.data, response->body.length, NULL));
    }
    buffer_init(&output);
    response_append(&output, response, exchange.request.method == METHOD_HEAD);
    /* header lines, each ending in CRLF, then an empty one; no control character in them */
    const char *line = output.data;

    for (size_t length; (length = strcspn(line, "\r\n")) > 0; line += length + 2) {
        assert(line[length] == '\r' && line[length + 1] == '\n' && memchr(line, ':', length));
        for (size_t i = 0; i < length; i++)
            assert((unsigned char)line[i] >= 0x20 && line[i] != 0x7f);
    }
    assert(strncmp(line, "\r\n", 2) == 0);
    buffer_deinit(&output);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!exchange.keys)
        set_up();
    char *text = memory_copy((const char *)data, size);
    char *end = text + size, *stop = size ? memchr(text, SEPARATOR, size) : NULL;

    rows_text = stop ? stop + 1 : end;
    rows_length = (size_t)(end - rows_text);
    stop = stop ? stop : end;
    *stop = '\0';
    fake_source_reset();
    char *body = read_head(text);

    if (body < stop)
        fake_source_body(body, (size_t)(stop - body));
    exchange_run(&exchange, &fake_source);
    assert(exchange.request.body.length <= REQUEST_MAX_BODY);
    check_response(&exchange.response);
    exchange_deinit(&exchange);
    for (; asked > 0; asked--)
        rows_free(&said[asked - 1]);
    free(text);
    return 0;
}
