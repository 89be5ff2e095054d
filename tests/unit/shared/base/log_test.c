#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/file.h"
#include "shared/base/log.h"
#include "tests/unit/shared/scratch.h"

/* What was written since the last call, without the time of the first line. The caller frees. */
static char *written(const char *name)
{
    char *text = file_read_text(scratch_file(name, NULL, 0), 1 << 20);
    assert_non_null(text);
    scratch_file(name, "", 0);
    size_t length = strlen(text);
    if (length > 25)
        memmove(text, text + 25, length - 24);
    return text;
}

static void expect(const char *line)
{
    char *text = written("log");
    assert_string_equal(text, line);
    free(text);
}

static void test_a_value_never_breaks_a_line(void **state)
{
    (void)state;
    assert_true(log_open(scratch_file("log", NULL, 0), LOG_INFO_LEVEL));
    log_write(LOG_INFO_LEVEL, "WebSocketGateway", "user=%s", "a\nb\r\x1B[31m\xC2\x85\x7F\xFF");
    expect("info [WebSocketGateway] user=a\\nb\\x0d\\x1b[31m\\xc2\\x85\\x7f\\xff\n");
    log_write(LOG_ERROR_LEVEL, "X", "%s", "ni\xC3\xB1o \xE2\x82\xAC");
    expect("error [X] ni\xC3\xB1o \xE2\x82\xAC\n");
}

static void test_levels(void **state)
{
    (void)state;
    enum log_level level = LOG_DEBUG_LEVEL;
    assert_true(log_level_parse("warn", &level));
    assert_int_equal(level, LOG_WARN_LEVEL);
    assert_false(log_level_parse("WARN", &level));
    assert_false(log_level_parse("", &level));
    assert_true(log_open(scratch_file("log", "", 0), LOG_WARN_LEVEL));
    log_write(LOG_INFO_LEVEL, "X", "not this");
    log_write(LOG_WARN_LEVEL, "X", "this");
    expect("warn [X] this\n");
}

static void test_a_long_message_is_cut_and_stays_one_line(void **state)
{
    (void)state;
    char *message = malloc(20001);
    memset(message, '\n', 20000);
    message[20000] = '\0';
    assert_true(log_open(scratch_file("log", "", 0), LOG_INFO_LEVEL));
    log_write(LOG_INFO_LEVEL, "X", "%s", message);
    free(message);
    char *text = written("log");
    char *end = strchr(text, '\n');
    assert_non_null(end);
    assert_string_equal(end, "\n");
    free(text);
}

static void test_reopens_after_rotation(void **state)
{
    (void)state;
    char rotated[512];
    assert_true(log_open(scratch_file("log", "", 0), LOG_INFO_LEVEL));
    snprintf(rotated, sizeof rotated, "%s", scratch_file("log.1", NULL, 0));
    assert_int_equal(rename(scratch_file("log", NULL, 0), rotated), 0);
    log_write(LOG_INFO_LEVEL, "X", "old");
    log_reopen();
    log_write(LOG_INFO_LEVEL, "X", "new");
    expect("info [X] new\n");
    char *old = written("log.1");
    assert_string_equal(old, "info [X] old\n");
    free(old);
}

static void test_a_file_that_cannot_be_opened_changes_nothing(void **state)
{
    (void)state;
    assert_true(log_open(scratch_file("log", "", 0), LOG_INFO_LEVEL));
    assert_false(log_open("/nowhere/at/all/log", LOG_ERROR_LEVEL));
    log_write(LOG_INFO_LEVEL, "X", "still here");
    expect("info [X] still here\n");
}

static void test_about_a_request(void **state)
{
    (void)state;
    assert_true(log_open(scratch_file("log", "", 0), LOG_INFO_LEVEL));
    log_about("a1-B_2");
    log_write(LOG_INFO_LEVEL, "X", "this");
    expect("info request=a1-B_2 [X] this\n");
    log_about(NULL);
    log_write(LOG_INFO_LEVEL, "X", "that");
    expect("info [X] that\n");
}

/* The whole line but its time. */
static void expect_json(const char *rest)
{
    char *text = file_read_text(scratch_file("log", NULL, 0), 1 << 20);
    assert_non_null(text);
    scratch_file("log", "", 0);
    assert_int_equal(strncmp(text, "{\"time\":\"2", 10), 0);
    assert_true(strlen(text) > 33);
    assert_string_equal(text + 33, rest);
    free(text);
}

static void test_json(void **state)
{
    (void)state;
    assert_true(log_open(scratch_file("log", "", 0), LOG_INFO_LEVEL));
    log_as_json(true);
    log_write(LOG_INFO_LEVEL, "X", "ni\xC3\xB1o \xE2\x82\xAC");
    expect_json(
        "\",\"level\":\"info\",\"context\":\"X\",\"message\":\"ni\xC3\xB1o \xE2\x82\xAC\"}\n");
    log_write(LOG_WARN_LEVEL, "X", "%s", "a\nb\r\x1B\xC2\x85\x7F\xFF\"c\\d");
    expect_json("\",\"level\":\"warn\",\"context\":\"X\",\"message\":"
                "\"a\\u000ab\\u000d\\u001b\\u0085\\u007f\\ufffd\\\"c\\\\d\"}\n");
    log_about("a1-B_2");
    log_write(LOG_ERROR_LEVEL, "X", "this");
    expect_json("\",\"level\":\"error\",\"context\":\"X\",\"requestId\":\"a1-B_2\",\"message\":"
                "\"this\"}\n");
    log_about(NULL);
    char message[6000];
    memset(message, '\x01', sizeof message - 1); /* the longest there is */
    message[sizeof message - 1] = '\0';
    log_write(LOG_ERROR_LEVEL, "X", "%s", message);
    char *text = file_read_text(scratch_file("log", NULL, 0), 1 << 20);
    assert_int_equal(strcspn(text, "\n"), strlen(text) - 1);
    assert_string_equal(text + strlen(text) - 9, "\\u0001\"}\n");
    free(text);
    log_as_json(false);
}

static int tear_down(void **state)
{
    (void)state;
    log_open(NULL, LOG_INFO_LEVEL);
    scratch_remove();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_value_never_breaks_a_line),
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_a_long_message_is_cut_and_stays_one_line),
        cmocka_unit_test(test_reopens_after_rotation),
        cmocka_unit_test(test_a_file_that_cannot_be_opened_changes_nothing),
        cmocka_unit_test(test_about_a_request),
        cmocka_unit_test(test_json),
    };
    return cmocka_run_group_tests(tests, NULL, tear_down);
}
