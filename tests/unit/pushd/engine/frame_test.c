#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "pushd/engine/close_reason.h"
#include "pushd/engine/frame.h"

static void test_headers(void **state)
{
    static const struct {
        enum frame_kind kind;
        size_t length, header_length;
        unsigned char header[10];
    } cases[] = {
        {FRAME_TEXT, 0, 2, {0x81, 0}},
        {FRAME_TEXT, 125, 2, {0x81, 125}},
        {FRAME_BINARY, 126, 4, {0x82, 126, 0, 126}},
        {FRAME_TEXT, 65535, 4, {0x81, 126, 0xff, 0xff}},
        {FRAME_BINARY, 65536, 10, {0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0}},
        {FRAME_RAW, 65536, 0, {0}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct frame *frame = frame_create(cases[i].kind, cases[i].length);
        size_t wire_length, length;
        const char *wire = frame_wire(frame, &wire_length);
        char *payload = frame_payload(frame, &length);

        assert_int_equal(length, cases[i].length);
        assert_int_equal(wire_length, cases[i].length + cases[i].header_length);
        assert_ptr_equal(payload, wire + cases[i].header_length);
        if (cases[i].header_length > 0)
            assert_memory_equal(wire, cases[i].header, cases[i].header_length);
        assert_int_equal(frame_kind(frame), cases[i].kind);
        frame_unref(&frame);
        assert_null(frame);
    }
}

static void test_references(void **state)
{
    struct frame *frame = frame_from_text("4x", 2), *other = frame_ref(frame);
    size_t length;

    (void)state;
    frame_unref(&frame);
    assert_memory_equal(frame_payload(other, &length), "4x", 2);
    frame_unref(&other);
    frame_unref(&other);
}

static void test_close_reasons(void **state)
{
    (void)state;
    for (int reason = 0; reason < CLOSE_REASON_COUNT; reason++) {
        int code = close_reason_code((enum close_reason)reason);

        assert_true(strlen(close_reason_name((enum close_reason)reason)) > 0);
        assert_true(code == 0 || (code >= 1000 && code <= 1013) || (code >= 4000 && code <= 4999));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_references),
        cmocka_unit_test(test_close_reasons),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
