#include "shared/auth/public_keys.h"

#include <dirent.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "shared/auth/token_keys.h"
#include "shared/base/file.h"

enum { KEY_FILE_MAX = 1 << 20, PATH_SIZE = 4500 };

static bool is_pem(const char *name, size_t *stem)
{
    size_t length = strlen(name);
    if (name[0] == '.' || length <= 4 || strcmp(name + length - 4, ".pem") != 0)
        return false;
    *stem = length - 4;
    return true;
}

static EVP_PKEY *read_pem(const char *path, char *error, size_t error_size)
{
    char *text = file_read_text(path, KEY_FILE_MAX);
    if (text == NULL) {
        snprintf(error, error_size, "cannot be read: %s", strerror(errno));
        return NULL;
    }
    BIO *bytes = BIO_new_mem_buf(text, -1);
    EVP_PKEY *key = bytes == NULL ? NULL : PEM_read_bio_PUBKEY(bytes, NULL, NULL, NULL);
    BIO_free(bytes);
    free(text);
    ERR_clear_error();
    if (key == NULL)
        snprintf(error, error_size, "holds no PEM public key");
    return key;
}

static bool add_file(const char *folder, const char *name, size_t stem, struct token_key_list *list,
                     char *error, size_t error_size)
{
    char path[PATH_SIZE], kid[256], problem[120];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    snprintf(kid, sizeof kid, "%.*s", (int)stem, name);
    EVP_PKEY *key = read_pem(path, problem, sizeof problem);
    if (key != NULL && token_key_list_add(list, kid, key, problem, sizeof problem))
        return true;
    EVP_PKEY_free(key);
    snprintf(error, error_size, "%.60s: %s", name, problem);
    return false;
}

static bool read_folder(const char *folder, struct token_key_list *list, char *error,
                        size_t error_size)
{
    DIR *directory = opendir(folder);
    if (directory == NULL) {
        snprintf(error, error_size, "cannot be opened: %s", strerror(errno));
        return false;
    }
    bool good = true;
    size_t stem;
    for (struct dirent *entry; good && (entry = readdir(directory)) != NULL;) {
        if (is_pem(entry->d_name, &stem))
            good = add_file(folder, entry->d_name, stem, list, error, error_size);
    }
    closedir(directory);
    return good;
}

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool public_keys_read(const char *path, struct token_key_list *list, char *error, size_t error_size)
{
    bool good;
    if (is_folder(path)) {
        good = read_folder(path, list, error, error_size);
    } else {
        char *text = file_read_text(path, KEY_FILE_MAX);
        if (text == NULL) {
            snprintf(error, error_size, "cannot be read: %s", strerror(errno));
            return false;
        }
        good = jwks_read(text, list, error, error_size);
        free(text);
    }
    if (good && list->count == 0) {
        snprintf(error, error_size, "holds no key for RS256 or ES256");
        return false;
    }
    return good;
}

/* FNV-1a; the sum over a folder's files does not depend on their order. */
static uint64_t mix(uint64_t hash, const void *bytes, size_t length)
{
    const unsigned char *byte = bytes;
    for (size_t at = 0; at < length; at++)
        hash = (hash ^ byte[at]) * UINT64_C(1099511628211);
    return hash;
}

static uint64_t file_fingerprint(const char *path, const char *name)
{
    struct stat status;
    uint64_t hash = mix(UINT64_C(14695981039346656037), name, strlen(name));
    if (stat(path, &status) != 0)
        return mix(hash, "gone", 4);
    hash = mix(hash, &status.st_ino, sizeof status.st_ino);
    hash = mix(hash, &status.st_size, sizeof status.st_size);
    hash = mix(hash, &status.st_mtim.tv_sec, sizeof status.st_mtim.tv_sec);
    return mix(hash, &status.st_mtim.tv_nsec, sizeof status.st_mtim.tv_nsec);
}

uint64_t public_keys_fingerprint(const char *path)
{
    uint64_t sum = file_fingerprint(path, "");
    DIR *directory = opendir(path);
    if (directory == NULL)
        return sum;
    size_t stem;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        char file[PATH_SIZE];
        if (!is_pem(entry->d_name, &stem))
            continue;
        snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
        sum += file_fingerprint(file, entry->d_name);
    }
    closedir(directory);
    return sum;
}
