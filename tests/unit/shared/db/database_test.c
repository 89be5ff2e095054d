#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "shared/db/database.h"
#include "shared/settings.h"
#include "tests/unit/shared/scratch.h"

static char url[200], password_file[200];
static struct settings settings = {
    .database_url = url, .database_user = (char[]){""}, .database_password_file = password_file};

struct outcome {
    struct database *database;
    int downs;
    int ups;
    int fd;
    char why[300];
};

static void wants(void *context, int fd, bool read, bool write)
{
    (void)read;
    (void)write;
    ((struct outcome *)context)->fd = fd;
}

static void up(void *context)
{
    ((struct outcome *)context)->ups++;
}

static void down(void *context, const char *why)
{
    struct outcome *outcome = context;
    outcome->downs++;
    snprintf(outcome->why, sizeof outcome->why, "%s", why);
}

static void notified(void *context)
{
    (void)context;
}

static void never(void *context, const struct database_answer *answer)
{
    (void)context;
    (void)answer;
    fail_msg("nothing was accepted, nothing may be answered");
}

static void open_and_fail(struct outcome *outcome)
{
    struct database_events events = {wants, up, down, notified, outcome};
    *outcome = (struct outcome){.fd = -1};
    outcome->database = database_create(&settings, "unit");
    database_open(outcome->database, &events, "channel");
    assert_int_equal(outcome->downs, 1);
    assert_int_equal(outcome->ups, 0);
    assert_int_equal(outcome->fd, -1);
    assert_false(database_submit(outcome->database, STATEMENT_PING, NULL, never, NULL));
    assert_int_equal(database_pending(outcome->database), 0);
    database_ready(outcome->database, true, true);
    database_expire(outcome->database, INT64_MAX / 2);
    database_close(outcome->database);
    assert_int_equal(outcome->downs, 1);
    database_free(&outcome->database);
    assert_null(outcome->database);
}

static void expect_unavailable(void)
{
    struct database_answer answer;
    struct database *database = database_create(&settings, "unit");
    assert_false(database_query(database, STATEMENT_PING, NULL, &answer));
    assert_int_equal(answer.error.code, ERROR_UNAVAILABLE);
    assert_null(database_text(&answer, 0, 0));
    assert_int_equal(database_length(&answer, 0, 0), 0);
    database_free(&database);
    database_free(&database);
}

static void test_nobody_listens(void **state)
{
    (void)state;
    struct outcome outcome;
    snprintf(url, sizeof url, "host=%s dbname=x", scratch_folder());
    password_file[0] = '\0';
    expect_unavailable();
    open_and_fail(&outcome);
}

/* libpq's message would show the password. */
static void test_a_malformed_url_is_not_repeated(void **state)
{
    (void)state;
    struct outcome outcome;
    snprintf(url, sizeof url, "postgres://user:hush%%zz@host/db");
    password_file[0] = '\0';
    expect_unavailable();
    open_and_fail(&outcome);
    assert_string_equal(outcome.why, "DATABASE_URL is malformed");
}

static void test_a_missing_password_file(void **state)
{
    (void)state;
    struct outcome outcome;
    snprintf(url, sizeof url, "host=%s dbname=x", scratch_folder());
    snprintf(password_file, sizeof password_file, "/nowhere/password");
    expect_unavailable();
    open_and_fail(&outcome);
    assert_string_equal(outcome.why, "DATABASE_PASSWORD_FILE cannot be read");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nobody_listens),
        cmocka_unit_test(test_a_malformed_url_is_not_repeated),
        cmocka_unit_test(test_a_missing_password_file),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    scratch_remove();
    return failed;
}
