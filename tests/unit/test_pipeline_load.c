/* The load rules on twins in memory: the store has lost something, and what has been said comes back from Kafka. */
#include "pipeline_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_store_fell_back(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 2000);
    struct memory_store *copy = memory_store_copy(world->store);
    world_jump_to(world, "2024-06-25T00:00:00Z");
    world_assert_said_once(world, WORLD_ALERT("due_soon"));
    memory_store_fall_back(world->store, copy);
    (void) memory_store_free(copy);
    world_overdue_once_after(world);
    assert_true(pipeline_view(world->pipeline).counters->restores > 0);
}

static void test_restore_is_needed_once(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 2000);
    struct memory_store *copy = memory_store_copy(world->store);
    world_jump_to(world, "2024-06-25T00:00:00Z");
    memory_store_fall_back(world->store, copy);
    (void) memory_store_free(copy);
    world_restart(world);
    world_run_for(world, 2000);
    assert_int_equal(pipeline_view(world->pipeline).counters->restores, 1);
    world_restart(world);
    world_run_for(world, 2000);
    assert_int_equal(pipeline_view(world->pipeline).counters->restores, 0);
    world_overdue_once_after(world);
}

/* What was staged and is thrown away with the outbox has not been said, whatever the store remembers. */
static void test_staged_and_lost_is_said_again(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 2000);
    memory_member_inject(world->member, MEMORY_SINK_HOLD);
    world_jump_to(world, "2024-06-25T00:00:00Z");
    assert_true(memory_store_count(world->store, "outbox") > 0);
    memory_kafka_expire(world->kafka);
    world_restart(world);
    world_run_for(world, 3000);
    world_overdue_once_after(world);
}

/* The daemon dies between the commit of its epoch and its first write: that the commits had expired is not forgotten.
 */
static void test_expiry_is_remembered(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 2000);
    memory_member_inject(world->member, MEMORY_SINK_HOLD);
    world_jump_to(world, "2024-06-25T00:00:00Z");
    assert_true(memory_store_count(world->store, "outbox") > 0);
    memory_kafka_expire(world->kafka);
    world_restart(world);
    memory_store_inject(world->store, MEMORY_STORE_LOSE_CALL);
    world_run_for(world, 3000);
    world_overdue_once_after(world);
}

/* What is not derived cannot be said again: the event lies behind the position. */
static void test_staged_dead_letter_survives_a_restore(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 2000);
    memory_member_inject(world->member, MEMORY_SINK_HOLD);
    memory_kafka_publish(world->kafka, world->home, "child/CE-1", "this is no JSON");
    world_run_for(world, 2000);
    assert_int_equal(memory_store_count(world->store, "outbox"), 1);
    memory_kafka_expire(world->kafka);
    world_restart(world);
    memory_store_inject(world->store, MEMORY_STORE_LOSE_REPLY); /* the restore is interrupted and begins anew */
    world_run_for(world, 3000);
    assert_int_equal(memory_kafka_count(world->kafka, SINK_DEADLETTER), 1);
    world_overdue_once_after(world);
}

/* The end is from before what was read and written meanwhile: the topic has not shrunk. */
static void test_late_end_is_no_shrinking(void **state) {
    struct world *world = *state;
    memory_kafka_hold_ends(world->kafka, true);
    world_run_for(world, 500);
    memory_kafka_publish(world->kafka, world->home, "child/CE-1", "this is no JSON");
    world_run_for(world, 500);
    memory_kafka_hold_ends(world->kafka, false);
    world_run_for(world, 3000);
    assert_int_equal(memory_kafka_count(world->kafka, SINK_DEADLETTER), 1);
}

static void test_store_fell_back_with_a_full_outbox(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 2000);
    memory_member_inject(world->member, MEMORY_SINK_HOLD);
    world_jump_to(world, "2024-06-25T00:00:00Z");
    struct memory_store *copy = memory_store_copy(world->store); /* said, staged, not published */
    memory_member_inject(world->member, MEMORY_SINK_NO_FAULT);
    world_jump_to(world, "2024-07-02T00:00:00Z");
    memory_store_fall_back(world->store, copy);
    (void) memory_store_free(copy);
    world_restart(world);
    world_run_for(world, 3000);
    world_overdue_once_after(world);
}

static void test_store_emptied(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 1000);
    world_jump_to(world, "2024-06-25T00:00:00Z");
    memory_store_empty(world->store);
    world_restart(world);
    world_run_for(world, 3000);
    assert_int_equal(memory_store_count(world->store, "fact"), 2);
    world_overdue_once_after(world);
}

static void test_commits_expired(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 1000);
    world_jump_to(world, "2024-06-25T00:00:00Z");
    memory_kafka_expire(world->kafka);
    world_restart(world);
    world_overdue_once_after(world);
    assert_true(pipeline_view(world->pipeline).counters->restores > 0);
}

/* All that is left is what was said. */
static void test_emptied_and_expired(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 1000);
    world_jump_to(world, "2024-06-25T00:00:00Z");
    memory_store_empty(world->store);
    memory_kafka_expire(world->kafka);
    world_restart(world);
    world_run_for(world, 3000);
    world_overdue_once_after(world);
}

/* ---- answers to former questions ---- */

/* Cycles until the partition of child/CE-1 is in that state. */
static void run_until(struct world *world, enum partition_state wanted) {
    struct instant wake;
    for (int i = 0; i < 1000; i++, world->now.ms += 10) {
        const struct pipeline_view view = pipeline_view(world->pipeline);
        for (size_t k = 0; k < view.n_partitions; k++)
            if (view.partitions[k]->number == world->home && view.partitions[k]->state == wanted)
                return;
        assert_true(pipeline_cycle(world->pipeline, world->now, &wake) >= 0);
    }
    fail_msg("partition %d never was %s", world->home, partition_state_name(wanted));
}

/* The other partition finds the store gone while care.alerts.latest is being read for this one, which begins again: the
 * end of the former reading, whose messages were dropped with all that was in memory, is not the end of the new one. */
static void test_fell_back_again_while_restoring(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 2000);
    struct memory_store *copy = memory_store_copy(world->store);
    world_jump_to(world, "2024-06-25T00:00:00Z");
    world_assert_said_once(world, WORLD_ALERT("due_soon"));
    memory_kafka_hold_readings(world->kafka, true);
    memory_store_fall_back(world->store, copy);
    world_restart(world);
    run_until(world, PARTITION_RESTORING);
    world_run_for(world, 1000);
    memory_store_set_down(world->store, true);
    memory_kafka_publish(world->kafka, 1 - world->home, "child/X", "no event");
    run_until(world, PARTITION_NEW);
    memory_store_fall_back(world->store, copy);
    (void) memory_store_free(copy);
    memory_store_set_down(world->store, false);
    run_until(world, PARTITION_RESTORING);
    memory_kafka_hold_readings(world->kafka, false);
    world_overdue_once_after(world);
}

/* The partition is loaded again while a transaction with its entries is under way: the sink still reads them. */
static void test_reloaded_while_publishing(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 2000);
    memory_member_inject(world->member, MEMORY_SINK_HOLD);
    world_jump_to(world, "2024-06-25T00:00:00Z");
    memory_store_set_down(world->store, true);
    memory_kafka_publish(world->kafka, 1 - world->home, "child/X", "no event");
    run_until(world, PARTITION_NEW);
    memory_store_set_down(world->store, false);
    memory_member_inject(world->member, MEMORY_SINK_NO_FAULT);
    world_overdue_once_after(world);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_store_fell_back),
        TEST(test_restore_is_needed_once),
        TEST(test_staged_and_lost_is_said_again),
        TEST(test_late_end_is_no_shrinking),
        TEST(test_expiry_is_remembered),
        TEST(test_staged_dead_letter_survives_a_restore),
        TEST(test_store_fell_back_with_a_full_outbox),
        TEST(test_store_emptied),
        TEST(test_commits_expired),
        TEST(test_emptied_and_expired),
        TEST(test_fell_back_again_while_restoring),
        TEST(test_reloaded_while_publishing),
    };
    return cmocka_run_group_tests(tests, world_set_up_engine, world_tear_down_engine);
}
