#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pushd/net/loop.h"
#include "pushd/net/timers.h"

enum { COUNT = 5, INTERVAL_US = 20000 };

struct trial {
    struct loop *loop;
    struct deadline_list list;
    struct deadline deadlines[COUNT];
    int fired[COUNT * 3], count, stop_at;
    int64_t at_us[COUNT * 3];
};

static void expired(struct deadline *deadline, void *context)
{
    struct trial *trial = context;

    trial->at_us[trial->count] = loop_now_us(trial->loop);
    trial->fired[trial->count++] = (int)(deadline - trial->deadlines);
    if (trial->count == trial->stop_at)
        loop_stop(trial->loop);
}

static void begin(struct trial *trial, int stop_at)
{
    *trial = (struct trial){.loop = loop_create(), .stop_at = stop_at};
    deadline_list_init(&trial->list, trial->loop, INTERVAL_US, expired, trial);
}

static void end(struct trial *trial)
{
    deadline_list_deinit(&trial->list);
    loop_free(&trial->loop);
}

static void test_order_and_time(void **state)
{
    struct trial trial;
    int64_t from_us;

    (void)state;
    begin(&trial, 3);
    from_us = loop_now_us(trial.loop);
    deadline_start(&trial.list, &trial.deadlines[0], from_us);
    deadline_start(&trial.list, &trial.deadlines[1], from_us);
    deadline_start(&trial.list, &trial.deadlines[2], from_us - 5000);
    deadline_start(&trial.list, &trial.deadlines[3], from_us);
    deadline_stop(&trial.list, &trial.deadlines[1]);
    deadline_stop(&trial.list, &trial.deadlines[1]);
    loop_run(trial.loop);
    assert_int_equal(trial.count, 3);
    assert_int_equal(trial.fired[0], 2);
    assert_int_equal(trial.fired[1], 0);
    assert_int_equal(trial.fired[2], 3);
    assert_true(trial.at_us[0] >= from_us + INTERVAL_US - 5000 - 1000);
    assert_true(trial.at_us[1] >= from_us + INTERVAL_US - 1000);
    end(&trial);
}

static void test_restart_moves_to_the_end(void **state)
{
    struct trial trial;
    int64_t from_us;

    (void)state;
    begin(&trial, 2);
    from_us = loop_now_us(trial.loop);
    deadline_start(&trial.list, &trial.deadlines[0], from_us);
    deadline_start(&trial.list, &trial.deadlines[1], from_us);
    deadline_start(&trial.list, &trial.deadlines[0], from_us + 1000);
    loop_run(trial.loop);
    assert_int_equal(trial.fired[0], 1);
    assert_int_equal(trial.fired[1], 0);
    end(&trial);
}

static void again(struct deadline *deadline, void *context)
{
    struct trial *trial = context;

    expired(deadline, context);
    deadline_start(&trial->list, deadline, loop_now_us(trial->loop));
}

static void test_started_again_from_inside(void **state)
{
    struct trial trial;

    (void)state;
    begin(&trial, 3);
    trial.list.expired = again;
    deadline_start(&trial.list, &trial.deadlines[0], loop_now_us(trial.loop));
    loop_run(trial.loop);
    assert_int_equal(trial.count, 3);
    assert_true(trial.at_us[2] - trial.at_us[0] >= 2 * INTERVAL_US - 2000);
    end(&trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_and_time),
        cmocka_unit_test(test_restart_moves_to_the_end),
        cmocka_unit_test(test_started_again_from_inside),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
