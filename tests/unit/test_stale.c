/* While the end of the input is not known: what is said, when, marked how, and what status says meanwhile. */
#include "pipeline_world.h"
#include "status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Live at 22:40, twenty minutes before the first review is overdue; then Kafka goes away. */
static void lose_kafka_before_the_deadline(struct world *world) {
    world_run_for(world, 1000);
    world_publish_entry(world);
    world_run_for(world, 1000);
    world_jump_to(world, "2024-06-25T00:00:00Z");
    world_jump_to(world, "2024-07-01T22:40:00Z");
    memory_kafka_set_down(world->kafka, true);
}

static bool status_contains(const struct world *world, const char *text) {
    struct pipeline_view view = pipeline_view(world->pipeline);
    struct store store = memory_store_ops(world->store);
    struct status_counts counts = STATUS_COUNTS_INIT;
    status_counts_refresh(&counts, &view, &store, world->now);
    struct status whole = {.view = &view, .counts = &counts, .store = &store, .engine = world_engine()};
    char *status = status_encode(&whole);
    status_counts_done(&counts);
    bool found = strstr(status, text) != NULL;
    free(status);
    return found;
}

/* The visit or review may be in what cannot be read: a false alarm teaches its readers to pass over the next. */
static void test_short_outage_says_nothing_of_what_was_done_in_it(void **state) {
    struct world *world = *state;
    lose_kafka_before_the_deadline(world);
    world_publish_review(world, "2024-07-01T22:50:00Z");
    world_pass_to(world, "2024-07-01T23:30:00Z");
    assert_int_equal(memory_store_count(world->store, "outbox"), 0);
    memory_kafka_set_down(world->kafka, false);
    world_run_for(world, 3000);
    assert_int_equal(world_count_said(world, SINK_ALERTS, "#overdue"), 1); /* the health assessment */
    assert_int_equal(world_count_said(world, SINK_ALERTS, WORLD_ALERT("overdue")), 0);
    world_assert_said_once(world, WORLD_ALERT("withdrawn")); /* held before due_soon began: R18 */
    assert_int_equal(world_count_said(world, SINK_ALERTS, "stale_since"), 0);
}

static void test_short_outage_says_what_was_missed_once_it_is_over(void **state) {
    struct world *world = *state;
    lose_kafka_before_the_deadline(world);
    world_pass_to(world, "2024-07-01T23:30:00Z");
    memory_kafka_set_down(world->kafka, false);
    world_run_for(world, 3000);
    world_assert_said_once(world, WORLD_ALERT("overdue"));
    assert_int_equal(world_count_said(world, SINK_ALERTS, "stale_since"), 0);
}

static void test_speaks_on_the_far_side_of_the_limit_only(void **state) {
    struct world *world = *state;
    lose_kafka_before_the_deadline(world);
    world_pass_to(world, "2024-07-01T23:39:50Z");
    assert_int_equal(memory_store_count(world->store, "outbox"), 0);
    world_pass_to(world, "2024-07-01T23:40:10Z");
    assert_true(memory_store_count(world->store, "outbox") > 0);
    assert_true(status_contains(world, "\"mode\":\"stale\""));
    memory_kafka_set_down(world->kafka, false);
    world_run_for(world, 3000);
    world_assert_said_once(world, WORLD_ALERT("overdue"));
    assert_true(world_count_said(world, SINK_ALERTS, "\"stale_since\":\"2024-07-01T22:40:") > 0);
    assert_true(status_contains(world, "\"mode\":\"live\""));
}

/* What was said on stale knowledge and was not so is withdrawn as soon as that is known. */
static void test_stale_statement_is_taken_back(void **state) {
    struct world *world = *state;
    lose_kafka_before_the_deadline(world);
    world_publish_review(world, "2024-07-01T22:50:00Z");
    world_pass_to(world, "2024-07-02T01:00:00Z");
    memory_kafka_set_down(world->kafka, false);
    world_run_for(world, 3000);
    world_assert_said_once(world, WORLD_ALERT("overdue"));
    world_assert_said_once(world, WORLD_ALERT("withdrawn"));
    world_assert_all_ids_once(world);
}

/* A machine that was suspended is as a daemon that was stopped: it reads first. */
static void test_sleep_is_no_staleness(void **state) {
    struct world *world = *state;
    lose_kafka_before_the_deadline(world);
    memory_kafka_set_down(world->kafka, false);
    world_run_for(world, 1000);
    memory_kafka_hide_ends(world->kafka, true); /* the answer takes longer than the first cycles */
    world_publish_review(world, "2024-07-01T22:50:00Z");
    world_jump_to(world, "2024-07-02T06:00:00Z");
    memory_kafka_hide_ends(world->kafka, false);
    world_run_for(world, 3000);
    assert_int_equal(world_count_said(world, SINK_ALERTS, WORLD_ALERT("overdue")), 0);
    assert_int_equal(world_count_said(world, SINK_ALERTS, "stale_since"), 0);
}

static void test_status_names_the_deadlines_that_wait(void **state) {
    struct world *world = *state;
    lose_kafka_before_the_deadline(world);
    world_pass_to(world, "2024-07-01T22:50:00Z"); /* behind, and nothing is due yet */
    assert_true(status_contains(world, "\"mode\":\"behind\""));
    assert_false(status_contains(world, "\"waiting\":{"));
    world_pass_to(world, "2024-07-01T23:30:00Z");
    assert_true(status_contains(world, "\"waiting\":{\"oldest_due_at\":\"2024-07-01T23:00:00Z\",\"behind_since\":"
                                       "\"2024-07-01T22:40:"));
    assert_true(status_contains(world, "\"speaks_at\":\"2024-07-01T23:40:"));
    memory_kafka_set_down(world->kafka, false);
    world_run_for(world, 3000);
    assert_false(status_contains(world, "\"waiting\":{"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_short_outage_says_nothing_of_what_was_done_in_it),
        TEST(test_short_outage_says_what_was_missed_once_it_is_over),
        TEST(test_speaks_on_the_far_side_of_the_limit_only),
        TEST(test_stale_statement_is_taken_back),
        TEST(test_sleep_is_no_staleness),
        TEST(test_status_names_the_deadlines_that_wait),
    };
    return cmocka_run_group_tests(tests, world_set_up_engine, world_tear_down_engine);
}
