#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "tests/bench/load/options.h"
#include "tests/unit/shared/scratch.h"

enum { WORDS_MAX = 16 };

/* Words apart by one blank. */
static bool parse(struct options *options, const char *line)
{
    static char text[512];
    char *words[WORDS_MAX] = {"bench_load"}, *rest = text;
    int count = 1;

    snprintf(text, sizeof text, "%s", line);
    while (count < WORDS_MAX && (words[count] = strsep(&rest, " ")))
        count++;
    optind = 0;
    return options_parse(options, count, words);
}

static void test_addresses(void **state)
{
    static const struct {
        const char *url, *authority, *target;
        int port;
    } cases[] = {
        {"ws://127.0.0.1:4011/api/v1/ws", "127.0.0.1:4011", "/api/v1/ws", 4011},
        {"http://localhost:80", "localhost:80", "/", 80},
        {"ws://127.0.0.1:1?a=b", "127.0.0.1:1", "/?a=b", 1},
        {"http://127.0.0.1:65535/x?y", "127.0.0.1:65535", "/x?y", 65535},
    };
    struct options options;
    char line[256];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(line, sizeof line, "--url %s --clients 3", cases[i].url);
        assert_true(parse(&options, line));
        assert_string_equal(options.authority, cases[i].authority);
        assert_string_equal(options.target, cases[i].target);
        assert_int_equal(ntohs(options.address.sin_port), cases[i].port);
        assert_int_equal(ntohl(options.address.sin_addr.s_addr), INADDR_LOOPBACK);
        options_deinit(&options);
    }
}

static void test_refused(void **state)
{
    static const char *const cases[] = {
        "",
        "--url ws://127.0.0.1:1/",
        "--clients 3",
        "--clients 3 --url 127.0.0.1:1",
        "--clients 3 --url ws://127.0.0.1/",
        "--clients 3 --url ws://127.0.0.1:0/",
        "--clients 3 --url ws://127.0.0.1:65536/",
        "--clients 3 --url ws://example.org:1/",
        "--clients 3 --url wss://127.0.0.1:1/",
        "--clients 0 --url ws://127.0.0.1:1/",
        "--clients 3x --url ws://127.0.0.1:1/",
        "--clients 3 --url ws://127.0.0.1:1/ --wire tcp",
        "--clients 3 --url ws://127.0.0.1:1/ --wire websocket --resume",
        "--clients 3 --url ws://127.0.0.1:1/ --tokens /dev/null",
        "--clients 3 --url ws://127.0.0.1:1/ --marker ",
        "--clients 3 --url ws://127.0.0.1:1/ more",
    };
    struct options options;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (parse(&options, cases[i]))
            fail_msg("%s", cases[i]);
        options_deinit(&options);
    }
}

static void test_subscribe(void **state)
{
    struct options options;
    char text[32];

    (void)state;
    assert_true(parse(&options, "--url ws://127.0.0.1:1 --clients 3 --subscribe [\"s\",\"k-%d\"]"));
    assert_true(options_subscribe(&options, 1234, text, sizeof text));
    assert_string_equal(text, "[\"s\",\"k-1234\"]");
    options.keys = 1000;
    assert_true(options_subscribe(&options, 1234, text, sizeof text));
    assert_string_equal(text, "[\"s\",\"k-234\"]");
    assert_true(options_subscribe(&options, 234, text, 14));
    assert_false(options_subscribe(&options, 234, text, 13));
    options.subscribe = "plain";
    assert_true(options_subscribe(&options, 1, text, sizeof text));
    assert_string_equal(text, "plain");
}

static void test_tokens(void **state)
{
    const char *path = scratch_file("tokens", "one\r\n\ntwo", 9);
    struct options options;
    char line[512];

    (void)state;
    snprintf(line, sizeof line, "--url ws://127.0.0.1:1 --clients 3 --tokens %s", path);
    assert_true(parse(&options, line));
    assert_int_equal(options.token_count, 2);
    assert_string_equal(options_token(&options, 0), "one");
    assert_string_equal(options_token(&options, 3), "two");
    options_deinit(&options);
    assert_null(options_token(&options, 0));
    scratch_remove();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_subscribe),
        cmocka_unit_test(test_tokens),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
