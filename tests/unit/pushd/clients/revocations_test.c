#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "pushd/clients/revocations.h"
#include "shared/auth/token.h"

static struct identity identity(const char *user, const char *token_id, int64_t issued_at)
{
    struct identity made = {.issued_at = issued_at, .expires_at = 5000};

    snprintf(made.user_id, sizeof made.user_id, "%s", user);
    snprintf(made.token_id, sizeof made.token_id, "%s", token_id);
    return made;
}

static void test_who_is_revoked(void **state)
{
    static const struct {
        const char *user, *token_id;
        int64_t issued_at;
        bool revoked;
    } cases[] = {
        {"ann", "one", 100, true}, {"ann", "two", 100, false}, {"ann", "", 100, false},
        {"ben", "", 999, true},    {"ben", "", 1000, true},    {"ben", "", 1001, false},
        {"ben", "three", 0, true}, {"one", "", 100, false},    {"cat", "ben", 100, false},
    };
    struct revocations *revocations = revocations_create();

    (void)state;
    revocations_add(revocations, "one", NULL, 0);
    revocations_add(revocations, NULL, "ben", 1000);
    revocations_add(revocations, NULL, "ben", 900); /* an older one takes nothing back */
    assert_int_equal(revocations_count(revocations), 2);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct identity who = identity(cases[i].user, cases[i].token_id, cases[i].issued_at);

        assert_int_equal(revocations_has(revocations, &who), cases[i].revoked);
    }
    revocations_clear(revocations);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct identity who = identity(cases[i].user, cases[i].token_id, cases[i].issued_at);

        assert_false(revocations_has(revocations, &who));
    }
    revocations_free(&revocations);
}

static void test_without_a_token(void **state)
{
    struct revocations *revocations = revocations_create();
    struct identity developer = identity("ann", "", 0);

    (void)state;
    developer.expires_at = 0;
    revocations_add(revocations, NULL, "ann", 1000);
    assert_false(revocations_has(revocations, &developer));
    revocations_free(&revocations);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_is_revoked),
        cmocka_unit_test(test_without_a_token),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
