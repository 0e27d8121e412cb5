/* The histogram of lateness: on both sides of a bound, and what the percentiles say of it. */
#include "lateness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_bound_belongs_to_its_bucket(void **state) {
    (void) state;
    struct lateness lateness = {.count = 0};
    lateness_note(&lateness, -5);
    lateness_note(&lateness, 1);
    lateness_note(&lateness, 2);
    lateness_note(&lateness, 3);
    assert_int_equal(lateness.counts[0], 2);
    assert_int_equal(lateness.counts[1], 1);
    assert_int_equal(lateness.counts[2], 1);
    assert_int_equal(lateness.count, 4);
    assert_int_equal(lateness.max_ms, 3);
}

static void test_bounds_rise_to_the_end(void **state) {
    (void) state;
    for (size_t i = 1; i < LATENESS_BUCKETS; i++)
        assert_true(lateness_bound_ms(i) > lateness_bound_ms(i - 1));
    struct lateness lateness = {.count = 0};
    lateness_note(&lateness, INT64_MAX);
    assert_int_equal(lateness.counts[LATENESS_BUCKETS - 1], 1);
}

static void test_percentiles_are_upper_bounds(void **state) {
    (void) state;
    struct lateness lateness = {.count = 0};
    assert_int_equal(lateness_percentile_ms(&lateness, 50), 0);
    for (int i = 0; i < 99; i++)
        lateness_note(&lateness, 7);
    lateness_note(&lateness, 1400);
    assert_int_equal(lateness_percentile_ms(&lateness, 50), 10);
    assert_int_equal(lateness_percentile_ms(&lateness, 99), 10);
    assert_int_equal(lateness_percentile_ms(&lateness, 100), 1400); /* no more than the latest */
}

static void test_merging_is_noting_both(void **state) {
    (void) state;
    struct lateness left = {.count = 0}, right = {.count = 0};
    lateness_note(&left, 3);
    lateness_note(&right, 3);
    lateness_note(&right, 700);
    lateness_merge(&left, &right);
    assert_int_equal(left.count, 3);
    assert_int_equal(left.counts[2], 2);
    assert_int_equal(left.max_ms, 700);
    lateness_merge(&right, &(struct lateness){.count = 0});
    assert_int_equal(right.max_ms, 700);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bound_belongs_to_its_bucket),
        cmocka_unit_test(test_bounds_rise_to_the_end),
        cmocka_unit_test(test_percentiles_are_upper_bounds),
        cmocka_unit_test(test_merging_is_noting_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
