#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "shared/auth/access.h"
#include "shared/model/role.h"
#include "shared/settings.h"

static char *list[] = {"https://app.example", "http://[::1]:8080", "app://local"};
static char *proxies[] = {"127.0.0.1", "::1", "10.0.0.1"};

static struct settings make_settings(char *mode, size_t origins)
{
    struct settings settings = {0};
    settings.auth_mode = mode;
    settings.cors_origin.count = origins;
    settings.cors_origin.items = list;
    settings.trusted_proxies.count = 3;
    settings.trusted_proxies.items = proxies;
    return settings;
}

static void test_roles(void **state)
{
    (void)state;
    unsigned admin = ROLE_BIT(ROLE_GENERAL_ADMIN), student = ROLE_BIT(ROLE_STUDENT);
    struct settings settings = {.channel_roles_logs = admin, .channel_roles_events = 7};
    assert_int_equal(access_channel_roles(&settings, CHANNEL_LOGS), admin);
    assert_int_equal(access_channel_roles(&settings, CHANNEL_EVENTS), 7);
    assert_int_equal(access_channel_roles(&settings, CHANNEL_NONE), 0);
    assert_true(access_allowed(admin | student, student));
    assert_false(access_allowed(admin, student));
    assert_false(access_allowed(admin, 0));
    assert_true(access_allowed(ROLES_ANY, 0));
    assert_false(access_allowed(0, admin));
}

static const struct {
    char *mode;
    size_t listed;
    const char *origin;
    const char *host;
    bool allowed;
} origins[] = {
    {"token", 0, NULL, "a.example", true},
    {"token", 0, "", "a.example", false},
    {"token", 0, "null", "a.example", false},
    {"development", 0, "null", "localhost", false},
    {"token", 0, "http://a.example", "a.example", true},
    {"token", 0, "http://A.Example", "a.example:80", true},
    {"token", 0, "https://a.example", "a.example", true},
    {"token", 0, "https://a.example", "a.example:443", true},
    {"token", 0, "https://a.example", "a.example:80", false},
    {"token", 0, "http://a.example:3000", "a.example:3000", true},
    {"token", 0, "http://a.example:3001", "a.example:3000", false},
    {"token", 0, "http://[::1]:3000", "[::1]:3000", true},
    {"token", 0, "http://evil.example", "a.example", false},
    {"token", 0, "http://a.example.evil.example", "a.example", false},
    {"token", 0, "http://evil.example", NULL, false},
    {"token", 0, "http://a.example/", "a.example", false},
    {"token", 0, "http://u@a.example", "a.example", false},
    {"token", 0, "http://a.example:", "a.example", false},
    {"token", 0, "http://a.example:0", "a.example:0", false},
    {"token", 0, "http://a.example:70000", "a.example:70000", false},
    {"token", 0, "a.example", "a.example", false},
    {"token", 0, "http://", "", false},
    {"token", 0, "http://a.example http://b.example", "a.example", false},
    {"token", 3, "https://app.example", "push.example", true},
    {"token", 3, "HTTPS://APP.example:443", "push.example", true},
    {"token", 3, "http://app.example", "push.example", false},
    {"token", 3, "https://app.example:8443", "push.example", false},
    {"token", 3, "https://app.example.evil", "push.example", false},
    {"token", 3, "http://[::1]:8080", "push.example", true},
    {"token", 3, "app://local", "push.example", true},
    {"token", 3, "https://push.example", "push.example", true}, /* its own pages */
    {"development", 0, "http://anything.example:1", "localhost", true},
    {"development", 0, "garbage", "localhost", false},
    {"development", 3, "http://anything.example", "localhost", false},
};

static void test_origins(void **state)
{
    (void)state;
    for (size_t index = 0; index < sizeof origins / sizeof origins[0]; index++) {
        struct settings settings = make_settings(origins[index].mode, origins[index].listed);
        if (access_origin(&settings, origins[index].origin, origins[index].host) !=
            origins[index].allowed)
            fail_msg("row %zu: %s", index, origins[index].origin);
    }
}

static const struct {
    char *mode;
    const char *host;
    const char *origin;
    const char *address;
    bool allowed;
} developments[] = {
    {"development", "localhost:3000", NULL, "127.0.0.1", true},
    {"development", "LOCALHOST", "http://localhost:5173", "::1", true},
    {"development", "127.0.0.1:3000", "http://127.0.0.1:3000", "::ffff:127.0.0.1", true},
    {"development", "[::1]:3000", NULL, "127.8.9.1", true},
    {"token", "localhost:3000", NULL, "127.0.0.1", false},
    {"development", "a.example:3000", NULL, "127.0.0.1", false},
    {"development", "localhost.evil.example", NULL, "127.0.0.1", false},
    {"development", "localhost:3000/", NULL, "127.0.0.1", false},
    {"development", "127.0.0.2", NULL, "127.0.0.1", false},
    {"development", NULL, NULL, "127.0.0.1", false},
    {"development", "localhost", "http://evil.example", "127.0.0.1", false},
    {"development", "localhost", "null", "127.0.0.1", false},
    {"development", "localhost", "", "127.0.0.1", false},
    {"development", "localhost", NULL, "192.0.2.1", false},
    {"development", "localhost", NULL, "128.0.0.1", false},
    {"development", "localhost", NULL, "127.evil", false},
    {"development", "localhost", NULL, "", false},
    {"development", "localhost", NULL, NULL, false},
};

static void test_development(void **state)
{
    (void)state;
    for (size_t index = 0; index < sizeof developments / sizeof developments[0]; index++) {
        struct settings settings = make_settings(developments[index].mode, 0);
        if (access_development(&settings, developments[index].host, developments[index].origin,
                               developments[index].address) != developments[index].allowed)
            fail_msg("row %zu", index);
    }
}

static const struct {
    const char *peer;
    const char *forwarded_for;
    const char *address;
} clients[] = {
    {"192.0.2.1", NULL, "192.0.2.1"},
    {"192.0.2.1", "127.0.0.1", "192.0.2.1"}, /* not a proxy of ours */
    {"127.0.0.1", NULL, "127.0.0.1"},
    {"127.0.0.1", "192.0.2.7", "192.0.2.7"},
    {"127.0.0.1", "127.0.0.1, 192.0.2.7", "192.0.2.7"}, /* the first is the client's own word */
    {"127.0.0.1", "192.0.2.7 ,\t2001:DB8::1 ", "2001:db8::1"},
    {"::1", "192.0.2.7", "192.0.2.7"},
    {"::ffff:10.0.0.1", "192.0.2.7", "192.0.2.7"},
    {"::ffff:192.0.2.9", "1.2.3.4", "192.0.2.9"},
    {"127.0.0.1", "unknown", ""},
    {"127.0.0.1", "192.0.2.7,", ""},
    {"127.0.0.1", "", ""},
    {"127.0.0.1", "192.0.2.7 x", ""},
    {"127.0.0.1", "192.0.2.7:80", ""},
    {"127.0.0.1", "1111111111111111111111111111111111111111111111111111111111111", ""},
    {"unix:", "192.0.2.7", ""},
    {"", NULL, ""},
    {NULL, "192.0.2.7", ""},
};

static void test_client_addresses(void **state)
{
    (void)state;
    struct settings settings = make_settings("token", 0);
    for (size_t index = 0; index < sizeof clients / sizeof clients[0]; index++) {
        char address[64] = "before";
        access_client_address(&settings, clients[index].peer, clients[index].forwarded_for, address,
                              sizeof address);
        assert_string_equal(address, clients[index].address);
    }
    char little[8];
    access_client_address(&settings, "192.0.2.100", NULL, little, sizeof little);
    assert_string_equal(little, "");
}

static void test_address_blocks(void **state)
{
    static const char *const blocks[][2] = {
        {"192.0.2.1", "192.0.2.1"},
        {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"},
        {"2001:db8:1:2::", "2001:db8:1:2::"},
        {"::1", "::"},
        {"", ""}, /* of all whose address is not known */
    };
    (void)state;
    for (size_t index = 0; index < sizeof blocks / sizeof blocks[0]; index++) {
        char block[46];
        access_address_block(blocks[index][0], block, sizeof block);
        assert_string_equal(block, blocks[index][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_roles),          cmocka_unit_test(test_origins),
        cmocka_unit_test(test_development),    cmocka_unit_test(test_client_addresses),
        cmocka_unit_test(test_address_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
