/* A calendar that changes while there is state: every subject is looked at anew, and what differs is said, no more.
 *
 * The first review of child/CE-1 is due by the end of Mon 2024-07-01. Friday 21 June is proclaimed a bank holiday nine
 * days before: it is then due by the end of Tue 2024-07-02, and due soon a day later, on Tuesday 25 June. */
#include "calendar_file.h"
#include "pipeline_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define PROCLAIMED "  - {date: 2024-06-21, title: Proclaimed bank holiday}"

static void restart_with(struct world *world, const char *before, const char *line) {
    struct arena *arena = arena_new();
    const char *calendar = calendar_file_with("england-and-wales", before, line, arena);
    world_restart_with_calendar(world, calendar);
    (void) unlink(calendar);
    (void) arena_free(arena);
}

/* The newest statement of the first review, or NULL. */
static const struct sink_entry *newest(const struct world *world) {
    for (size_t i = memory_kafka_count(world->kafka, SINK_ALERTS); i-- > 0;)
        if (world_contains(memory_kafka_entry(world->kafka, SINK_ALERTS, i), "|review-first|"))
            return memory_kafka_entry(world->kafka, SINK_ALERTS, i);
    return NULL;
}

static void assert_newest(const struct world *world, const char *id, const char *due_at, const char *because) {
    const struct sink_entry *entry = newest(world);
    char text[128];
    assert_non_null(entry);
    assert_true(world_contains(entry, id));
    (void) snprintf(text, sizeof text, "\"due_at\":\"%s\"", due_at);
    assert_true(world_contains(entry, text));
    (void) snprintf(text, sizeof text, "\"said_because\":\"%s\"", because);
    assert_true(world_contains(entry, text));
}

static void test_before_anything_is_said(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 2000);
    world_pass_to(world, "2024-06-12T09:00:00Z");
    size_t said = memory_kafka_count(world->kafka, SINK_ALERTS);
    restart_with(world, "  - {date: 2024-08-26", PROCLAIMED);
    world_run_for(world, 3000);
    assert_int_equal(pipeline_view(world->pipeline).counters->records_derived, 1);
    assert_int_equal(memory_kafka_count(world->kafka, SINK_ALERTS), said);
    world_pass_to(world, "2024-06-24T12:00:00Z");
    assert_null(newest(world));
    world_pass_to(world, "2024-06-25T00:00:00Z");
    assert_newest(world, WORLD_ALERT("due_soon"), "2024-07-02T23:00:00Z", "clock");
}

static void test_what_was_said_is_said_anew(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 2000);
    world_pass_to(world, "2024-06-26T12:00:00Z");
    assert_newest(world, WORLD_ALERT("due_soon"), "2024-07-01T23:00:00Z", "clock");
    size_t said = memory_kafka_count(world->kafka, SINK_ALERTS);
    restart_with(world, "  - {date: 2024-08-26", PROCLAIMED);
    world_run_for(world, 3000);
    assert_newest(world, WORLD_ALERT("due_soon.2"), "2024-07-02T23:00:00Z", "calendar_change");
    /* review-first and iha count twenty working days; iha was due soon from 19 June, now from 20 June. */
    assert_int_equal(memory_kafka_count(world->kafka, SINK_ALERTS), said + 2);
    world_assert_all_ids_once(world);
    world_restart(world);
    world_run_for(world, 3000);
    assert_int_equal(memory_kafka_count(world->kafka, SINK_ALERTS), said + 2);
    assert_int_equal(pipeline_view(world->pipeline).counters->records_derived, 0);
}

/* Where the packs differ as well, it is the rules that have changed. */
static void test_other_packs_are_a_change_of_rules(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 2000);
    world_pass_to(world, "2024-06-26T12:00:00Z");
    memory_store_set_packs(world->store, world->home, "0123456789abcdef-0123456789abcdef");
    restart_with(world, "  - {date: 2024-08-26", PROCLAIMED);
    world_run_for(world, 3000);
    assert_newest(world, WORLD_ALERT("due_soon.2"), "2024-07-02T23:00:00Z", "rule_change");
}

/* An overdue that was said too soon is taken back, with the steps of its ladder. */
static void test_an_overdue_is_taken_back(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 2000);
    world_pass_to(world, "2024-07-02T09:00:00Z");
    assert_newest(world, WORLD_ALERT("overdue"), "2024-07-01T23:00:00Z", "clock");
    restart_with(world, "  - {date: 2024-08-26", PROCLAIMED);
    world_run_for(world, 3000);
    assert_newest(world, WORLD_ALERT("due_soon.2"), "2024-07-02T23:00:00Z", "calendar_change");
    assert_int_equal(world_count_said(world, SINK_ESCALATIONS, "|review-first|care:2024-06-03#rung-1-ended\""), 1);
    world_pass_to(world, "2024-07-02T23:00:00Z");
    assert_newest(world, WORLD_ALERT("overdue.2"), "2024-07-02T23:00:00Z", "clock");
}

/* What became due while the daemon was away would have been said anyway: the change is not why. */
static void test_what_became_due_meanwhile_is_backlog(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 2000);
    world_pass_to(world, "2024-06-26T12:00:00Z");
    world->now = world_at("2024-07-05T09:00:00Z");
    restart_with(world, "  - {date: 2024-08-26", PROCLAIMED);
    world_run_for(world, 3000);
    assert_newest(world, WORLD_ALERT("overdue"), "2024-07-02T23:00:00Z", "backlog");
}

/* A new version with the same days, or a day that nothing falls on. */
static void test_nothing_is_said_where_nothing_changes(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 2000);
    world_pass_to(world, "2024-06-26T12:00:00Z");
    size_t said = memory_kafka_count(world->kafka, SINK_ALERTS);
    restart_with(world, "version:", "# another file");
    world_run_for(world, 3000);
    assert_int_equal(pipeline_view(world->pipeline).counters->records_derived, 0);
    restart_with(world, "  - {date: 2026-05-04", "  - {date: 2026-04-30, title: Far away}");
    world_run_for(world, 3000);
    assert_int_equal(pipeline_view(world->pipeline).counters->records_derived, 1);
    assert_int_equal(memory_kafka_count(world->kafka, SINK_ALERTS), said);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_before_anything_is_said),
        TEST(test_what_was_said_is_said_anew),
        TEST(test_other_packs_are_a_change_of_rules),
        TEST(test_an_overdue_is_taken_back),
        TEST(test_what_became_due_meanwhile_is_backlog),
        TEST(test_nothing_is_said_where_nothing_changes),
    };
    return cmocka_run_group_tests(tests, world_set_up_engine, world_tear_down_engine);
}
