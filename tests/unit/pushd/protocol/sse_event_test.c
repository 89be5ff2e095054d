#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "pushd/protocol/sse_event.h"
#include "shared/base/buffer.h"

static void test_cases(void **state)
{
    static const struct {
        const char *event, *payload, *cursor, *expected;
    } cases[] = {
        {"log:error", "{\"a\":1}", "e.7", "event: log:error\ndata: {\"a\":1}\nid: e.7~"},
        {"log:error", "{\"a\":1}", NULL, "event: log:error\ndata: {\"a\":1}\n\n"},
        {"x", "{\n \"a\":\r1}", "e.7", "event: x\ndata: {\ndata:  \"a\":\ndata: 1}\nid: e.7~"},
        {"x", "a\r\n", NULL, "event: x\ndata: a\ndata: \ndata: \n\n"},
        {"x", "", NULL, "event: x\ndata: \n\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer text;

        buffer_init(&text);
        sse_event_append(&text, cases[i].event, cases[i].payload, strlen(cases[i].payload),
                         cases[i].cursor);
        assert_string_equal(text.data, cases[i].expected);
        buffer_deinit(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
