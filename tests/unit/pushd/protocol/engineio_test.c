#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "pushd/protocol/base64.h"
#include "pushd/protocol/engineio.h"
#include "shared/base/buffer.h"

/* Reads a payload and writes it again; false when it is refused. */
static bool read_again(const char *payload, struct buffer *again)
{
    const char *end = payload + strlen(payload);
    struct buffer binary;
    bool good = true;

    buffer_init(&binary);
    while (good && payload < end) {
        struct engineio_packet packet;

        buffer_clear(&binary);
        good = engineio_payload_next(&payload, end, &binary, &packet);
        if (good && packet.kind == FRAME_BINARY)
            engineio_payload_append(again, FRAME_BINARY, packet.data, packet.length);
        else if (good)
            engineio_payload_append(again, FRAME_TEXT, packet.data - 1, packet.length + 1);
    }
    buffer_deinit(&binary);
    return good;
}

static void test_payloads(void **state)
{
    static const struct {
        const char *payload, *again; /* NULL: refused */
    } cases[] = {
        {"4hello", "4hello"},
        {"4", "4"},
        {"2\x1e"
         "3\x1e"
         "4a\x1e"
         "6",
         "2\x1e"
         "3\x1e"
         "4a\x1e"
         "6"},
        {"bAQIDBA==", "bAQIDBA=="},
        {"bAQIDBA", "bAQIDBA=="},
        {"4a\x1e"
         "b\x1e"
         "4b",
         "4a\x1e"
         "b\x1e"
         "4b"},
        {"7", NULL},
        {"a", NULL},
        {"\x1e", NULL},
        {"4a\x1e", NULL},
        {"\x1e"
         "4a",
         NULL},
        {"4a\x1e\x1e"
         "4b",
         NULL},
        {"bA", NULL},
        {"bAQI*", NULL},
        {"bAQ=", NULL},
        {"bA===", NULL},
        {"b=", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer again;

        buffer_init(&again);
        assert_int_equal(read_again(cases[i].payload, &again), cases[i].again != NULL);
        if (cases[i].again)
            assert_string_equal(again.data, cases[i].again);
        buffer_deinit(&again);
    }
}

static void test_base64_of_every_length(void **state)
{
    char bytes[67];

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 37 + 200);
    for (size_t length = 0; length <= sizeof bytes; length++) {
        struct buffer text, back;

        buffer_init(&text);
        buffer_init(&back);
        base64_encode(bytes, length, &text);
        assert_int_equal(text.length, (length + 2) / 3 * 4);
        assert_true(base64_decode(text.data, text.length, &back));
        assert_int_equal(back.length, length);
        if (length > 0)
            assert_memory_equal(back.data, bytes, length);
        buffer_deinit(&text);
        buffer_deinit(&back);
    }
}

static void test_opening(void **state)
{
    struct engineio_opening opening = {"abc", true, 25000, 20000, 1000000};
    struct buffer packet;

    (void)state;
    buffer_init(&packet);
    engineio_opening_append(&packet, &opening);
    assert_string_equal(packet.data, "0{\"sid\":\"abc\",\"upgrades\":[\"websocket\"],"
                                     "\"pingInterval\":25000,\"pingTimeout\":20000,"
                                     "\"maxPayload\":1000000}");
    buffer_deinit(&packet);
}

static void test_errors(void **state)
{
    (void)state;
    assert_string_equal(engineio_error_body(ENGINEIO_ERROR_UNKNOWN_SESSION),
                        "{\"code\":1,\"message\":\"Session ID unknown\"}");
    assert_string_equal(engineio_error_body(ENGINEIO_ERROR_UNSUPPORTED_VERSION),
                        "{\"code\":5,\"message\":\"Unsupported protocol version\"}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_payloads),
        cmocka_unit_test(test_base64_of_every_length),
        cmocka_unit_test(test_opening),
        cmocka_unit_test(test_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
