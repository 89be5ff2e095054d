#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "tests/bench/load/scan.h"

/* A copy without a byte behind it, so that reading too far is noticed. */
static char *exact(const char *bytes, size_t length)
{
    char *copy = malloc(length ? length : 1);

    memcpy(copy, bytes, length);
    return copy;
}

static size_t make_frame(char *bytes, unsigned opcode, size_t payload)
{
    size_t head = payload < 126 ? 2 : payload < 65536 ? 4 : 10;

    bytes[0] = (char)(0x80 | opcode);
    bytes[1] = (char)(head == 2 ? payload : head == 4 ? 126 : 127);
    for (size_t i = 2; i < head; i++)
        bytes[i] = (char)(payload >> 8 * (head - 1 - i));
    memset(bytes + head, 'x', payload);
    return head + payload;
}

static void test_frame_torn_at_every_byte(void **state)
{
    static const size_t lengths[] = {0, 1, 125, 126, 230, 65535, 65536};
    static char bytes[65536 + 10];

    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        size_t size = make_frame(bytes, SCAN_TEXT, lengths[i]);
        size_t step = size > 1000 ? 509 : 1;
        struct scanned_frame frame;
        char *copy;

        for (size_t cut = 0; cut < size; cut += cut < 16 ? 1 : step) {
            copy = exact(bytes, cut);
            assert_int_equal(scan_frame(copy, cut, &frame), SCAN_INCOMPLETE);
            free(copy);
        }
        copy = exact(bytes, size);
        assert_int_equal(scan_frame(copy, size, &frame), SCAN_COMPLETE);
        assert_int_equal(frame.opcode, SCAN_TEXT);
        assert_int_equal(frame.size, size);
        assert_int_equal(frame.length, lengths[i]);
        assert_ptr_equal(frame.payload, copy + size - lengths[i]);
        free(copy);
    }
}

static void test_frames_one_after_the_other(void **state)
{
    char bytes[600];
    size_t length = make_frame(bytes, SCAN_TEXT, 230), used = 0;
    struct scanned_frame frame;

    (void)state;
    length += make_frame(bytes + length, SCAN_PING, 4);
    length += make_frame(bytes + length, SCAN_TEXT, 3);
    assert_int_equal(scan_frame(bytes, length, &frame), SCAN_COMPLETE);
    assert_int_equal(frame.length, 230);
    used += frame.size;
    assert_int_equal(scan_frame(bytes + used, length - used, &frame), SCAN_COMPLETE);
    assert_int_equal(frame.opcode, SCAN_PING);
    used += frame.size;
    assert_int_equal(scan_frame(bytes + used, length - used, &frame), SCAN_COMPLETE);
    assert_int_equal(used + frame.size, length);
}

static void test_frames_that_no_server_sends(void **state)
{
    static const struct {
        const char *what;
        char bytes[2];
    } cases[] = {
        {"fragment", "\x01"},
        {"continuation", {0, 1}},
        {"compressed", {(char)0xc1, 1}},
        {"masked", {(char)0x81, (char)0x81}},
    };
    struct scanned_frame frame;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *copy = exact(cases[i].bytes, 2);

        if (scan_frame(copy, 2, &frame) != SCAN_MALFORMED)
            fail_msg("%s", cases[i].what);
        free(copy);
    }
}

static void test_answers(void **state)
{
    static const struct {
        const char *text;
        int status;
        bool close;
        const char *body;
    } cases[] = {
        {"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n", 101, false, ""},
        {"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n", 204, true, ""},
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, false, "hello"},
        {"HTTP/1.1 200 OK\r\ncontent-length:0\r\n\r\n", 200, false, ""},
        {"HTTP/1.0 503 Busy\r\nX-Content-Length: 9\r\nContent-Length: 2\r\nconnection: "
         "Close\r\n\r\nno",
         503, true, "no"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 200, false, ""},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n"
         "0\r\n\r\n",
         200, false, "abc0123456789"},
    };
    struct scanned_answer answer;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t size = strlen(cases[i].text);
        char *copy;

        for (size_t cut = 0; cut < size; cut++) {
            copy = exact(cases[i].text, cut);
            assert_int_equal(scan_answer(copy, cut, &answer), SCAN_INCOMPLETE);
            free(copy);
        }
        copy = exact(cases[i].text, size);
        assert_int_equal(scan_answer(copy, size, &answer), SCAN_COMPLETE);
        assert_int_equal(answer.status, cases[i].status);
        assert_int_equal(answer.close, cases[i].close);
        assert_int_equal(answer.size, size);
        assert_int_equal(answer.length, strlen(cases[i].body));
        assert_memory_equal(answer.body, cases[i].body, answer.length);
        free(copy);
    }
}

static void test_answers_that_are_none(void **state)
{
    static const char *const cases[] = {
        "\r\n\r\n",
        "HTTP/1.\r\n\r\n",
        "HTTP/1.1 \r\n\r\n",
        "SSH-2.0-x\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    };
    struct scanned_answer answer;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *copy = exact(cases[i], strlen(cases[i]));

        if (scan_answer(copy, strlen(cases[i]), &answer) != SCAN_MALFORMED)
            fail_msg("%s", cases[i]);
        free(copy);
    }
}

static void test_packets(void **state)
{
    (void)state;
    assert_int_equal(scan_packet("", 0), 0);
    assert_int_equal(scan_packet("42[]", 4), 4);
    assert_int_equal(scan_packet("42[]\x1e"
                                 "2",
                                 6),
                     4);
    assert_int_equal(scan_packet("\x1e", 1), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frame_torn_at_every_byte),
        cmocka_unit_test(test_frames_one_after_the_other),
        cmocka_unit_test(test_frames_that_no_server_sends),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_answers_that_are_none),
        cmocka_unit_test(test_packets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
