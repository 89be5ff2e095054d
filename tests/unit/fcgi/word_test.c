#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "fcgi/word.h"

static void test_words(void **state)
{
    (void)state;
    const char *words =
        "  user :id=uuid ?limit=limit ?service=filter .resolution body=many body=optional "
        "tokenId issuedAt ?channels=channels ?after=cursor";
    struct word word;
    static const struct word expected[] = {
        {WORD_USER, TYPE_TEXT, ""},
        {WORD_SEGMENT, TYPE_UUID, "id"},
        {WORD_QUERY, TYPE_LIMIT, "limit"},
        {WORD_QUERY, TYPE_FILTER, "service"},
        {WORD_MEMBER, TYPE_TEXT, "resolution"},
        {WORD_BODY, TYPE_MANY, ""},
        {WORD_BODY, TYPE_OPTIONAL, ""},
        {WORD_TOKEN_ID, TYPE_TEXT, ""},
        {WORD_ISSUED_AT, TYPE_TEXT, ""},
        {WORD_QUERY, TYPE_CHANNELS, "channels"},
        {WORD_QUERY, TYPE_CURSOR, "after"},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_true(word_next(&words, &word));
        assert_int_equal(word.kind, expected[i].kind);
        assert_int_equal(word.type, expected[i].type);
        assert_string_equal(word.name, expected[i].name);
    }
    assert_false(word_next(&words, &word));
    assert_string_equal(words, "");
}

static void test_no_words(void **state)
{
    (void)state;
    static const char *const samples[] = {
        "users",       "user role",     "?",
        ":=uuid",      "?limit=",       "?limit=number",
        "?limit=limi", "?limit=limits", "bodies",
        ".",           "user,roles",    "?nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn",
    };
    size_t count;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        if (word_check_all(samples[i], &count))
            fail_msg("%s", samples[i]);
    assert_true(word_check_all("", &count));
    assert_int_equal(count, 0);
    assert_true(word_check_all("user ?a ", &count));
    assert_int_equal(count, 2);
}

static void test_types(void **state)
{
    (void)state;
    char long_text[202];
    memset(long_text, 'x', 201);
    long_text[201] = '\0';
    const struct {
        enum word_type type;
        const char *value;
        bool accepted;
    } samples[] = {
        {TYPE_LIMIT, "1", true},          {TYPE_LIMIT, "500", true},
        {TYPE_LIMIT, "0", false},         {TYPE_LIMIT, "501", false},
        {TYPE_LIMIT, "-1", false},        {TYPE_LIMIT, "+1", false},
        {TYPE_LIMIT, "1.0", false},       {TYPE_LIMIT, " 1", false},
        {TYPE_LIMIT, "", false},          {TYPE_LIMIT, "9007199254740993", false},
        {TYPE_BOOLEAN, "true", true},     {TYPE_BOOLEAN, "false", true},
        {TYPE_BOOLEAN, "TRUE", false},    {TYPE_BOOLEAN, "1", false},
        {TYPE_BOOLEAN, "", false},        {TYPE_TEXT, "", false},
        {TYPE_TEXT, "x", true},           {TYPE_TEXT, long_text, false},
        {TYPE_TEXT, long_text + 1, true},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        if (type_accepts(samples[i].type, samples[i].value) != samples[i].accepted)
            fail_msg("%s", samples[i].value);
    assert_string_equal(type_fallback(TYPE_LIMIT), "100");
    assert_string_equal(type_fallback(TYPE_BOOLEAN), "false");
    assert_null(type_fallback(TYPE_UUID));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_no_words),
        cmocka_unit_test(test_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
