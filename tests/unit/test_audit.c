/* The auditor on twins in memory: each kind of damage is found, repaired and counted; a state without damage has no
 * finding. */
#include "pipeline_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define CHILD "child/CE-1"
#define REVIEW "review-first|care:2024-06-03"
#define REVIEW_ALERT CHILD "|" REVIEW

static const struct audit_report *report_of(const struct world *world, int32_t partition) {
    const struct auditor_result *result = pipeline_audit_result(world->pipeline);
    assert_int_equal(result->n_partitions, WORLD_PARTITIONS);
    assert_true(result->partitions[partition].covered);
    return &result->partitions[partition].report;
}

/* A whole audit on demand. */
static const struct audit_report *audit(struct world *world) {
    assert_true(pipeline_audit_start(world->pipeline));
    for (int i = 0; i < 200 && !pipeline_audit_result(world->pipeline)->over; i++)
        world_run_for(world, 100);
    assert_true(pipeline_audit_result(world->pipeline)->over);
    return report_of(world, world->home);
}

static void assert_clean(struct world *world) {
    const struct audit_report *report = audit(world);
    for (size_t i = 0; i < report->n_listed; i++)
        print_error("%s %s\n", audit_kind_name(report->listed[i].kind), report->listed[i].reference);
    assert_int_equal(audit_report_findings(report), 0);
}

static void assert_found(const struct audit_report *report, enum audit_kind kind, const char *reference,
                         bool repaired) {
    for (size_t i = 0; i < report->n_listed; i++)
        if (report->listed[i].kind != kind || strcmp(report->listed[i].reference, reference) != 0)
            fail_msg("also %s %s", audit_kind_name(report->listed[i].kind), report->listed[i].reference);
    assert_int_equal(report->by_kind[kind], 1);
    assert_int_equal(report->n_repaired, repaired);
    assert_int_equal(report->n_not_repaired, !repaired);
}

/* In care, caught up; then on to when the first review is overdue. */
static void begin(struct world *world) {
    world_run_for(world, 1000);
    world_publish_entry(world);
    world_run_for(world, 3000);
}

static void begin_overdue(struct world *world) {
    begin(world);
    world_overdue_once_after(world);
}

/* ---- no damage ---- */

/* After an erasure a correction of what is not there counts for nothing: for the auditor as for the daemon. */
static void test_corrections_of_what_was_erased_are_no_findings(void **state) {
    struct world *world = *state;
    begin(world);
    world_jump_to(world, "2024-06-05T09:00:00Z");
    world_publish(world, "e", "record.erased", "2024-06-05T09:00:00Z", "\"occurred_at\":\"2024-06-05\"");
    world_publish(world, "20", "care.started", "2024-06-05T10:00:00Z",
                  "\"occurred_at\":\"2024-06-05\",\"legal_status\":\"V2\",\"arrangement\":\"full\"");
    world_publish(world, "21", "review.held", "2024-06-05T11:00:00Z",
                  "\"occurred_at\":\"2024-06-05\",\"review\":\"R1\",\"kind\":\"care\",\"replaces\":\"3\"");
    world_run_for(world, 3000);
    world_jump_to(world, "2024-07-15T09:00:00Z");
    assert_true(world_count_said(world, SINK_ALERTS, "|review-first|care:2024-06-05#overdue") == 1);
    assert_clean(world);
}

/* Between what made it a suspect and the look at it: whenever that is, nothing is missing of what is gone. */
static void test_a_suspect_that_is_erased_is_no_finding(void **state) {
    struct world *world = *state;
    begin_overdue(world);
    memory_kafka_intrude(world->kafka, SINK_LATEST, world->home, REVIEW_ALERT, NULL);
    memory_store_damage(world->store, "said", world->home, CHILD, REVIEW, "{");
    assert_true(pipeline_audit_start(world->pipeline));
    world_run_for(world, 100);
    memory_kafka_hold_readings(world->kafka, true);
    world_run_for(world, 1000);
    world_publish(world, "e", "record.erased", "2024-07-02T10:00:00Z", "\"occurred_at\":\"2024-07-02\"");
    world_run_for(world, 3000);
    assert_false(memory_store_mentions(world->store, "CE-1"));
    memory_kafka_hold_readings(world->kafka, false);
    for (int i = 0; i < 200 && !pipeline_audit_result(world->pipeline)->over; i++)
        world_run_for(world, 100);
    assert_int_equal(report_of(world, world->home)->by_kind[AUDIT_RECORD_MISSING], 0);
    assert_false(memory_store_mentions(world->store, "CE-1"));
    assert_clean(world);
}

static void test_nothing_is_found_where_nothing_is_wrong(void **state) {
    struct world *world = *state;
    begin(world);
    const struct audit_report *report = audit(world);
    assert_int_equal(report->subjects, 1);
    assert_int_equal(report->timers, 1);
    assert_int_equal(audit_report_findings(report), 0);
    world_overdue_once_after(world);
    report = audit(world);
    assert_int_equal(audit_report_findings(report), 0);
    assert_true(report->alerts >= 2);
    assert_true(report->statements >= 2);
    assert_true(pipeline_view(world->pipeline).counters->audit_rounds >= 2 * WORLD_PARTITIONS);
}

/* Facts in the store that have not been derived are no damage: what they touched waits. */
static void test_events_that_flow_are_no_findings(void **state) {
    struct world *world = *state;
    world->audit_interval = (struct span){1000};
    world_restart(world);
    begin(world);
    char id[16];
    for (int i = 0; i < 60; i++) {
        (void) snprintf(id, sizeof id, "flow-%d", i);
        world_publish(world, id, "missing.started", "2024-06-03T09:00:00Z",
                      "\"occurred_at\":\"2024-06-03T09:00:00Z\",\"episode\":\"M1\",\"kind\":\"M\"");
        memory_kafka_hide_ends(world->kafka, i % 5 != 0);
        world_run_for(world, 300);
    }
    memory_kafka_hide_ends(world->kafka, false);
    world_overdue_once_after(world);
    const struct counters *counters = pipeline_view(world->pipeline).counters;
    assert_true(counters->audit_rounds > 5);
    assert_int_equal(counters->audit_repaired + counters->audit_not_repaired, 0);
}

static void test_a_restart_is_no_finding(void **state) {
    struct world *world = *state;
    world->audit_interval = (struct span){1000};
    begin_overdue(world);
    world_restart(world);
    world_run_for(world, 20000);
    assert_clean(world);
    assert_int_equal(pipeline_view(world->pipeline).counters->audit_repaired, 0);
}

/* ---- timers ---- */

static void test_a_timer_that_is_missing_is_set_again(void **state) {
    struct world *world = *state;
    begin(world);
    struct instant was = memory_store_timer(world->store, CHILD);
    memory_store_damage(world->store, "timer", world->home, "", CHILD, NULL);
    assert_found(audit(world), AUDIT_TIMER_MISSING, CHILD, true);
    assert_int_equal(memory_store_timer(world->store, CHILD).ms, was.ms);
    assert_clean(world);
    world_overdue_once_after(world);
}

static void test_a_timer_that_is_wrong_is_put_right(void **state) {
    struct world *world = *state;
    begin(world);
    struct instant was = memory_store_timer(world->store, CHILD);
    memory_store_damage(world->store, "timer", world->home, "", CHILD, "9000000000000");
    assert_found(audit(world), AUDIT_TIMER_WRONG, CHILD, true);
    assert_int_equal(memory_store_timer(world->store, CHILD).ms, was.ms);
    world_overdue_once_after(world);
}

static void test_a_timer_without_subject_is_removed(void **state) {
    struct world *world = *state;
    begin(world);
    memory_store_damage(world->store, "timer", world->home, "", "child/NOBODY", "9000000000000");
    assert_found(audit(world), AUDIT_TIMER_ORPHAN, "child/NOBODY", true);
    assert_int_equal(memory_store_count(world->store, "timer"), 1);
    assert_clean(world);
}

static void test_a_record_that_is_not_listed_is_listed_again(void **state) {
    struct world *world = *state;
    begin(world);
    memory_store_damage(world->store, "subject", world->home, "", CHILD, NULL);
    assert_found(audit(world), AUDIT_SUBJECT_UNLISTED, CHILD, true);
    world_run_for(world, 2000);
    assert_clean(world);
    world_overdue_once_after(world);
}

static void test_the_background_finds_it_too(void **state) {
    struct world *world = *state;
    world->audit_interval = (struct span){1000};
    world_restart(world);
    begin(world);
    memory_store_damage(world->store, "timer", world->home, "", CHILD, NULL);
    world_run_for(world, 30000);
    const struct counters *counters = pipeline_view(world->pipeline).counters;
    assert_int_equal(counters->audit_repaired, 1);
    assert_string_equal(counters->audit_findings_by_kind[0].name, "timer_missing");
    world_overdue_once_after(world);
}

/* ---- what was said ---- */

/* Neither the record nor Kafka knows of it: it is said. */
static void test_what_is_unsaid_is_said(void **state) {
    struct world *world = *state;
    begin_overdue(world);
    memory_store_damage(world->store, "said", world->home, CHILD, REVIEW, NULL);
    memory_kafka_intrude(world->kafka, SINK_LATEST, world->home, REVIEW_ALERT, NULL);
    size_t before = memory_kafka_count(world->kafka, SINK_ALERTS);
    assert_found(audit(world), AUDIT_ALERT_UNSAID, REVIEW_ALERT, true);
    world_run_for(world, 3000);
    assert_int_equal(memory_kafka_count(world->kafka, SINK_ALERTS), before + 1);
    assert_clean(world);
}

/* Kafka knows that it was said: it is remembered, and not said twice. */
static void test_a_lost_memory_is_taken_from_kafka(void **state) {
    struct world *world = *state;
    begin_overdue(world);
    size_t before = memory_store_count(world->store, "said");
    memory_store_damage(world->store, "said", world->home, CHILD, REVIEW, NULL);
    assert_found(audit(world), AUDIT_MEMORY_LOST, REVIEW_ALERT, true);
    assert_int_equal(memory_store_count(world->store, "said"), before);
    world_run_for(world, 3000);
    world_assert_all_ids_once(world);
    assert_clean(world);
}

/* The background does not read the topic for each round, but does before it says anything. */
static void test_the_background_asks_kafka_before_it_speaks(void **state) {
    struct world *world = *state;
    world->audit_interval = (struct span){1000};
    world_restart(world);
    begin_overdue(world);
    world_run_for(world, 20000);
    memory_store_damage(world->store, "said", world->home, CHILD, REVIEW, NULL);
    world_run_for(world, 60000);
    assert_int_equal(pipeline_view(world->pipeline).counters->audit_repaired, 1);
    world_assert_all_ids_once(world);
    assert_clean(world);
}

static void test_a_memory_that_cannot_be_read_is_taken_from_kafka(void **state) {
    struct world *world = *state;
    begin_overdue(world);
    memory_store_damage(world->store, "said", world->home, CHILD, REVIEW, "{\"rule\":\"review-fi");
    assert_found(audit(world), AUDIT_RECORD_DAMAGED, CHILD, true);
    world_run_for(world, 3000);
    world_assert_all_ids_once(world);
    assert_clean(world);
}

static void test_a_latest_statement_that_is_missing_is_written_again(void **state) {
    struct world *world = *state;
    begin_overdue(world);
    memory_kafka_intrude(world->kafka, SINK_LATEST, world->home, REVIEW_ALERT, NULL);
    size_t alerts = memory_kafka_count(world->kafka, SINK_ALERTS);
    assert_found(audit(world), AUDIT_LATEST_MISSING, REVIEW_ALERT, true);
    world_run_for(world, 3000);
    assert_int_equal(memory_kafka_count(world->kafka, SINK_ALERTS), alerts);
    size_t last = memory_kafka_count(world->kafka, SINK_LATEST) - 1;
    assert_true(world_contains(memory_kafka_entry(world->kafka, SINK_LATEST, last), WORLD_ALERT("overdue")));
    assert_clean(world);
}

static void test_a_latest_statement_of_an_older_state_is_written_again(void **state) {
    struct world *world = *state;
    begin_overdue(world);
    for (size_t i = 0; i < memory_kafka_count(world->kafka, SINK_LATEST); i++) {
        const struct sink_entry *entry = memory_kafka_entry(world->kafka, SINK_LATEST, i);
        if (!world_contains(entry, WORLD_ALERT("due_soon")))
            continue;
        char *value = strndup(entry->value, entry->value_length);
        memory_kafka_intrude(world->kafka, SINK_LATEST, world->home, REVIEW_ALERT, value);
        free(value);
        break;
    }
    assert_found(audit(world), AUDIT_LATEST_WRONG, REVIEW_ALERT, true);
    world_run_for(world, 3000);
    world_assert_all_ids_once(world);
    assert_clean(world);
}

/* ---- the readers' table ---- */

static void test_rows_of_open_alerts_are_put_right(void **state) {
    struct world *world = *state;
    begin_overdue(world);
    memory_store_damage(world->store, "open", world->home, "iro", REVIEW_ALERT, NULL);
    assert_found(audit(world), AUDIT_OPEN_MISSING, REVIEW_ALERT, true);
    assert_clean(world);
    memory_store_damage(world->store, "open", world->home, "iro", REVIEW_ALERT, "{\"state\":\"due_soon\"}");
    assert_found(audit(world), AUDIT_OPEN_WRONG, REVIEW_ALERT, true);
    assert_clean(world);
    memory_store_damage(world->store, "open", world->home, "social_worker", REVIEW_ALERT, "{\"state\":\"overdue\"}");
    assert_found(audit(world), AUDIT_OPEN_ORPHAN, REVIEW_ALERT, true);
    assert_clean(world);
}

/* ---- records ---- */

static void test_a_fact_cut_short_is_written_again_from_memory(void **state) {
    struct world *world = *state;
    begin(world);
    memory_store_damage(world->store, "fact", world->home, CHILD, "000000000001", "{\"type\":\"care.sta");
    assert_found(audit(world), AUDIT_RECORD_DAMAGED, CHILD, true);
    assert_clean(world);
    world_overdue_once_after(world);
}

/* Not in memory: the events are read again, and what is known of them stays. */
static void test_a_fact_that_is_gone_comes_again_from_the_events(void **state) {
    struct world *world = *state;
    begin_overdue(world);
    world_restart(world);
    world_run_for(world, 3000);
    memory_store_damage(world->store, "fact", world->home, CHILD, "000000000000", NULL);
    assert_found(audit(world), AUDIT_RECORD_DAMAGED, CHILD, true);
    world_run_for(world, 5000);
    assert_int_equal(memory_store_count(world->store, "fact"), 2);
    world_assert_all_ids_once(world);
    assert_clean(world);
}

static void test_a_record_that_is_gone_comes_again_from_the_events(void **state) {
    struct world *world = *state;
    begin_overdue(world);
    world_restart(world);
    world_run_for(world, 3000);
    memory_store_damage(world->store, "fact", world->home, CHILD, "000000000000", NULL);
    memory_store_damage(world->store, "fact", world->home, CHILD, "000000000001", NULL);
    memory_store_damage(world->store, "said", world->home, CHILD, REVIEW, NULL);
    memory_store_damage(world->store, "said", world->home, CHILD, "iha|care:2024-06-03", NULL);
    assert_found(audit(world), AUDIT_RECORD_MISSING, CHILD, true);
    world_run_for(world, 5000);
    assert_int_equal(memory_store_count(world->store, "fact"), 2);
    world_assert_all_ids_once(world);
    assert_clean(world);
}

/* ---- the outbox ---- */

static void test_an_entry_that_is_not_ours_is_removed(void **state) {
    struct world *world = *state;
    begin(world);
    memory_store_damage(world->store, "outbox", world->home, "", "000000000001:000000000000", "1 alerts 0 -1 -1\n");
    assert_found(audit(world), AUDIT_OUTBOX_WRONG, "outbox entry 1:0", true);
    assert_int_equal(memory_store_count(world->store, "outbox"), 0);
    assert_clean(world);
}

static void test_an_entry_that_waits_too_long_is_told(void **state) {
    struct world *world = *state;
    world->audit_interval = (struct span){1000};
    world_restart(world);
    begin(world);
    memory_member_inject(world->member, MEMORY_SINK_HOLD);
    world_jump_to(world, "2024-06-25T00:00:00Z");
    world_run_for(world, 200000);
    assert_int_equal(pipeline_view(world->pipeline).counters->audit_not_repaired, 0);
    world_run_for(world, 300000);
    const struct counters *counters = pipeline_view(world->pipeline).counters;
    assert_int_equal(counters->audit_not_repaired, 1);
    assert_string_equal(counters->audit_findings_by_kind[0].name, "outbox_old");
    memory_member_inject(world->member, MEMORY_SINK_NO_FAULT);
    world_run_for(world, 3000);
    world_assert_said_once(world, WORLD_ALERT("due_soon"));
    assert_int_equal(memory_store_count(world->store, "outbox"), 0);
}

/* ---- what cannot be audited ---- */

static void test_a_partition_that_is_behind_is_not_covered(void **state) {
    struct world *world = *state;
    begin(world);
    memory_kafka_hide_ends(world->kafka, true);
    world_publish(world, "9", "missing.started", "2024-06-03T09:00:00Z",
                  "\"occurred_at\":\"2024-06-03T08:00:00Z\",\"episode\":\"M1\",\"kind\":\"M\"");
    world_restart(world);
    assert_false(pipeline_audit_result(world->pipeline)->over);
    world_run_for(world, 1000);
    assert_true(pipeline_audit_start(world->pipeline));
    assert_false(pipeline_audit_start(world->pipeline));
    world_run_for(world, 70000);
    const struct auditor_result *result = pipeline_audit_result(world->pipeline);
    assert_true(result->over);
    assert_false(result->partitions[world->home].covered);
    assert_non_null(strstr(result->partitions[world->home].why, "not caught up"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_corrections_of_what_was_erased_are_no_findings),
        TEST(test_a_suspect_that_is_erased_is_no_finding),
        TEST(test_nothing_is_found_where_nothing_is_wrong),
        TEST(test_events_that_flow_are_no_findings),
        TEST(test_a_restart_is_no_finding),
        TEST(test_a_timer_that_is_missing_is_set_again),
        TEST(test_a_timer_that_is_wrong_is_put_right),
        TEST(test_a_timer_without_subject_is_removed),
        TEST(test_a_record_that_is_not_listed_is_listed_again),
        TEST(test_the_background_finds_it_too),
        TEST(test_what_is_unsaid_is_said),
        TEST(test_a_lost_memory_is_taken_from_kafka),
        TEST(test_the_background_asks_kafka_before_it_speaks),
        TEST(test_a_memory_that_cannot_be_read_is_taken_from_kafka),
        TEST(test_a_latest_statement_that_is_missing_is_written_again),
        TEST(test_a_latest_statement_of_an_older_state_is_written_again),
        TEST(test_rows_of_open_alerts_are_put_right),
        TEST(test_a_fact_cut_short_is_written_again_from_memory),
        TEST(test_a_fact_that_is_gone_comes_again_from_the_events),
        TEST(test_a_record_that_is_gone_comes_again_from_the_events),
        TEST(test_an_entry_that_is_not_ours_is_removed),
        TEST(test_an_entry_that_waits_too_long_is_told),
        TEST(test_a_partition_that_is_behind_is_not_covered),
    };
    return cmocka_run_group_tests(tests, world_set_up_engine, world_tear_down_engine);
}
