/* Checkpoints on twins in memory: what is written, when, and what is rebuilt from it when store and events are gone. */
#include "checkpoint.h"
#include "ensure.h"
#include "murmur2.h"
#include "pipeline_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int set_up(void **state) {
    int result = world_set_up(state);
    struct world *world = *state;
    world->checkpoint = (struct span){2000};
    world_restart(world);
    return result;
}

static const struct counters *counters(const struct world *world) {
    return pipeline_view(world->pipeline).counters;
}

/* Registers another child of the same partition; the number makes its name. Returns the subject, the caller's. */
static char *publish_child(struct world *world, int number) {
    char *subject = NULL, *event;
    for (int i = number * 100; subject == NULL; i++) {
        ENSURE(asprintf(&subject, "child/X-%d", i) > 0);
        if (murmur2_partition(subject, WORLD_PARTITIONS) != world->home) {
            free(subject);
            subject = NULL;
        }
    }
    ENSURE(asprintf(&event,
                    "{\"specversion\":\"1.0\",\"id\":\"x-%d\",\"source\":\"/test\",\"type\":\"child.registered\","
                    "\"subject\":\"%s\",\"time\":\"2024-06-03T09:00:00Z\",\"data\":{\"authority\":\"E06000052\","
                    "\"occurred_at\":\"2024-06-03\",\"date_of_birth\":\"2015-01-16\"}}",
                    number, subject) > 0);
    memory_kafka_publish(world->kafka, world->home, subject, event);
    free(event);
    return subject;
}

static size_t count_on_facts(const struct world *world, const char *key) {
    size_t count = 0;
    for (size_t i = 0; i < memory_kafka_count(world->kafka, SINK_FACTS); i++) {
        const struct sink_entry *entry = memory_kafka_entry(world->kafka, SINK_FACTS, i);
        count += entry->key_length == strlen(key) && memcmp(entry->key, key, entry->key_length) == 0;
    }
    return count;
}

/* Both events are on care.facts, and the marker behind them. */
static void publish_and_checkpoint_with(struct world *world, int64_t position) {
    world_publish_entry(world);
    world_run_for(world, 6000);
    assert_int_equal(memory_store_count(world->store, "changed"), 0);
    assert_true(memory_store_meta(world->store, world->home)->checkpoint.exists);
    assert_int_equal(memory_store_meta(world->store, world->home)->checkpoint.positions[SOURCE_EVENTS], position);
}

static void publish_and_checkpoint(struct world *world) {
    publish_and_checkpoint_with(world, 2);
}

/* ---- writing ---- */

static void test_every_change_is_written(void **state) {
    struct world *world = *state;
    publish_and_checkpoint(world);
    assert_int_equal(count_on_facts(world, "child/CE-1"), 1);
    world_publish_review(world, "2024-06-03T09:01:00Z");
    world_run_for(world, 6000);
    assert_int_equal(count_on_facts(world, "child/CE-1"), 2);
    assert_int_equal(memory_store_meta(world->store, world->home)->checkpoint.positions[SOURCE_EVENTS], 3);
    size_t written = memory_kafka_count(world->kafka, SINK_FACTS);
    world_run_for(world, 10000);
    assert_int_equal(memory_kafka_count(world->kafka, SINK_FACTS), written); /* nothing has changed since */
}

/* What Redis holds from before there were checkpoints, or after a restart without any, is noted as changed first. */
static void test_first_checkpoint_has_every_subject(void **state) {
    struct world *world = *state;
    world->checkpoint = (struct span){0};
    world_restart(world);
    world_publish_entry(world);
    free(publish_child(world, 1));
    world_run_for(world, 2000);
    memory_store_forget_changed(world->store);
    world->checkpoint = (struct span){2000};
    world_restart(world);
    world_run_for(world, 8000);
    assert_int_equal(count_on_facts(world, "child/CE-1"), 1);
    assert_true(memory_store_meta(world->store, world->home)->checkpoint.exists);
}

static void test_steps_are_small(void **state) {
    struct world *world = *state;
    for (int i = 0; i < 20; i++)
        free(publish_child(world, i));
    world_run_for(world, 1000);
    memory_member_inject(world->member, MEMORY_SINK_HOLD);
    world_run_for(world, 6000);
    /* One step at a time; the other partition has nothing but its marker. */
    assert_in_range(memory_store_count(world->store, "outbox"), 1, 3 + 1);
    memory_member_inject(world->member, MEMORY_SINK_NO_FAULT);
    world_run_for(world, 6000);
    assert_int_equal(counters(world)->checkpointed, 20);
    assert_int_equal(memory_store_count(world->store, "outbox"), 0);
}

/* While the consumer is behind, the store may know less than care.facts. */
static void test_none_while_behind(void **state) {
    struct world *world = *state;
    memory_kafka_hide_ends(world->kafka, true);
    world_publish_entry(world);
    world_run_for(world, 10000);
    assert_int_equal(memory_kafka_count(world->kafka, SINK_FACTS), 0);
    memory_kafka_hide_ends(world->kafka, false);
    world_run_for(world, 6000);
    assert_int_equal(count_on_facts(world, "child/CE-1"), 1);
}

/* Dies after every number of cycles in turn: the marker never stands before the facts that it speaks of. */
static void test_killed_on_the_way(void **state) {
    struct world *world = *state;
    char *subjects[8];
    for (int i = 0; i < 8; i++)
        subjects[i] = publish_child(world, i);
    world_run_for(world, 1000);
    for (int cycles = 1; cycles < 60; cycles++) {
        struct instant wake;
        world_restart(world);
        for (int i = 0; i < cycles; i++, world->now.ms += 50)
            assert_true(pipeline_cycle(world->pipeline, world->now, &wake) >= 0);
        if (count_on_facts(world, world->home == 0 ? "#checkpoint/0" : "#checkpoint/1") == 0)
            continue;
        for (int i = 0; i < 8; i++)
            assert_true(count_on_facts(world, subjects[i]) > 0);
    }
    world_run_for(world, 8000);
    assert_true(memory_store_meta(world->store, world->home)->checkpoint.exists);
    for (int i = 0; i < 8; i++)
        free(subjects[i]);
}

/* ---- rebuilding ---- */

static void test_emptied_and_events_cut(void **state) {
    struct world *world = *state;
    publish_and_checkpoint(world);
    world_jump_to(world, "2024-06-25T00:00:00Z");
    memory_store_empty(world->store);
    memory_kafka_cut(world->kafka, world->home);
    world_restart(world);
    world_run_for(world, 3000);
    assert_int_equal(memory_store_count(world->store, "fact"), 2);
    assert_int_equal(counters(world)->offsets_lost, 0);
    assert_int_equal(counters(world)->messages, 0);
    world_overdue_once_after(world);
}

static void test_emptied_goes_on_behind_the_checkpoint(void **state) {
    struct world *world = *state;
    publish_and_checkpoint(world);
    world->checkpoint = (struct span){0};
    world_restart(world);
    world_publish_review(world, "2024-06-03T09:01:00Z");
    world_run_for(world, 1000);
    memory_store_empty(world->store);
    world_restart(world);
    world_run_for(world, 3000);
    assert_int_equal(memory_store_count(world->store, "fact"), 3);
    assert_int_equal(counters(world)->messages, 1); /* the tail */
}

static void test_neither_checkpoint_nor_events(void **state) {
    struct world *world = *state;
    world->checkpoint = (struct span){0};
    world_restart(world);
    world_publish_entry(world);
    world_run_for(world, 1000);
    memory_store_empty(world->store);
    memory_kafka_cut(world->kafka, world->home);
    world_restart(world);
    free(publish_child(world, 1));
    world_run_for(world, 3000);
    assert_int_equal(counters(world)->offsets_lost, 2);
    assert_int_equal(memory_store_count(world->store, "fact"), 1); /* it goes on with what there is */
}

/* Yesterday's Redis, and the events since are gone. */
static void test_fell_back_behind_the_cut(void **state) {
    struct world *world = *state;
    publish_and_checkpoint(world);
    struct memory_store *copy = memory_store_copy(world->store);
    free(publish_child(world, 1));
    world_jump_to(world, "2024-06-25T00:00:00Z"); /* due soon is said, and the next checkpoint made */
    world_run_for(world, 6000);
    assert_int_equal(memory_store_meta(world->store, world->home)->checkpoint.positions[SOURCE_EVENTS], 3);
    memory_kafka_cut(world->kafka, world->home);
    memory_store_fall_back(world->store, copy);
    (void) memory_store_free(copy);
    world_restart(world);
    world_run_for(world, 3000);
    assert_int_equal(memory_store_count(world->store, "fact"), 3);
    assert_int_equal(counters(world)->offsets_lost, 0);
    world_overdue_once_after(world);
}

/* Who was erased since the copy does not come back with it. */
static void test_erased_since_the_copy(void **state) {
    struct world *world = *state;
    char *erased = publish_child(world, 1);
    publish_and_checkpoint_with(world, 3);
    struct memory_store *copy = memory_store_copy(world->store);
    struct arena *arena = arena_new();
    size_t count;
    struct sink_entry *tombstones = checkpoint_tombstones(world->home, erased, 200, arena, &count);
    memory_kafka_output(world->kafka, tombstones, count);
    world_publish_review(world, "2024-06-03T09:01:00Z");
    world_run_for(world, 6000);
    memory_kafka_cut(world->kafka, world->home);
    memory_store_fall_back(world->store, copy);
    (void) memory_store_free(copy);
    world_restart(world);
    world_run_for(world, 3000);
    assert_int_equal(memory_store_count(world->store, "fact"), 3); /* the child in care, with the review */
    (void) arena_free(arena);
    free(erased);
}

static void test_killed_while_rebuilding(void **state) {
    struct world *world = *state;
    for (int i = 0; i < 4; i++)
        free(publish_child(world, i));
    world_publish_entry(world);
    world_run_for(world, 8000);
    memory_kafka_cut(world->kafka, world->home);
    for (int cycles = 1; cycles < 40; cycles++) {
        struct instant wake;
        memory_store_empty(world->store);
        world_restart(world);
        for (int i = 0; i < cycles; i++, world->now.ms += 10)
            assert_true(pipeline_cycle(world->pipeline, world->now, &wake) >= 0);
        world_restart(world);
        world_run_for(world, 2000);
        assert_int_equal(memory_store_count(world->store, "fact"), 6);
        assert_int_equal(counters(world)->offsets_lost, 0);
    }
    world_overdue_once_after(world);
}

static void test_checkpoint_of_another_number_of_partitions(void **state) {
    struct world *world = *state;
    publish_and_checkpoint(world);
    struct arena *arena = arena_new();
    struct checkpoint_marker marker = {.positions = {2, 0}, .at = world->now, .partitions = WORLD_PARTITIONS + 1};
    struct sink_entry entry = checkpoint_marker(world->home, &marker, arena);
    memory_kafka_output(world->kafka, &entry, 1);
    memory_store_empty(world->store);
    world_restart(world);
    world_run_for(world, 1500);
    assert_int_equal(counters(world)->messages, 2); /* from the beginning */
    (void) arena_free(arena);
}

/* ---- what a newer version wrote ---- */

static void assert_refused(struct world *world, const char *named) {
    struct instant wake;
    int outcome = 0;
    world_restart(world);
    for (int i = 0; i < 1000 && outcome >= 0; i++, world->now.ms += 10)
        outcome = pipeline_cycle(world->pipeline, world->now, &wake);
    assert_int_equal(outcome, PIPELINE_TOO_OLD);
    assert_non_null(strstr(pipeline_error(world->pipeline), named));
    assert_non_null(strstr(pipeline_error(world->pipeline), "upgrade this daemon"));
}

static void output(struct world *world, enum sink_topic topic, const char *key, const char *value) {
    struct sink_entry entry = {.topic = topic,
                               .partition = world->home,
                               .key = key,
                               .key_length = strlen(key),
                               .value = value,
                               .value_length = strlen(value)};
    memory_kafka_output(world->kafka, &entry, 1);
}

static void test_newer_facts_are_refused(void **state) {
    struct world *world = *state;
    publish_and_checkpoint(world);
    output(world, SINK_FACTS, "child/CE-1", "{\"version\":2,\"subject\":\"child/CE-1\",\"events\":[]}");
    memory_store_empty(world->store);
    assert_refused(world, "the key child/CE-1 ");
}

static void test_newer_alerts_are_refused(void **state) {
    struct world *world = *state;
    publish_and_checkpoint(world);
    output(world, SINK_LATEST, "child/CE-1|x|y", "{\"subject\":\"child/CE-1\",\"data\":{\"said\":{\"version\":3}}}");
    memory_store_empty(world->store);
    assert_refused(world, "the key child/CE-1|x|y ");
}

static void test_newer_commit_is_refused(void **state) {
    struct world *world = *state;
    publish_and_checkpoint(world);
    memory_kafka_commit(world->kafka, world->home, "wk3 7 7 7 something else");
    assert_refused(world, "wk3 7 7 7 something else");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, world_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_every_change_is_written),
        TEST(test_first_checkpoint_has_every_subject),
        TEST(test_steps_are_small),
        TEST(test_none_while_behind),
        TEST(test_killed_on_the_way),
        TEST(test_emptied_and_events_cut),
        TEST(test_emptied_goes_on_behind_the_checkpoint),
        TEST(test_neither_checkpoint_nor_events),
        TEST(test_fell_back_behind_the_cut),
        TEST(test_erased_since_the_copy),
        TEST(test_killed_while_rebuilding),
        TEST(test_checkpoint_of_another_number_of_partitions),
        TEST(test_newer_facts_are_refused),
        TEST(test_newer_alerts_are_refused),
        TEST(test_newer_commit_is_refused),
    };
    return cmocka_run_group_tests(tests, world_set_up_engine, world_tear_down_engine);
}
