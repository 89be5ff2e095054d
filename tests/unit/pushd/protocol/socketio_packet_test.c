#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "pushd/protocol/json_text.h"
#include "pushd/protocol/socketio_packet.h"
#include "shared/base/buffer.h"

static void assert_slice(const char *bytes, size_t length, const char *expected)
{
    assert_int_equal(length, strlen(expected));
    assert_memory_equal(bytes, expected, length);
}

static void test_accepted(void **state)
{
    static const struct {
        const char *text, *namespace_name, *name, *rest; /* rest: arguments, or the payload */
        size_t attachments;
        int64_t id;
    } cases[] = {
        {"0", "/", NULL, "", 0, -1},
        {"0{\"token\":\"x\"}", "/", NULL, "{\"token\":\"x\"}", 0, -1},
        {"0/admin", "/admin", NULL, "", 0, -1},
        {"0/admin,", "/admin", NULL, "", 0, -1},
        {"0/admin,{}", "/admin", NULL, "{}", 0, -1},
        {"1", "/", NULL, "", 0, -1},
        {"1/admin,", "/admin", NULL, "", 0, -1},
        {"2[\"a\"]", "/", "\"a\"", "", 0, -1},
        {"2[\"a\",1,{\"b\":[2]}]", "/", "\"a\"", "1,{\"b\":[2]}", 0, -1},
        {"2[ \"a\" , 1 ] ", "/", "\"a\"", "1 ", 0, -1},
        {"2[\"]\",\"]\"]", "/", "\"]\"", "\"]\"", 0, -1},
        {"20[\"a\"]", "/", "\"a\"", "", 0, 0},
        {"29007199254740991[\"a\"]", "/", "\"a\"", "", 0, 9007199254740991},
        {"2/x,12[\"a\"]", "/x", "\"a\"", "", 0, 12},
        {"3/x,7[]", "/x", NULL, "[]", 0, 7},
        {"4{\"message\":\"x\"}", "/", NULL, "{\"message\":\"x\"}", 0, -1},
        {"51-[\"a\",{\"_placeholder\":true,\"num\":0}]", "/", "\"a\"",
         "{\"_placeholder\":true,\"num\":0}", 1, -1},
        {"52-/x,3[\"a\",{\"_placeholder\":true,\"num\":1},{\"b\":[{\"num\":0, "
         "\"_placeholder\" : true}]}]",
         "/x", "\"a\"",
         "{\"_placeholder\":true,\"num\":1},{\"b\":[{\"num\":0, \"_placeholder\" : true}]}", 2, 3},
        {"61-4[{\"_placeholder\":true,\"num\":0}]", "/", NULL,
         "[{\"_placeholder\":true,\"num\":0}]", 1, 4},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct socketio_packet packet;

        if (!socketio_parse(cases[i].text, strlen(cases[i].text), &packet))
            fail_msg("%s is refused", cases[i].text);
        assert_slice(packet.namespace_name, packet.namespace_length, cases[i].namespace_name);
        assert_int_equal(packet.attachment_count, cases[i].attachments);
        assert_int_equal(packet.id, cases[i].id);
        if (cases[i].name) {
            assert_slice(packet.name, packet.name_length, cases[i].name);
            assert_slice(packet.arguments, packet.arguments_length, cases[i].rest);
        } else {
            assert_slice(packet.payload, packet.payload_length, cases[i].rest);
        }
    }
}

static const char *const refused[] = {
    "",
    "7",
    "a",
    "-",
    "2",
    "2{}",
    "2[]",
    "2[1]",
    "2[true]",
    "2[null]",
    "2[\"a\"",
    "2[\"a\",]",
    "2[\"a\"]]",
    "2abc[\"a\"]",
    "2[\"connect\"]",
    "2[\"disconnect\",1]",
    "2 [\"a\"]",
    "2[\"a\"]x",
    "29007199254740992[\"a\"]",
    "2/x[\"a\"]",
    "0[]",
    "0\"x\"",
    "0{",
    "0{\"a\":1,}",
    "0{a:1}",
    "1{}",
    "1[]",
    "3",
    "3{}",
    "4",
    "4[]",
    "5[\"a\"]",
    "5-[\"a\"]",
    "50-[\"a\"]",
    "51[\"a\"]",
    "5x-[\"a\"]",
    "59999999-[\"a\"]",
    "6",
    "61-{}",
    "51-[\"a\"]",
    "51-[\"a\",{\"_placeholder\":true,\"num\":1}]",
    "61-[{\"_placeholder\":true,\"num\":-1}]",
    "2[\"a\",\"\x01\"]",
    "2[\"a\",01]",
    "2[\"a\",1.]",
    "2[\"a\",.5]",
    "2[\"a\",+1]",
    "2[\"a\",nul]",
    "2[\"a\",\"\\x\"]",
    "2[\"a\",\"\\u12g4\"]",
    "2[\"a\",[}]",
    "2[\"a\",{\"b\"}]",
    "2[\"a\",{1:2}]",
};

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct socketio_packet packet;

        if (socketio_parse(refused[i], strlen(refused[i]), &packet))
            fail_msg("%s is accepted", refused[i]);
    }
}

static void test_every_prefix_is_safe(void **state)
{
    static const char text[] =
        "51-/x,12[\"a\",{\"b\":[1.5e+3,\"\\u00e9\\n\",true]},{\"_placeholder\":true,\"num\":0}]";

    (void)state;
    for (size_t length = 0; length < sizeof text - 1; length++) {
        struct socketio_packet packet;
        char exact[sizeof text];

        memcpy(exact, text, length);
        assert_false(socketio_parse(exact, length, &packet));
    }
}

static void test_long_namespace(void **state)
{
    char text[SOCKETIO_NAMESPACE_MAX + 8];
    struct socketio_packet packet;

    (void)state;
    memset(text, 'x', sizeof text);
    memcpy(text, "0/", 2);
    assert_true(socketio_parse(text, 1 + SOCKETIO_NAMESPACE_MAX, &packet));
    assert_false(socketio_parse(text, 2 + SOCKETIO_NAMESPACE_MAX, &packet));
}

static void test_depth(void **state)
{
    static char text[2 * JSON_TEXT_MAX_DEPTH + 4];

    (void)state;
    memset(text, '[', JSON_TEXT_MAX_DEPTH);
    memset(text + JSON_TEXT_MAX_DEPTH, ']', JSON_TEXT_MAX_DEPTH);
    assert_true(json_text_valid(text, 2 * JSON_TEXT_MAX_DEPTH));
    memset(text, '[', JSON_TEXT_MAX_DEPTH + 1);
    memset(text + JSON_TEXT_MAX_DEPTH + 1, ']', JSON_TEXT_MAX_DEPTH + 1);
    assert_false(json_text_valid(text, 2 * JSON_TEXT_MAX_DEPTH + 2));
}

static void test_heads(void **state)
{
    struct buffer text;

    (void)state;
    buffer_init(&text);
    socketio_head_append(&text, SOCKETIO_EVENT, 0, "/", -1);
    assert_string_equal(text.data, "42");
    buffer_clear(&text);
    socketio_head_append(&text, SOCKETIO_BINARY_ACK, 2, "/api/v1/ws", 0);
    assert_string_equal(text.data, "462-/api/v1/ws,0");
    buffer_deinit(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepted),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_every_prefix_is_safe),
        cmocka_unit_test(test_long_namespace),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_heads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
