/* <name>_fuzz [FILE...] : without files, those of tests/fuzz/corpus/<name>/. Each of them whole,
 * and prefixes of it: all there are of a short one, PREFIXES of a long one. TAP. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

enum { FILE_MAX = 1 << 16, PATH_SIZE = 1024, PREFIXES = 16 };

static int replay(const char *path)
{
    static uint8_t data[FILE_MAX];
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return 1;
    size_t size = fread(data, 1, sizeof data, file);
    fclose(file);
    for (size_t kept = 0; kept < size; kept += size / PREFIXES + 1)
        LLVMFuzzerTestOneInput(data, kept);
    LLVMFuzzerTestOneInput(data, size);
    return 0;
}

static int replay_folder(const char *folder)
{
    int count = 0, failed = 0;
    DIR *directory = opendir(folder);
    for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
        char path[PATH_SIZE];
        if (entry->d_name[0] == '.')
            continue;
        int length = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        int bad = length >= PATH_SIZE || replay(path);
        failed += bad;
        printf("%s %d - %s\n", bad ? "not ok" : "ok", ++count, path);
    }
    if (directory != NULL)
        closedir(directory);
    if (count == 0)
        printf("not ok 1 - %s holds no input\n", folder);
    printf("1..%d\n", count == 0 ? 1 : count);
    return failed > 0 || count == 0;
}

int main(int count, char *arguments[])
{
    char folder[PATH_SIZE];
    int failed = 0;
    if (count > 1) {
        for (int index = 1; index < count; index++)
            failed += replay(arguments[index]);
        return failed > 0;
    }
    const char *slash = strrchr(arguments[0], '/');
    const char *name = slash == NULL ? arguments[0] : slash + 1;
    snprintf(folder, sizeof folder, "tests/fuzz/corpus/%.*s", (int)strcspn(name, "_"), name);
    return replay_folder(folder);
}
