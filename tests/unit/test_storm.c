/* Many duties due in one second: drained in slices while input goes on, each said once, and late is called late.
 *
 * The children come into care on one day, so that the limits of them all, in working days, end at one midnight. */
#include "ensure.h"
#include "murmur2.h"
#include "pipeline_parts.h"
#include "pipeline_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { CHILDREN = 1200, CYCLES_MAX = 100 };
static const char *const midnight = "2024-07-01T23:00:00Z"; /* 00:00 of 2 July in London */

static void publish_of(struct world *world, int child, const char *type, const char *time, const char *data) {
    char subject[32], event[512];
    (void) snprintf(subject, sizeof subject, "child/CE-%d", child);
    (void) snprintf(event, sizeof event,
                    "{\"specversion\":\"1.0\",\"id\":\"%s-%d\",\"source\":\"/test\",\"type\":\"%s\",\"subject\":\"%s\","
                    "\"time\":\"%s\",\"data\":{\"authority\":\"E06000052\",%s}}",
                    type, child, type, subject, time, data);
    memory_kafka_publish(world->kafka, murmur2_partition(subject, WORLD_PARTITIONS), subject, event);
}

static const struct counters *counters_of(const struct world *world) {
    return pipeline_view(world->pipeline).counters;
}

/* All is quiet, one millisecond before the midnight. */
static void bring_to_midnight(struct world *world) {
    world_run_for(world, 1000);
    for (int child = 1; child <= CHILDREN; child++)
        publish_of(world, child, "care.started", "2024-06-03T09:00:00Z",
                   "\"occurred_at\":\"2024-06-03\",\"legal_status\":\"V2\",\"arrangement\":\"full\"");
    world_run_for(world, 3000);
    world_jump_to(world, "2024-06-25T00:00:00Z");
    world->now = world_at("2024-07-01T22:59:57Z");
    world_run_for(world, 2900);
    world->now.ms = world_at(midnight).ms - 1;
    world_run_for(world, 0);
    assert_int_equal(world_count_said(world, SINK_ALERTS, "#overdue\""), 0);
    assert_int_equal(memory_store_count(world->store, "outbox"), 0);
    world->now = world_at(midnight);
}

static size_t reviews_overdue(const struct world *world) {
    return world_count_said(world, SINK_ALERTS, "|review-first|care:2024-06-03#overdue\"");
}

/* One cycle a second, so that what comes later in the storm is later. */
static void cycle(struct world *world) {
    struct instant wake;
    assert_true(pipeline_cycle(world->pipeline, world->now, &wake) >= 0);
    world->now.ms += 1000;
}

static void cycle_until_firing(struct world *world) {
    uint64_t before = counters_of(world)->timers_fired;
    for (int i = 0; i < CYCLES_MAX && counters_of(world)->timers_fired == before; i++)
        cycle(world);
    assert_true(counters_of(world)->timers_fired > before);
}

static void test_slices_are_bounded(void **state) {
    struct world *world = *state;
    bring_to_midnight(world);
    uint64_t start = counters_of(world)->timers_fired, before = start;
    for (int i = 0; i < CYCLES_MAX && counters_of(world)->timers_fired < start + CHILDREN; i++) {
        cycle(world);
        assert_in_range(counters_of(world)->timers_fired - before, 0, PIPELINE_TIMERS_MAX);
        before = counters_of(world)->timers_fired;
    }
    world_run_for(world, 3000);
    assert_int_equal(reviews_overdue(world), CHILDREN);
    world_assert_said_once(world, WORLD_ALERT("overdue"));
}

static void test_input_is_taken_between_slices(void **state) {
    struct world *world = *state;
    bring_to_midnight(world);
    uint64_t start = counters_of(world)->timers_fired;
    cycle_until_firing(world);
    size_t facts = memory_store_count(world->store, "fact");
    publish_of(world, CHILDREN + 1, "child.registered", "2024-07-01T23:00:00Z",
               "\"occurred_at\":\"2024-07-01\",\"date_of_birth\":\"2015-01-16\"");
    cycle(world);
    assert_int_equal(memory_store_count(world->store, "fact"), facts + 1);
    assert_true(counters_of(world)->timers_fired - start < CHILDREN); /* the storm goes on */
}

/* What lies in the topic at midnight is read before the midnight is spoken of. The reviews were held before due_soon
 * began: so that is withdrawn (R18). */
static void test_review_recorded_in_the_storm_is_respected(void **state) {
    struct world *world = *state;
    bring_to_midnight(world);
    for (int child = 1; child <= CHILDREN; child++)
        publish_of(world, child, "review.held", "2024-07-01T22:59:59Z",
                   "\"occurred_at\":\"2024-06-20\",\"review\":\"R1\",\"kind\":\"care\"");
    world_run_for(world, 5000);
    assert_int_equal(reviews_overdue(world), 0);
    assert_int_equal(world_count_said(world, SINK_ALERTS, "|review-first|care:2024-06-03#withdrawn\""), CHILDREN);
}

static void test_restart_in_the_storm_says_the_rest_once(void **state) {
    struct world *world = *state;
    bring_to_midnight(world);
    cycle_until_firing(world);
    world_restart(world);
    world_run_for(world, 5000);
    assert_int_equal(reviews_overdue(world), CHILDREN);
    world_assert_said_once(world, WORLD_ALERT("overdue"));
    assert_int_equal(memory_store_count(world->store, "outbox"), 0);
}

/* The partition's clock stands still while the storm is drained; the lateness that is counted does not. */
static void test_lateness_counts_the_wait_in_the_storm(void **state) {
    struct world *world = *state;
    bring_to_midnight(world);
    struct lateness before = counters_of(world)->timer_lateness;
    uint64_t start = counters_of(world)->timers_fired;
    int cycles = 0;
    while (cycles++ < CYCLES_MAX && counters_of(world)->timers_fired < start + CHILDREN)
        cycle(world);
    int64_t slices = (CHILDREN / WORLD_PARTITIONS) / PIPELINE_TIMERS_MAX;
    const struct lateness *lateness = &counters_of(world)->timer_lateness;
    assert_true(lateness->count - before.count >= CHILDREN);
    assert_true(lateness->max_ms >= slices * 1000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_slices_are_bounded),
        TEST(test_input_is_taken_between_slices),
        TEST(test_review_recorded_in_the_storm_is_respected),
        TEST(test_restart_in_the_storm_says_the_rest_once),
        TEST(test_lateness_counts_the_wait_in_the_storm),
    };
    return cmocka_run_group_tests(tests, world_set_up_engine, world_tear_down_engine);
}
