#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/auth/public_keys.h"
#include "shared/auth/token_keys.h"
#include "shared/base/memory.h"
#include "tests/unit/shared/auth/token_maker.h"
#include "tests/unit/shared/scratch.h"

static EVP_PKEY *rsa, *weak_rsa, *ec, *wide_ec;

static int set_up(void **state)
{
    (void)state;
    rsa = maker_rsa(2048);
    weak_rsa = maker_rsa(1024);
    ec = maker_ec("P-256");
    wide_ec = maker_ec("P-384");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(weak_rsa);
    EVP_PKEY_free(ec);
    EVP_PKEY_free(wide_ec);
    scratch_remove();
    return 0;
}

static void write_pem(const char *name, EVP_PKEY *key)
{
    char *pem = maker_pem(key);
    scratch_file(name, pem, strlen(pem));
    free(pem);
}

static bool read_keys(const char *path, size_t *count, char error[200])
{
    struct token_key_list *list = memory_allocate(sizeof *list);
    bool good = public_keys_read(path, list, error, 200);
    *count = list->count;
    token_key_list_free(&list);
    return good;
}

static void test_a_folder_of_pem_files(void **state)
{
    (void)state;
    char error[200];
    size_t count;
    scratch_remove();
    write_pem("one.pem", rsa);
    write_pem("two.pem", ec);
    scratch_file("README", "not a key", 9);
    scratch_file(".hidden.pem", "not a key", 9);
    if (!read_keys(scratch_folder(), &count, error))
        fail_msg("%s", error);
    assert_int_equal(count, 2);

    struct token_key_list *list = memory_allocate(sizeof *list);
    assert_true(public_keys_read(scratch_folder(), list, error, sizeof error));
    for (size_t index = 0; index < list->count; index++) {
        bool is_rsa = strcmp(list->keys[index].kid, "one") == 0;
        assert_true(is_rsa || strcmp(list->keys[index].kid, "two") == 0);
        assert_int_equal(list->keys[index].algorithm, is_rsa ? TOKEN_RS256 : TOKEN_ES256);
    }
    token_key_list_free(&list);
}

static void test_bad_folders(void **state)
{
    (void)state;
    static const char private_key[] =
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    char error[200];
    size_t count;
    scratch_remove();
    assert_false(read_keys(scratch_folder(), &count, error)); /* empty */
    assert_false(read_keys("/nowhere/keys", &count, error));
    write_pem("weak.pem", weak_rsa);
    assert_false(read_keys(scratch_folder(), &count, error));
    assert_string_equal(error, "weak.pem: an RSA key has less than 2048 bits");
    scratch_remove();
    write_pem("wide.pem", wide_ec);
    assert_false(read_keys(scratch_folder(), &count, error));
    assert_string_equal(error, "wide.pem: an EC key is not on the curve P-256");
    scratch_remove();
    write_pem("good.pem", rsa);
    scratch_file("bad.pem", private_key, strlen(private_key));
    assert_false(read_keys(scratch_folder(), &count, error));
    assert_string_equal(error, "bad.pem: holds no PEM public key");
    scratch_remove();
    EVP_PKEY *other = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    write_pem("ed.pem", other);
    EVP_PKEY_free(other);
    assert_false(read_keys(scratch_folder(), &count, error));
}

static bool read_set(const char *records, size_t *count, char error[200])
{
    size_t size = strlen(records) + 32;
    char *text = memory_allocate(size);
    snprintf(text, size, "{\"keys\":[%s]}", records);
    bool good = read_keys(scratch_file("set.json", text, strlen(text)), count, error);
    free(text);
    return good;
}

static void test_a_key_set(void **state)
{
    (void)state;
    char error[200], records[4000];
    size_t count;
    char *first = maker_jwk(rsa, ",\"kid\":\"a\",\"use\":\"sig\",\"alg\":\"RS256\"");
    char *second = maker_jwk(ec, ",\"kid\":\"b\"");
    snprintf(records, sizeof records,
             "%s,%s,{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"},{\"kty\":\"OKP\",\"crv\":\"Ed25519\"},"
             "{\"kty\":\"EC\",\"crv\":\"P-384\"},{\"kty\":\"RSA\",\"alg\":\"RS512\"},"
             "{\"kty\":\"RSA\",\"use\":\"enc\"},{},1",
             first, second);
    if (!read_set(records, &count, error))
        fail_msg("%s", error);
    assert_int_equal(count, 2);
    free(first);
    free(second);
}

static void test_bad_key_sets(void **state)
{
    (void)state;
    char error[200], records[4000];
    size_t count;
    char *good = maker_jwk(rsa, ",\"kid\":\"a\""), *weak = maker_jwk(weak_rsa, "");
    static const char *const samples[] = {
        "",
        "{\"kty\":\"RSA\"}",
        "{\"kty\":\"RSA\",\"n\":\"AA==\",\"e\":\"AQAB\"}",
        "{\"kty\":\"RSA\",\"n\":\"\",\"e\":\"\"}",
        "{\"kty\":\"RSA\",\"n\":1,\"e\":2}",
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\"}",
        /* 32 bytes each, but no point of the curve */
        ("{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE\","
         "\"y\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE\"}"),
    };
    for (size_t index = 0; index < sizeof samples / sizeof samples[0]; index++)
        assert_false(read_set(samples[index], &count, error));
    assert_false(read_set(weak, &count, error));
    snprintf(records, sizeof records, "%s,%s", good, good);
    assert_false(read_set(records, &count, error));
    assert_string_equal(error, "two keys have the same kid");
    assert_false(read_keys(scratch_file("set.json", "{\"keys\":1}", 10), &count, error));
    assert_false(read_keys(scratch_file("set.json", "[]", 2), &count, error));
    assert_false(read_keys(scratch_file("set.json", "no", 2), &count, error));
    free(good);
    free(weak);
}

static void test_a_list_has_a_ceiling(void **state)
{
    (void)state;
    char error[200], kid[TOKEN_KID_MAX + 2];
    struct token_key_list *list = memory_allocate(sizeof *list);
    memset(kid, 'k', sizeof kid);
    kid[sizeof kid - 1] = '\0';
    assert_false(token_key_list_add(list, kid, ec, error, sizeof error));
    for (int count = 0; count < TOKEN_KEYS_MAX; count++) {
        EVP_PKEY_up_ref(ec);
        assert_true(token_key_list_add(list, "", ec, error, sizeof error));
    }
    assert_false(token_key_list_add(list, "", ec, error, sizeof error));
    token_key_list_free(&list);
    token_key_list_free(&list);
}

static void test_fingerprints_tell_changes(void **state)
{
    (void)state;
    scratch_remove();
    write_pem("a.pem", rsa);
    uint64_t first = public_keys_fingerprint(scratch_folder());
    assert_true(first == public_keys_fingerprint(scratch_folder()));
    write_pem("b.pem", ec);
    uint64_t second = public_keys_fingerprint(scratch_folder());
    assert_true(first != second);
    unlink(scratch_file("b.pem", NULL, 0));
    assert_true(second != public_keys_fingerprint(scratch_folder()));
    assert_true(public_keys_fingerprint("/nowhere/a") == public_keys_fingerprint("/nowhere/b"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_folder_of_pem_files),
        cmocka_unit_test(test_bad_folders),
        cmocka_unit_test(test_a_key_set),
        cmocka_unit_test(test_bad_key_sets),
        cmocka_unit_test(test_a_list_has_a_ceiling),
        cmocka_unit_test(test_fingerprints_tell_changes),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
