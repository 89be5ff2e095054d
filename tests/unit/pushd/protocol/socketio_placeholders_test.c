#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "pushd/protocol/socketio_placeholders.h"

#define PLACE(number) "{\"_placeholder\":true,\"num\":" #number "}"

static void test_cases(void **state)
{
    static const struct {
        const char *text;
        size_t count;
        bool match;
    } cases[] = {
        {"[\"a\"]", 0, true},
        {"[\"a\"," PLACE(0) "]", 1, true},
        {"[\"a\"," PLACE(1) ",{\"b\":[" PLACE(0) "]}]", 2, true},
        {"[{\"num\":0,\"_placeholder\":true}]", 1, true},
        {"[ { \"_placeholder\" : true , \"num\" : 0 } ]", 1, true},
        {"[\"{\\\"_placeholder\\\":true,\\\"num\\\":0}\"]", 0, true}, /* a text */
        {"[{\"_placeholder\":false,\"num\":0}]", 0, true},
        {"[{\"_placeholder\":\"true\"}]", 0, true},
        {"[{\"x\":\"_placeholder\"},true]", 0, true},
        {"[{\"num\":0}]", 0, true},
        {"[\"a\"]", 1, false},
        {"[\"a\"," PLACE(0) "]", 0, false},
        {"[\"a\"," PLACE(0) "]", 2, false},
        {"[\"a\"," PLACE(1) "]", 1, false},
        {"[\"a\"," PLACE(0) "," PLACE(0) "]", 2, false},
        {"[\"a\"," PLACE(0) "," PLACE(2) "]", 2, false},
        {"[" PLACE(18446744073709551616) "]", 1, false},
        {"[" PLACE(-1) "]", 1, false},
        {"[" PLACE(0.5) "]", 1, false},
        {"[" PLACE(0e0) "]", 1, false},
        {"[{\"_placeholder\":true}]", 1, false},
        {"[{\"_placeholder\":true,\"num\":\"0\"}]", 1, false},
        {"[{\"_placeholder\":true,\"num\":0,\"more\":1}]", 1, false},
        {"[{\"more\":1,\"_placeholder\":true,\"num\":0}]", 1, false},
        {"[{\"_placeholder\":true,\"_placeholder\":true}]", 1, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (socketio_placeholders_match(cases[i].text, strlen(cases[i].text), cases[i].count) !=
            cases[i].match)
            fail_msg("%s with %zu", cases[i].text, cases[i].count);
    }
}

static void test_as_many_as_there_may_be(void **state)
{
    char text[64 * SOCKETIO_ATTACHMENTS_MAX] = "[";
    size_t length = 1;

    (void)state;
    for (int i = SOCKETIO_ATTACHMENTS_MAX - 1; i >= 0; i--)
        length += (size_t)snprintf(text + length, sizeof text - length,
                                   "{\"_placeholder\":true,\"num\":%d}%c", i, i > 0 ? ',' : ']');
    assert_true(socketio_placeholders_match(text, length, SOCKETIO_ATTACHMENTS_MAX));
    assert_false(socketio_placeholders_match(text, length, SOCKETIO_ATTACHMENTS_MAX - 1));
    assert_false(socketio_placeholders_match(text, length, SOCKETIO_ATTACHMENTS_MAX + 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_as_many_as_there_may_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
