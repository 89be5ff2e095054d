#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "shared/auth/token_cache.h"

static void make_digest(unsigned char digest[TOKEN_DIGEST_SIZE], unsigned number)
{
    memset(digest, 0, TOKEN_DIGEST_SIZE);
    memcpy(digest, &number, sizeof number);
}

static void test_finds_what_was_added_until_exp(void **state)
{
    (void)state;
    struct token_cache *cache = token_cache_create();
    struct identity identity = {.user_id = "u", .roles = 5, .expires_at = 100}, found;
    unsigned char digest[TOKEN_DIGEST_SIZE], other[TOKEN_DIGEST_SIZE];
    make_digest(digest, 1);
    make_digest(other, 1 + (1u << 16)); /* the same set */
    assert_false(token_cache_find(cache, digest, 0, &found));
    token_cache_add(cache, digest, &identity);
    assert_true(token_cache_find(cache, digest, 99, &found));
    assert_string_equal(found.user_id, "u");
    assert_int_equal(found.roles, 5);
    assert_false(token_cache_find(cache, digest, 100, &found));
    assert_false(token_cache_find(cache, other, 50, &found));
    token_cache_clear(cache);
    assert_false(token_cache_find(cache, digest, 50, &found));
    token_cache_free(&cache);
    assert_null(cache);
    token_cache_free(&cache);
}

/* As tokens of one hour: all end in the same second. */
static void test_what_is_asked_for_stays(void **state)
{
    (void)state;
    struct token_cache *cache = token_cache_create();
    struct identity identity = {.user_id = "u", .token_id = "t", .expires_at = 100}, found;
    unsigned char wanted[TOKEN_DIGEST_SIZE], other[TOKEN_DIGEST_SIZE];
    make_digest(wanted, 7);
    token_cache_add(cache, wanted, &identity);
    for (unsigned number = 1; number <= 20; number++) {
        make_digest(other, 7 + (number << 16)); /* the same set */
        token_cache_add(cache, other, &identity);
        assert_true(token_cache_find(cache, other, 50, &found));
        assert_true(token_cache_find(cache, wanted, 50, &found));
        assert_string_equal(found.token_id, "t");
    }
    make_digest(other, 7 + (17u << 16)); /* four: wanted, 20, 19 and 18 */
    assert_false(token_cache_find(cache, other, 50, &found));
    token_cache_free(&cache);
}

static void test_stays_bounded(void **state)
{
    (void)state;
    struct token_cache *cache = token_cache_create();
    struct identity identity = {.expires_at = 100}, found;
    unsigned char digest[TOKEN_DIGEST_SIZE];
    unsigned held = 0;
    memset(identity.user_id, 'u', IDENTITY_USER_MAX);
    memset(identity.token_id, 't', sizeof identity.token_id - 1);
    for (unsigned number = 0; number < 5 * TOKEN_CACHE_SIZE; number++) {
        make_digest(digest, number);
        token_cache_add(cache, digest, &identity);
    }
    for (unsigned number = 0; number < 5 * TOKEN_CACHE_SIZE; number++) {
        make_digest(digest, number);
        held += token_cache_find(cache, digest, 50, &found);
    }
    assert_int_equal(held, TOKEN_CACHE_SIZE);
    assert_string_equal(found.user_id, identity.user_id);
    assert_string_equal(found.token_id, identity.token_id);
    token_cache_free(&cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_what_was_added_until_exp),
        cmocka_unit_test(test_what_is_asked_for_stays),
        cmocka_unit_test(test_stays_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
