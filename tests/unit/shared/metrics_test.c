#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fcgi/metrics.h"
#include "pushd/admin/metrics.h"
#include "shared/base/buffer.h"
#include "tests/unit/shared/scratch.h"

static uint64_t cells[METRICS_MAX];

static const char *letter(size_t place)
{
    static const char *const letters[] = {"a", "b", "c"};
    return letters[place];
}

static const char *many(size_t place)
{
    static char text[8];
    snprintf(text, sizeof text, "%zu", place);
    return text;
}

static const struct metric_label letters = {"letter", 3, letter};
static const struct metric_label others = {"other", 2, letter};
static const struct metric_label numbers = {"number", 40, many};

static int set_up(void **state)
{
    (void)state;
    memset(cells, 0, sizeof cells);
    metrics_use(cells);
    return 0;
}

static void expect(const struct metric *metric, const char *text)
{
    struct buffer shown;
    buffer_init(&shown);
    metrics_append(&shown, metric, 1);
    assert_string_equal(shown.data, text);
    buffer_deinit(&shown);
}

static void test_counter_and_gauge(void **state)
{
    const struct metric counter = {
        "x_total",          "Things.", METRIC_TYPE_COUNTER, METRIC_UNIT_ONE, &metric_label_none,
        &metric_label_none, 3};
    struct metric gauge = counter;
    (void)state;
    metrics_count(3);
    metrics_add(3, 41);
    expect(&counter, "# HELP x_total Things.\n# TYPE x_total counter\nx_total 42\n");
    gauge.name = "x_seconds";
    gauge.type = METRIC_TYPE_GAUGE;
    gauge.unit = METRIC_UNIT_MICROSECONDS;
    metrics_set(3, 1000042);
    expect(&gauge, "# HELP x_seconds Things.\n# TYPE x_seconds gauge\nx_seconds 1.000042\n");
    metrics_set(3, METRIC_ABSENT);
    expect(&gauge, "# HELP x_seconds Things.\n# TYPE x_seconds gauge\n");
}

static void test_labels(void **state)
{
    const struct metric metric = {
        "x_total", "Things.", METRIC_TYPE_COUNTER, METRIC_UNIT_ONE, &letters, &others, 0};
    (void)state;
    metrics_count(2 * others.count + 1);
    expect(&metric, "# HELP x_total Things.\n# TYPE x_total counter\n"
                    "x_total{letter=\"a\",other=\"a\"} 0\n"
                    "x_total{letter=\"a\",other=\"b\"} 0\n"
                    "x_total{letter=\"b\",other=\"a\"} 0\n"
                    "x_total{letter=\"b\",other=\"b\"} 0\n"
                    "x_total{letter=\"c\",other=\"a\"} 0\n"
                    "x_total{letter=\"c\",other=\"b\"} 1\n");
}

static void test_of_many_series_those_that_counted(void **state)
{
    const struct metric metric = {
        "x_total", "T.", METRIC_TYPE_COUNTER, METRIC_UNIT_ONE, &numbers, &metric_label_none, 0};
    (void)state;
    expect(&metric, "# HELP x_total T.\n# TYPE x_total counter\n");
    metrics_count(39);
    expect(&metric, "# HELP x_total T.\n# TYPE x_total counter\nx_total{number=\"39\"} 1\n");
}

static const char *line_of(const struct buffer *text, const char *begin)
{
    static char line[200];
    const char *found = strstr(text->data, begin);
    assert_non_null(found);
    snprintf(line, sizeof line, "%.*s", (int)strcspn(found, "\n"), found);
    return line;
}

static void test_histogram(void **state)
{
    const struct metric metric = {
        "x_seconds",        "T.", METRIC_TYPE_HISTOGRAM, METRIC_UNIT_MICROSECONDS, &letters,
        &metric_label_none, 0};
    struct buffer text;
    (void)state;
    metrics_observe(METRIC_WIDTH_HISTOGRAM, 500, 1); /* of b: a bound belongs to its bucket */
    metrics_observe(METRIC_WIDTH_HISTOGRAM, 501, 3);
    metrics_observe(METRIC_WIDTH_HISTOGRAM, 10000001, 1);
    metrics_observe(METRIC_WIDTH_HISTOGRAM, -5, 1); /* clocks do that */
    buffer_init(&text);
    metrics_append(&text, &metric, 1);
    assert_string_equal(line_of(&text, "x_seconds_bucket{letter=\"b\",le=\"0.0005\"}"),
                        "x_seconds_bucket{letter=\"b\",le=\"0.0005\"} 2");
    assert_string_equal(line_of(&text, "x_seconds_bucket{letter=\"b\",le=\"0.001\"}"),
                        "x_seconds_bucket{letter=\"b\",le=\"0.001\"} 5");
    assert_string_equal(line_of(&text, "x_seconds_bucket{letter=\"b\",le=\"10\"}"),
                        "x_seconds_bucket{letter=\"b\",le=\"10\"} 5");
    assert_string_equal(line_of(&text, "x_seconds_bucket{letter=\"b\",le=\"+Inf\"}"),
                        "x_seconds_bucket{letter=\"b\",le=\"+Inf\"} 6");
    assert_string_equal(line_of(&text, "x_seconds_sum{letter=\"b\"}"),
                        "x_seconds_sum{letter=\"b\"} 10.002004");
    assert_string_equal(line_of(&text, "x_seconds_count{letter=\"b\"}"),
                        "x_seconds_count{letter=\"b\"} 6");
    assert_string_equal(line_of(&text, "x_seconds_count{letter=\"c\"}"),
                        "x_seconds_count{letter=\"c\"} 0");
    buffer_deinit(&text);
}

static void check_label(const struct metric_label *label)
{
    assert_true(label->count > 0);
    for (size_t place = 0; label->name && place < label->count; place++) {
        const char *text = label->text(place);
        assert_true(text[0] != '\0' && !strpbrk(text, "\"\\\n"));
        for (size_t other = 0; other < place; other++)
            assert_string_not_equal(label->text(other), text);
    }
}

/* Cells lie one behind the other, without a hole; nothing in a text has to be escaped. */
static size_t check_rows(const struct metric *rows, size_t count, size_t cell)
{
    for (size_t row = 0; row < count; row++) {
        const struct metric *metric = &rows[row];
        size_t width = metric->type == METRIC_TYPE_HISTOGRAM ? METRIC_WIDTH_HISTOGRAM : 1;
        bool total = strlen(metric->name) > 6 &&
                     strcmp(metric->name + strlen(metric->name) - 6, "_total") == 0;
        assert_int_equal(metric->cell, cell);
        assert_true(total == (metric->type == METRIC_TYPE_COUNTER));
        assert_false(strpbrk(metric->help, "\\\n") != NULL);
        check_label(metric->first);
        check_label(metric->second);
        cell += width * metric->first->count * metric->second->count;
    }
    return cell;
}

static void test_every_row(void **state)
{
    size_t count, shared;
    const struct metric *rows = metrics_shared_rows(&count);
    (void)state;
    shared = check_rows(rows, count, 0);
    assert_int_equal(shared, METRIC_SHARED_COUNT);
    rows = metrics_pushd_rows(&count);
    assert_int_equal(check_rows(rows, count, shared), METRIC_PUSHD_COUNT);
    rows = metrics_fcgi_rows(&count);
    assert_int_equal(check_rows(rows, count, shared), METRIC_FCGI_COUNT);
}

static void test_log_lines(void **state)
{
    (void)state;
    metrics_begin();
    assert_true(log_open(scratch_file("log", "", 0), LOG_INFO_LEVEL));
    log_write(LOG_WARN_LEVEL, "X", "one");
    log_write(LOG_WARN_LEVEL, "X", "two");
    log_write(LOG_DEBUG_LEVEL, "X", "not written");
    log_on_line(NULL);
    assert_int_equal(cells[METRIC_LOG_LINES + LOG_WARN_LEVEL], 2);
    assert_int_equal(cells[METRIC_LOG_LINES + LOG_DEBUG_LEVEL], 0);
}

static int tear_down(void **state)
{
    (void)state;
    log_open(NULL, LOG_INFO_LEVEL);
    scratch_remove();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_counter_and_gauge, set_up),
        cmocka_unit_test_setup(test_labels, set_up),
        cmocka_unit_test_setup(test_of_many_series_those_that_counted, set_up),
        cmocka_unit_test_setup(test_histogram, set_up),
        cmocka_unit_test_setup(test_every_row, set_up),
        cmocka_unit_test_setup(test_log_lines, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, tear_down);
}
