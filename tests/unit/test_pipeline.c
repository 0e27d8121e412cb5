/* The pipeline on twins in memory: what is said, once, whatever fails in between. */
#include "ensure.h"
#include "murmur2.h"
#include "pipeline_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- the ordinary course ---- */

static void test_deadline_fires_with_no_input(void **state) {
    struct world *world = *state;
    world_run_for(world, 1000);
    world_publish_entry(world);
    world_run_for(world, 1000);
    assert_int_equal(world_count_said(world, SINK_ALERTS, "review-first"), 0);
    world_jump_to(world, "2024-06-25T00:00:00Z");
    world_assert_said_once(world, WORLD_ALERT("due_soon"));
    world_jump_to(world, "2024-07-02T00:00:00Z");
    world_assert_said_once(world, WORLD_ALERT("overdue"));
    assert_int_equal(world_count_said(world, SINK_ESCALATIONS, "review-first|care:2024-06-03#rung-1\""), 1);
    assert_true(world_count_said(world, SINK_LATEST, WORLD_ALERT("overdue")) >= 1);
    world_assert_all_ids_once(world);
    assert_int_equal(memory_store_count(world->store, "outbox"), 0);
}

static void test_said_within_a_cycle_of_its_instant(void **state) {
    struct world *world = *state;
    world_run_for(world, 1000);
    world_publish_entry(world);
    world_run_for(world, 1000);
    world->now = world_at("2024-06-23T22:59:59Z"); /* midnight in London is an hour before */
    world_run_for(world, 900);
    assert_int_equal(world_count_said(world, SINK_ALERTS, WORLD_ALERT("due_soon")), 0);
    struct instant wake;
    world->now = world_at("2024-06-23T22:59:59.950Z");
    assert_int_equal(pipeline_cycle(world->pipeline, world->now, &wake), 0);
    assert_true(wake.ms - world->now.ms <= 100);
    world->now = world_at("2024-06-23T23:00:00Z");
    world_run_for(world, 0);
    world_assert_said_once(world, WORLD_ALERT("due_soon"));
}

static void test_event_and_its_consequence_are_one_write(void **state) {
    struct world *world = *state;
    world_run_for(world, 2000);
    size_t before = memory_store_writes(world->store);
    world_publish_entry(world);
    world_run_for(world, 0);
    assert_int_equal(memory_store_writes(world->store) - before, 1);
    assert_int_equal(memory_store_count(world->store, "fact"), 2);
}

static void test_backlog_says_nothing_of_what_was_done_in_time(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_publish_review(world, "2024-06-20T10:00:00Z");
    world_jump_to(world, "2024-07-20T09:00:00Z");
    assert_int_equal(world_count_said(world, SINK_ALERTS, "review-first"), 0);
}

static void test_first_load_is_baseline(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_jump_to(world, "2024-07-20T09:00:00Z");
    world_assert_said_once(world, WORLD_ALERT("overdue"));
    assert_int_equal(world_count_said(world, SINK_ALERTS, "\"said_because\":\"baseline\""),
                     memory_kafka_count(world->kafka, SINK_ALERTS));
}

static void test_after_an_outage_is_backlog(void **state) {
    struct world *world = *state;
    world_run_for(world, 1000);
    world_publish_entry(world);
    world_run_for(world, 1000);
    world->pipeline = pipeline_free(world->pipeline);
    world->pipeline = world_new_pipeline(world, world->member);
    memory_kafka_assign(world->kafka, world->member);
    world_jump_to(world, "2024-07-20T09:00:00Z");
    world_assert_said_once(world, WORLD_ALERT("overdue"));
    assert_int_equal(world_count_said(world, SINK_ALERTS, WORLD_ALERT("due_soon")), 0);
    assert_true(world_count_said(world, SINK_ALERTS, "\"said_because\":\"backlog\"") > 0);
    assert_int_equal(world_count_said(world, SINK_ALERTS, "\"said_because\":\"clock\""), 0);
}

static void test_behind_is_silent_until_stale(void **state) {
    struct world *world = *state;
    world_run_for(world, 1000);
    world_publish_entry(world);
    world_run_for(world, 1000);
    memory_kafka_set_down(world->kafka, true);
    world_pass_to(world, "2024-06-03T10:30:00Z");
    world_jump_to(world, "2024-07-02T00:00:00Z");
    assert_int_equal(memory_store_count(world->store, "outbox"), 0); /* nothing ran meanwhile: as after a start */
    world_pass_to(world, "2024-07-02T01:01:00Z");
    assert_true(memory_store_count(world->store, "outbox") > 0); /* deadlines fire into the outbox */
    assert_int_equal(memory_kafka_count(world->kafka, SINK_ALERTS), 0);
    memory_kafka_set_down(world->kafka, false);
    world_run_for(world, 2000);
    world_assert_said_once(world, WORLD_ALERT("overdue"));
    assert_true(world_count_said(world, SINK_ALERTS, "\"stale_since\":\"2024-06-03T09:") > 0);
    assert_int_equal(memory_store_count(world->store, "outbox"), 0);
}

/* In pieces: each is written before the end is known. */
static void test_backlog_in_pieces_says_nothing_of_what_was_closed_in_it(void **state) {
    struct world *world = *state;
    world_run_for(world, 1000);
    memory_kafka_hide_ends(world->kafka, true);
    world_publish(world, "1", "missing.started", "2024-06-03T08:00:00Z",
                  "\"occurred_at\":\"2024-05-20T08:00:00Z\",\"episode\":\"M1\",\"kind\":\"M\"");
    world_publish(world, "2", "missing.ended", "2024-06-03T08:00:00Z",
                  "\"occurred_at\":\"2024-05-21T08:00:00Z\",\"episode\":\"M1\"");
    world_run_for(world, 1000);
    assert_int_equal(memory_store_count(world->store, "fact"), 2);
    assert_true(memory_store_timer(world->store, "child/CE-1").ms >= world_at("2024-06-03T09:00:01Z").ms);
    world_publish(world, "3", "return_interview.completed", "2024-06-03T08:30:00Z",
                  "\"occurred_at\":\"2024-05-22T08:00:00Z\",\"episode\":\"M1\"");
    world_run_for(world, 1000);
    memory_kafka_hide_ends(world->kafka, false);
    world_run_for(world, 2000);
    assert_int_equal(memory_store_count(world->store, "fact"), 3);
    assert_int_equal(memory_kafka_count(world->kafka, SINK_ALERTS), 0);
}

static void test_duplicate_is_counted_and_changes_nothing(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_publish_entry(world);
    world_run_for(world, 1000);
    assert_int_equal(pipeline_view(world->pipeline).counters->duplicates, 2);
    assert_int_equal(memory_store_count(world->store, "fact"), 2);
}

static void test_feed_events_are_counted_only(void **state) {
    struct world *world = *state;
    const char *event =
        "{\"specversion\":\"1.0\",\"id\":\"f\",\"source\":\"/test\",\"type\":\"feed.complete_to\","
        "\"subject\":\"authority/E06000052\",\"time\":\"2024-06-03T09:00:00Z\",\"data\":{\"occurred_at\":"
        "\"2024-06-03\",\"authority\":\"E06000052\",\"feed\":\"F1\",\"complete_to\":"
        "\"2024-06-03T09:00:00Z\"}}";
    memory_kafka_publish(world->kafka, murmur2_partition("authority/E06000052", WORLD_PARTITIONS),
                         "authority/E06000052", event);
    world_run_for(world, 1000);
    assert_int_equal(pipeline_view(world->pipeline).counters->feed_events, 1);
    assert_int_equal(pipeline_view(world->pipeline).counters->dead_letters, 0);
    assert_int_equal(memory_store_count(world->store, "fact"), 0);
}

static void test_control_records_do_not_keep_it_behind(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    memory_kafka_mark(world->kafka, world->home);
    world_run_for(world, 3000);
    assert_true(memory_store_meta(world->store, world->home)->live);
    assert_int_equal(memory_store_meta(world->store, world->home)->positions[SOURCE_EVENTS], 3);
    assert_int_equal(memory_kafka_committed(world->kafka, world->home)->positions[SOURCE_EVENTS], 3);
}

/* ---- what cannot be read, and what came to the wrong place ---- */

static void test_dead_letter_keeps_every_byte(void **state) {
    struct world *world = *state;
    memory_kafka_publish(world->kafka, 1, "child/CE-9", "{not json");
    memory_kafka_publish(world->kafka, 1, NULL, NULL);
    world_publish_entry(world);
    world_run_for(world, 1000);
    assert_int_equal(memory_kafka_count(world->kafka, SINK_DEADLETTER), 2);
    const struct sink_entry *entry = memory_kafka_entry(world->kafka, SINK_DEADLETTER, 0);
    assert_int_equal(entry->value_length, 9);
    assert_memory_equal(entry->value, "{not json", 9);
    assert_memory_equal(entry->key, "child/CE-9", 10);
    assert_string_equal(entry->headers[0].name, "__connect.errors.topic");
    assert_memory_equal(entry->headers[0].value, "care.events", 11);
    assert_memory_equal(entry->headers[2].value, "0", 1);
    assert_null(memory_kafka_entry(world->kafka, SINK_DEADLETTER, 1)->value);
    assert_int_equal(memory_store_count(world->store, "fact"), 2);
}

static void test_misrouted_event_is_passed_on(void **state) {
    struct world *world = *state;
    world->home = 1 - world->home;
    world_publish_entry(world);
    world_run_for(world, 3000);
    world->home = 1 - world->home;
    assert_int_equal(memory_kafka_count(world->kafka, SINK_LINKS), 2);
    assert_int_equal(memory_kafka_entry(world->kafka, SINK_LINKS, 0)->partition, world->home);
    assert_int_equal(memory_store_count(world->store, "fact"), 2);
    world_jump_to(world, "2024-07-02T00:00:00Z");
    world_assert_said_once(world, WORLD_ALERT("overdue"));
    const struct counters *counters = pipeline_view(world->pipeline).counters;
    assert_int_equal(counters->misrouted, 2);
    assert_string_equal(counters->misrouted_by_source[0].name, "/test");
    assert_int_equal(memory_store_meta(world->store, world->home)->positions[SOURCE_LINKS], 2);
}

/* ---- failures ---- */

static void test_lost_call(void **state) {
    struct world *world = *state;
    world_run_for(world, 1000);
    world_publish_entry(world);
    memory_store_inject(world->store, MEMORY_STORE_LOSE_CALL);
    world_run_for(world, 3000);
    assert_true(pipeline_view(world->pipeline).counters->reloads > 0);
    memory_store_inject(world->store, MEMORY_STORE_LOSE_CALL);
    world_overdue_once_after(world);
}

static void test_lost_reply(void **state) {
    struct world *world = *state;
    world_run_for(world, 1000);
    world_publish_entry(world);
    memory_store_inject(world->store, MEMORY_STORE_LOSE_REPLY);
    world_run_for(world, 3000);
    memory_store_inject(world->store, MEMORY_STORE_LOSE_REPLY);
    world_overdue_once_after(world);
    assert_int_equal(memory_store_count(world->store, "fact"), 2);
}

static void test_store_down_for_a_while(void **state) {
    struct world *world = *state;
    world_run_for(world, 1000);
    memory_store_set_down(world->store, true);
    world_publish_entry(world);
    world_run_for(world, 3000);
    assert_true(pipeline_view(world->pipeline).store_down);
    memory_store_set_down(world->store, false);
    world_run_for(world, 6000);
    assert_false(pipeline_view(world->pipeline).store_down);
    world_overdue_once_after(world);
}

static void test_aborted_transaction_is_repeated(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 1000);
    memory_member_inject(world->member, MEMORY_SINK_ABORT);
    world_overdue_once_after(world);
}

static void test_lost_producer(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 1000);
    memory_member_inject(world->member, MEMORY_SINK_LOSE);
    world_jump_to(world, "2024-06-25T00:00:00Z");
    memory_member_inject(world->member, MEMORY_SINK_LOSE_LATE);
    world_overdue_once_after(world);
}

static void test_restart_repeats_nothing(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 1000);
    world_jump_to(world, "2024-06-25T00:00:00Z");
    struct sequence before = memory_store_meta(world->store, world->home)->staged;
    assert_true(memory_store_count(world->store, "said") > 0);
    assert_true(memory_store_count(world->store, "open") > 0);
    world_restart(world);
    world_publish(world, "9", "child.updated", "2024-06-24T10:00:00Z", "\"occurred_at\":\"2024-06-03\",\"sex\":\"2\"");
    world_run_for(world, 2000);
    world_overdue_once_after(world);
    assert_true(sequence_compare(before, memory_store_meta(world->store, world->home)->staged) < 0);
}

/* A number is never used twice: the newest one is the number of entries ever made. */
static void test_sequences_rise_within_an_epoch(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 1000);
    world_jump_to(world, "2024-06-25T00:00:00Z");
    world_jump_to(world, "2024-07-02T00:00:00Z");
    size_t made = memory_kafka_count(world->kafka, SINK_ALERTS) + memory_kafka_count(world->kafka, SINK_ESCALATIONS) +
                  memory_kafka_count(world->kafka, SINK_LATEST);
    assert_int_equal(memory_store_meta(world->store, world->home)->staged.n, made);
}

static void test_killed_between_store_and_publishing(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 1000);
    memory_member_inject(world->member, MEMORY_SINK_HOLD);
    world_jump_to(world, "2024-06-25T00:00:00Z");
    assert_true(memory_store_count(world->store, "outbox") > 0);
    world_restart(world);
    world_overdue_once_after(world);
}

static void test_killed_between_publishing_and_trim(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 1000);
    memory_member_inject(world->member, MEMORY_SINK_LOSE_LATE);
    world->now = world_at("2024-06-25T00:00:00Z");
    world_run_for(world, 0);
    world_assert_said_once(world, WORLD_ALERT("due_soon"));
    world_restart(world);
    world_overdue_once_after(world);
}

static void test_two_members_the_former_one_cannot_write(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 1000);
    struct pipeline *zombie = world->pipeline;
    world->member = memory_kafka_join(world->kafka);
    world->pipeline = world_new_pipeline(world, world->member);
    memory_kafka_assign(world->kafka, world->member);
    world_run_for(world, 1000);
    world_jump_to(world, "2024-06-25T00:00:00Z");
    struct instant wake;
    for (int i = 0; i < 50; i++)
        assert_true(pipeline_cycle(zombie, (struct instant){world->now.ms + i * 200}, &wake) >= 0);
    assert_true(pipeline_view(zombie).counters->reloads > 0);
    (void) pipeline_free(zombie);
    world_overdue_once_after(world);
}

static void test_revocation_waits_for_the_transaction(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 1000);
    memory_member_inject(world->member, MEMORY_SINK_HOLD);
    world_jump_to(world, "2024-06-25T00:00:00Z");
    memory_kafka_revoke(world->member);
    struct instant wake;
    assert_true(pipeline_cycle(world->pipeline, world->now, &wake) >= 0);
    assert_false(memory_member_released(world->member));
    world_run_for(world, 500);
    assert_true(memory_member_released(world->member));
    assert_int_equal(pipeline_view(world->pipeline).n_partitions, 0);
    memory_member_inject(world->member, MEMORY_SINK_NO_FAULT);
    memory_kafka_assign(world->kafka, world->member);
    world_overdue_once_after(world);
}

/* ---- the rest ---- */

/* Set forward by mistake for a moment, and back: what is due later still fires, and nothing twice. */
static void test_clock_set_back(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 1000);
    world_jump_to(world, "2024-06-20T00:00:00Z");
    world_jump_to(world, "2024-06-10T00:00:00Z");
    assert_true(pipeline_view(world->pipeline).loaded);
    world_publish(world, "9", "child.updated", "2024-06-10T00:00:01Z", "\"occurred_at\":\"2024-06-03\",\"sex\":\"2\"");
    world_run_for(world, 2000);
    assert_int_equal(memory_store_count(world->store, "fact"), 3);
    world_overdue_once_after(world);
}

static void test_changed_number_of_partitions_stops(void **state) {
    struct world *world = *state;
    world_run_for(world, 1000);
    world->pipeline = pipeline_free(world->pipeline);
    struct memory_kafka *other = memory_kafka_new(WORLD_PARTITIONS + 1);
    struct memory_member *member = memory_kafka_join(other);
    world->pipeline = world_new_pipeline(world, member);
    memory_kafka_assign(other, member);
    struct instant wake;
    int outcome = 0;
    for (int i = 0; i < 10 && outcome >= 0; i++)
        outcome = pipeline_cycle(world->pipeline, world->now, &wake);
    assert_true(outcome < 0);
    assert_non_null(strstr(pipeline_error(world->pipeline), "partitions"));
    world->pipeline = pipeline_free(world->pipeline);
    (void) memory_kafka_free(other);
}

static void test_foreign_outbox_entry_stops(void **state) {
    struct world *world = *state;
    world_run_for(world, 1000);
    int64_t epoch = memory_store_meta(world->store, world->home)->epoch;
    memory_store_put_entry(world->store, world->home, (struct sequence){epoch, 1000}, "1 alerts 0 99 5\nshort");
    world_restart(world);
    struct instant wake;
    int outcome = 0;
    for (int i = 0; i < 100 && outcome >= 0; i++, world->now.ms += 100)
        outcome = pipeline_cycle(world->pipeline, world->now, &wake);
    assert_true(outcome < 0);
    assert_non_null(strstr(pipeline_error(world->pipeline), "outbox"));
}

static void test_topic_made_anew_is_read_from_the_beginning(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 2000);
    world->pipeline = pipeline_free(world->pipeline);
    (void) memory_kafka_free(world->kafka);
    world->kafka = memory_kafka_new(WORLD_PARTITIONS);
    world_publish(world, "9", "child.updated", "2024-06-03T10:00:00Z", "\"occurred_at\":\"2024-06-03\",\"sex\":\"2\"");
    world_restart(world);
    world_run_for(world, 3000);
    assert_int_equal(memory_store_count(world->store, "fact"), 3);
    assert_int_equal(memory_store_meta(world->store, world->home)->positions[SOURCE_EVENTS], 1);
}

static void test_changed_packs_look_at_every_subject(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 2000);
    memory_store_set_packs(world->store, world->home, "other");
    uint64_t before = pipeline_view(world->pipeline).counters->records_derived;
    assert_int_equal(before, 1);
    world_restart(world);
    world_run_for(world, 2000);
    assert_int_equal(pipeline_view(world->pipeline).counters->records_derived, 1);
    assert_string_equal(memory_store_meta(world->store, world->home)->packs, engine_packs_hash(world_engine()));
    world_restart(world);
    world_run_for(world, 2000);
    assert_int_equal(pipeline_view(world->pipeline).counters->records_derived, 0);
}

static void test_stop_publishes_what_was_taken(void **state) {
    struct world *world = *state;
    world_run_for(world, 1000);
    memory_kafka_publish(world->kafka, 0, "x", "not an event");
    struct instant wake;
    assert_true(pipeline_cycle(world->pipeline, world->now, &wake) >= 0);
    pipeline_stop(world->pipeline);
    for (int i = 0; i < 20 && !pipeline_is_stopped(world->pipeline); i++)
        assert_true(pipeline_cycle(world->pipeline, world->now, &wake) >= 0);
    assert_true(pipeline_is_stopped(world->pipeline));
    assert_int_equal(memory_kafka_count(world->kafka, SINK_DEADLETTER), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_deadline_fires_with_no_input),
        TEST(test_said_within_a_cycle_of_its_instant),
        TEST(test_event_and_its_consequence_are_one_write),
        TEST(test_backlog_says_nothing_of_what_was_done_in_time),
        TEST(test_first_load_is_baseline),
        TEST(test_after_an_outage_is_backlog),
        TEST(test_behind_is_silent_until_stale),
        TEST(test_backlog_in_pieces_says_nothing_of_what_was_closed_in_it),
        TEST(test_duplicate_is_counted_and_changes_nothing),
        TEST(test_feed_events_are_counted_only),
        TEST(test_control_records_do_not_keep_it_behind),
        TEST(test_dead_letter_keeps_every_byte),
        TEST(test_misrouted_event_is_passed_on),
        TEST(test_lost_call),
        TEST(test_lost_reply),
        TEST(test_store_down_for_a_while),
        TEST(test_aborted_transaction_is_repeated),
        TEST(test_lost_producer),
        TEST(test_restart_repeats_nothing),
        TEST(test_sequences_rise_within_an_epoch),
        TEST(test_killed_between_store_and_publishing),
        TEST(test_killed_between_publishing_and_trim),
        TEST(test_two_members_the_former_one_cannot_write),
        TEST(test_revocation_waits_for_the_transaction),
        TEST(test_clock_set_back),
        TEST(test_changed_number_of_partitions_stops),
        TEST(test_foreign_outbox_entry_stops),
        TEST(test_topic_made_anew_is_read_from_the_beginning),
        TEST(test_changed_packs_look_at_every_subject),
        TEST(test_stop_publishes_what_was_taken),
    };
    return cmocka_run_group_tests(tests, world_set_up_engine, world_tear_down_engine);
}
