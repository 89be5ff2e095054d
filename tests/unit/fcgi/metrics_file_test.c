#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fcgi/metrics.h"
#include "fcgi/metrics_file.h"
#include "tests/unit/shared/scratch.h"

enum { PROCESSES = 8, TIMES = 20000 };

static const char *path;

static int set_up(void **state)
{
    (void)state;
    path = scratch_file("metrics", NULL, 0);
    return 0;
}

/* Every file whose name begins with the path; they are counted and removed. */
static size_t remove_files(void)
{
    char pattern[600];
    glob_t found;
    size_t count;
    snprintf(pattern, sizeof pattern, "%s*", path);
    count = glob(pattern, 0, NULL, &found) == 0 ? found.gl_pathc : 0;
    for (size_t i = 0; i < count; i++)
        unlink(found.gl_pathv[i]);
    globfree(&found);
    return count;
}

/* Each begins by itself, so that they race for making the file. */
static void count_in_a_process(bool killed)
{
    const char *why = "";
    if (!metrics_file_use(path, &why))
        _exit(1);
    for (int i = 0; i < TIMES; i++) {
        metrics_count(METRIC_STARTS);
        metrics_observe(METRIC_REQUEST_SECONDS, 1, 1);
    }
    if (killed)
        abort();
    _exit(0);
}

static void test_processes_count_together(void **state)
{
    const char *why = "";
    pid_t children[PROCESSES];
    (void)state;
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0)
            count_in_a_process(i % 2);
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(i % 2 ? WIFSIGNALED(status) : WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    assert_true(metrics_file_use(path, &why));
    assert_true(metrics_file_in_use());
    assert_int_equal(metrics_cells[METRIC_STARTS], PROCESSES * TIMES);
    assert_int_equal(metrics_cells[METRIC_REQUEST_SECONDS], PROCESSES * TIMES);
    assert_int_equal(metrics_cells[METRIC_REQUEST_SECONDS + METRIC_BUCKETS], PROCESSES * TIMES);
    assert_int_equal(remove_files(), 1);
}

static void test_a_new_file_is_empty_and_private(void **state)
{
    const char *why = "";
    char pattern[600];
    struct stat status;
    glob_t found;
    (void)state;
    assert_true(metrics_file_use(path, &why));
    for (size_t cell = 0; cell < METRIC_FCGI_COUNT; cell++)
        assert_int_equal(metrics_cells[cell], 0);
    snprintf(pattern, sizeof pattern, "%s-????????????????", path);
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    assert_int_equal(stat(found.gl_pathv[0], &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    globfree(&found);
    assert_int_equal(remove_files(), 1);
}

static void test_what_is_no_such_file(void **state)
{
    static uint64_t own[METRICS_MAX];
    char name[600], pattern[600], longest[5000];
    const char *why = "";
    glob_t found;
    FILE *file;
    (void)state;
    /* another size: half written by nobody we know */
    assert_true(metrics_file_use(path, &why));
    snprintf(pattern, sizeof pattern, "%s-*", path);
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    file = fopen(found.gl_pathv[0], "w");
    globfree(&found);
    metrics_use(own); /* what is mapped has no pages any more */
    fputs("short", file);
    fclose(file);
    assert_false(metrics_file_use(path, &why));
    assert_string_equal(why, "Invalid argument");
    assert_false(metrics_file_in_use());
    assert_int_equal(remove_files(), 1);
    /* no folder, and a name too long */
    snprintf(name, sizeof name, "%s/none/metrics", path);
    assert_false(metrics_file_use(name, &why));
    assert_string_equal(why, "No such file or directory");
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_false(metrics_file_use(longest, &why));
    assert_string_equal(why, "File name too long");
    metrics_count(METRIC_STARTS); /* goes on by itself */
    assert_int_equal(own[METRIC_STARTS], 1);
}

static int tear_down(void **state)
{
    (void)state;
    scratch_remove();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_processes_count_together, set_up),
        cmocka_unit_test_setup(test_a_new_file_is_empty_and_private, set_up),
        cmocka_unit_test_setup(test_what_is_no_such_file, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, tear_down);
}
