#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "pushd/protocol/http1.h"

static const struct sample {
    const char *bytes;
    int status; /* 0: accepted */
} samples[] = {
    {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 0},
    {"\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", 0},
    {"GET /a?b=c%20d HTTP/1.1\r\nhOST:x:80\r\nX:\t y \r\nEmpty:\r\n\r\n", 0},
    {"POST / HTTP/1.1\r\nHost: [::1]:3000\r\nContent-Length: 12\r\n\r\n", 0},
    {"GET / HTTP/1.0\r\n\r\n", 0},
    {"GET / HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nX-A: 2\r\n\r\n", 0},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n", 0},
    {"GET / HTTP/1.1\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
    {"GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET / HTTP/1.1 \r\nHost: x\r\n\r\n", 400},
    {"GET / http/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET /\r\nHost: x\r\n\r\n", 400},
    {" GET / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"G(T / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET /\xc3\xb1 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET /#a HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET / HTTP/1.1\nHost: x\n\n", 400},
    {"GET / HTTP/1.1\r\nHost: x\r\n\n", 400},
    {"GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: x\r\nnocolon\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: x\r\n: v\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: x\r\nX: a\x01\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x1\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999999999\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\ncontent-length: 1\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
     "chunked\r\n\r\n",
     400},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n", 501},
    {"POST / HTTP/1.1\r\nHost: x\r\nExpect: cake\r\n\r\n", 417},
    {"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505},
    {"GET / HTTP/1.2\r\nHost: x\r\n\r\n", 505},
};

static int read_head(const char *bytes, size_t length, size_t *scanned, struct http1_head *head)
{
    int status = 0;
    enum http1_result result = http1_scan(bytes, length, scanned, &status);

    if (result == HTTP1_INCOMPLETE)
        return -1;
    if (result == HTTP1_REFUSED)
        return status;
    assert_int_equal(*scanned, length);
    return http1_parse(bytes, length, head) == HTTP1_COMPLETE ? 0 : head->refused_status;
}

static void test_samples(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct http1_head head;
        size_t scanned = 0;
        int status = read_head(samples[i].bytes, strlen(samples[i].bytes), &scanned, &head);

        if (status != samples[i].status)
            print_error("%s: %d\n", samples[i].bytes, status);
        assert_int_equal(status, samples[i].status);
    }
}

static void test_torn_at_every_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        size_t length = strlen(samples[i].bytes), scanned = 0;
        struct http1_head head;
        int status = -1;

        for (size_t end = 1; end <= length && status < 0; end++)
            status = read_head(samples[i].bytes, end, &scanned, &head);
        assert_int_equal(status, samples[i].status);
    }
}

static void test_parts(void **state)
{
    static const char bytes[] = "POST /p?q HTTP/1.1\r\nHost: x\r\nUpgrade: a, WebSocket\r\n"
                                "Connection: keep-alive, UPGRADE\r\nContent-Length: 7\r\n"
                                "Expect: 100-continue\r\nX:  a b \t\r\n\r\n";
    struct http1_head head;
    size_t scanned = 0;

    (void)state;
    assert_int_equal(read_head(bytes, strlen(bytes), &scanned, &head), 0);
    assert_int_equal(head.method.length, 4);
    assert_memory_equal(head.target.bytes, "/p?q", 4);
    assert_int_equal(head.content_length, 7);
    assert_true(head.keep_alive && head.upgrade_websocket && head.expect_continue);
    assert_false(head.chunked);
    assert_int_equal(head.field_count, 6);
    assert_int_equal(head.fields[5].value.length, 3);
    assert_memory_equal(head.fields[5].value.bytes, "a b", 3);
}

static void test_keep_alive(void **state)
{
    static const struct {
        const char *bytes;
        bool keep_alive;
    } cases[] = {
        {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", true},
        {"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", false},
        {"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nConnection: keep-alive\r\n\r\n", false},
        {"GET / HTTP/1.0\r\n\r\n", false},
        {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http1_head head;
        size_t scanned = 0;

        assert_int_equal(read_head(cases[i].bytes, strlen(cases[i].bytes), &scanned, &head), 0);
        assert_int_equal(head.keep_alive, cases[i].keep_alive);
    }
}

static void test_too_much(void **state)
{
    static char bytes[HTTP1_HEAD_MAX + 100];
    size_t scanned = 0;
    int status = 0;

    (void)state;
    memset(bytes, 'a', sizeof bytes);
    assert_int_equal(http1_scan(bytes, sizeof bytes, &scanned, &status), HTTP1_REFUSED);
    assert_int_equal(status, 431);
}

static void test_queries(void **state)
{
    static const struct {
        const char *query, *name, *value;
    } cases[] = {
        {"a=1&b=2", "b", "2"},
        {"a=1&a=2", "a", "1"},
        {"a", "a", ""},
        {"a=", "a", ""},
        {"", "a", NULL},
        {"ab=1", "a", NULL},
        {"%61=x", "a", "x"},
        {"a=b%20c+d", "a", "b c d"},
        {"a=%C3%B1", "a", "\xc3\xb1"},
        {"x&&a=1=2", "a", "1=2"},
        {"a%=1", "a", NULL},
        {"a=%26&b=1", "a", "&"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http1_slice value;
        char decoded[64];
        bool found = http1_query_find(cases[i].query, cases[i].name, &value);

        assert_int_equal(found, cases[i].value != NULL);
        if (!found)
            continue;
        assert_true(http1_decode(value, true, decoded));
        assert_string_equal(decoded, cases[i].value);
    }
}

static void test_broken_escapes(void **state)
{
    static const char *const cases[] = {"%", "%1", "%zz", "%00", "%ff", "a%c3", "%ed%a0%80"};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char decoded[64];

        assert_false(http1_decode((struct http1_slice){cases[i], strlen(cases[i])}, true, decoded));
        assert_false(http1_query_valid((struct http1_slice){cases[i], strlen(cases[i])}));
    }
}

/* Reads in pieces of at most `step` bytes: how much data, -1 when refused, -2 when incomplete. */
static int read_chunks(const char *bytes, size_t length, size_t step, char *data)
{
    struct http1_chunked chunked;
    size_t at = 0, total = 0;
    enum http1_result result = HTTP1_INCOMPLETE;

    http1_chunked_init(&chunked);
    while (at < length && result == HTTP1_INCOMPLETE) {
        size_t piece = length - at < step ? length - at : step, used;
        struct http1_slice run;

        result = http1_chunked_read(&chunked, bytes + at, piece, &used, &run);
        if (result == HTTP1_REFUSED)
            return -1;
        memcpy(data + total, run.bytes, run.length);
        total += run.length;
        at += used;
    }
    return result == HTTP1_COMPLETE ? (int)total : -2;
}

static void test_chunked(void **state)
{
    static const struct {
        const char *bytes, *data; /* NULL: refused; "…": incomplete */
        int result;
    } cases[] = {
        {"0\r\n\r\n", "", 0},
        {"3\r\nabc\r\n0\r\n\r\n", "abc", 3},
        {"03\r\nabc\r\n00\r\n\r\n", "abc", 3},
        {"a\r\n0123456789\r\n1;x=\"y\"\r\nz\r\n0\r\nTrailer: t\r\n\r\n", "0123456789z", 11},
        {"3\r\nabc\r\n", "abc", -2},
        {"\r\n", NULL, -1},
        {"3\nabc\r\n0\r\n\r\n", NULL, -1},
        {"3\r\nabcd\r\n0\r\n\r\n", NULL, -1},
        {" 3\r\nabc\r\n0\r\n\r\n", NULL, -1},
        {"0x3\r\nabc\r\n0\r\n\r\n", NULL, -1},
        {"-1\r\n", NULL, -1},
        {"123456789\r\n", NULL, -1},
        {"3\r\nabc0\r\n\r\n", NULL, -1},
        {"0\r\nbad\x01\r\n\r\n", NULL, -1},
        {"0\r\n\rx", NULL, -1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t step = 1; step <= strlen(cases[i].bytes); step++) {
            char data[64] = "";
            int result = read_chunks(cases[i].bytes, strlen(cases[i].bytes), step, data);

            assert_int_equal(result, cases[i].result);
            if (cases[i].data)
                assert_string_equal(data, cases[i].data);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_samples),        cmocka_unit_test(test_torn_at_every_byte),
        cmocka_unit_test(test_parts),          cmocka_unit_test(test_keep_alive),
        cmocka_unit_test(test_too_much),       cmocka_unit_test(test_queries),
        cmocka_unit_test(test_broken_escapes), cmocka_unit_test(test_chunked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
