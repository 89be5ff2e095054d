#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "shared/auth/token_claims.h"
#include "shared/json.h"
#include "shared/model/role.h"

#define NOW 1700000000
#define GOOD "\"sub\":\"u\",\"exp\":1700000600"

static const char *issuer = "", *audience = "";

static enum error_code read_text(const char *text, struct identity *identity)
{
    struct json_error error;
    struct json *claims = json_parse(text, strlen(text), &error);
    if (claims == NULL)
        fail_msg("%s: %s", text, error.message);
    struct token_rules rules = {
        .issuer = issuer, .audience = audience, .max_ttl_s = 604800, .now_s = NOW};
    enum error_code code = token_claims_read(claims, &rules, identity);
    json_free(&claims);
    return code;
}

static const struct {
    const char *claims;
    enum error_code code;
} samples[] = {
    {"{" GOOD "}", ERROR_NONE},
    {"[]", ERROR_TOKEN_INVALID},
    {"{}", ERROR_TOKEN_INVALID},
    {"{\"exp\":1700000600}", ERROR_TOKEN_INVALID},
    {"{\"sub\":\"u\"}", ERROR_TOKEN_INVALID},
    {"{\"sub\":\"u\",\"exp\":\"1700000600\"}", ERROR_TOKEN_INVALID},
    {"{\"sub\":\"u\",\"exp\":1700000600.5}", ERROR_TOKEN_INVALID},
    {"{\"sub\":\"u\",\"exp\":null}", ERROR_TOKEN_INVALID},
    {"{\"sub\":\"u\",\"exp\":true}", ERROR_TOKEN_INVALID},
    {"{\"sub\":\"u\",\"exp\":-1}", ERROR_TOKEN_INVALID},
    {"{\"sub\":\"u\",\"exp\":1e300}", ERROR_TOKEN_INVALID},
    {"{\"sub\":\"u\",\"exp\":0}", ERROR_TOKEN_EXPIRED},
    {"{\"sub\":\"u\",\"exp\":1699999999}", ERROR_TOKEN_EXPIRED},
    {"{\"sub\":\"u\",\"exp\":1700000000}", ERROR_TOKEN_EXPIRED}, /* no leeway */
    {"{\"sub\":\"u\",\"exp\":1700000001}", ERROR_NONE},
    {"{\"sub\":\"u\",\"exp\":1700604800}", ERROR_NONE},
    {"{\"sub\":\"u\",\"exp\":1700604801}", ERROR_TOKEN_INVALID},
    {"{" GOOD ",\"nbf\":1700000060}", ERROR_NONE},
    {"{" GOOD ",\"nbf\":1700000061}", ERROR_TOKEN_INVALID},
    {"{" GOOD ",\"nbf\":\"1\"}", ERROR_TOKEN_INVALID},
    {"{" GOOD ",\"iat\":1700000060}", ERROR_NONE},
    {"{" GOOD ",\"iat\":1700000061}", ERROR_TOKEN_INVALID},
    {"{" GOOD ",\"iat\":null}", ERROR_TOKEN_INVALID},
    {"{\"sub\":\"\",\"exp\":1700000600}", ERROR_TOKEN_INVALID},
    {"{\"sub\":7,\"exp\":1700000600}", ERROR_TOKEN_INVALID},
    {"{\"sub\":\"a\\nb\",\"exp\":1700000600}", ERROR_TOKEN_INVALID},
    {"{\"sub\":\"a\\u0085b\",\"exp\":1700000600}", ERROR_TOKEN_INVALID},
    {"{\"sub\":\"a\\u007f\",\"exp\":1700000600}", ERROR_TOKEN_INVALID},
    {"{" GOOD ",\"roles\":[]}", ERROR_NONE},
    {"{" GOOD ",\"roles\":[\"STUDENT\",\"UNHEARD\"]}", ERROR_NONE},
    {"{" GOOD ",\"roles\":\"STUDENT\"}", ERROR_TOKEN_INVALID},
    {"{" GOOD ",\"roles\":[1]}", ERROR_TOKEN_INVALID},
    {"{" GOOD ",\"roles\":null}", ERROR_TOKEN_INVALID},
    {"{" GOOD ",\"jti\":1}", ERROR_TOKEN_INVALID},
    {"{" GOOD ",\"iss\":1}", ERROR_TOKEN_INVALID},
    {"{" GOOD ",\"aud\":1}", ERROR_TOKEN_INVALID},
    {"{" GOOD ",\"aud\":[\"a\",1]}", ERROR_TOKEN_INVALID},
    {"{" GOOD ",\"temp\":true}", ERROR_TOKEN_PURPOSE},
    {"{" GOOD ",\"temp\":false}", ERROR_NONE},
    {"{" GOOD ",\"type\":\"password-reset\"}", ERROR_TOKEN_PURPOSE},
    {"{" GOOD ",\"type\":\"access\"}", ERROR_NONE},
};

static void test_claims(void **state)
{
    (void)state;
    for (size_t index = 0; index < sizeof samples / sizeof samples[0]; index++) {
        struct identity identity;
        enum error_code code = read_text(samples[index].claims, &identity);
        if (code != samples[index].code)
            fail_msg("%s: %s", samples[index].claims, error_code_text(code));
    }
}

static void test_issuer_and_audience(void **state)
{
    (void)state;
    static const struct {
        const char *claims;
        bool good;
    } configured[] = {
        {"{" GOOD ",\"iss\":\"me\",\"aud\":\"us\"}", true},
        {"{" GOOD ",\"iss\":\"me\",\"aud\":[\"them\",\"us\"]}", true},
        {"{" GOOD ",\"iss\":\"me\",\"aud\":[]}", false},
        {"{" GOOD ",\"iss\":\"me\",\"aud\":\"them\"}", false},
        {"{" GOOD ",\"iss\":\"me\"}", false},
        {"{" GOOD ",\"aud\":\"us\"}", false},
        {"{" GOOD ",\"iss\":\"you\",\"aud\":\"us\"}", false},
        {"{" GOOD ",\"iss\":[\"me\"],\"aud\":\"us\"}", false},
    };
    issuer = "me";
    audience = "us";
    for (size_t index = 0; index < sizeof configured / sizeof configured[0]; index++) {
        struct identity identity;
        enum error_code code = read_text(configured[index].claims, &identity);
        assert_int_equal(code == ERROR_NONE, configured[index].good);
    }
    issuer = audience = "";
}

static void test_identity(void **state)
{
    (void)state;
    struct identity identity;
    assert_int_equal(read_text("{" GOOD ",\"iat\":1699999000,\"jti\":\"t-1\","
                               "\"roles\":[\"SERVICE\",\"boss\",\"STUDENT\",\"STUDENT\"]}",
                               &identity),
                     ERROR_NONE);
    assert_string_equal(identity.user_id, "u");
    assert_int_equal(identity.roles, ROLE_BIT(ROLE_SERVICE) | ROLE_BIT(ROLE_STUDENT));
    assert_int_equal(identity.issued_at, 1699999000);
    assert_int_equal(identity.expires_at, 1700000600);
    assert_string_equal(identity.token_id, "t-1");
}

static enum error_code read_user(size_t characters)
{
    struct identity identity;
    char text[1000] = "{\"exp\":1700000600,\"sub\":\"";
    size_t length = strlen(text);
    for (size_t count = 0; count < characters; count++, length += 4)
        memcpy(text + length, "\xF0\x9F\x98\x80", 4);
    memcpy(text + length, "\"}", 3);
    return read_text(text, &identity);
}

static void test_a_user_has_128_characters_at_most(void **state)
{
    (void)state;
    assert_int_equal(read_user(128), ERROR_NONE);
    assert_int_equal(read_user(129), ERROR_TOKEN_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_claims),
        cmocka_unit_test(test_issuer_and_audience),
        cmocka_unit_test(test_identity),
        cmocka_unit_test(test_a_user_has_128_characters_at_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
