/* Bulk loads and nightly feeds through the whole pipeline on twins in memory: what is held, when it is said, and what a
 * restart, an audit and a rebuild make of it. */
#include "ensure.h"
#include "murmur2.h"
#include "pipeline_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define AUTHORITY "E06000052"

static int32_t away(const struct world *world) {
    return 1 - world->home;
}

/* An event about a feed, recorded now, on that partition. */
static void publish_feed(struct world *world, int32_t partition, const char *type, const char *authority,
                         const char *data) {
    char *event, now[INSTANT_TEXT_MAX];
    static int last_id;
    (void) instant_format(world->now, now);
    ENSURE(asprintf(&event,
                    "{\"specversion\":\"1.0\",\"id\":\"feed-%d\",\"source\":\"/test\",\"type\":\"%s\",\"subject\":"
                    "\"authority/%s\",\"time\":\"%s\",\"data\":{\"authority\":\"%s\",\"occurred_at\":\"%s\",%s}}",
                    ++last_id, type, authority, now, authority, now, data) > 0);
    memory_kafka_publish(world->kafka, partition, "authority/" AUTHORITY, event);
    free(event);
}

static void start_load(struct world *world, int32_t partition, const char *load) {
    char data[64];
    (void) snprintf(data, sizeof data, "\"load\":\"%s\"", load);
    publish_feed(world, partition, "feed.load_started", AUTHORITY, data);
    world_run_for(world, 3000);
}

static void end_load(struct world *world, int32_t partition, const char *load) {
    char data[64];
    (void) snprintf(data, sizeof data, "\"load\":\"%s\"", load);
    publish_feed(world, partition, "feed.load_ended", AUTHORITY, data);
    world_run_for(world, 5000);
}

static void complete_to(struct world *world, const char *instant) {
    char data[128];
    (void) snprintf(data, sizeof data, "\"feed\":\"nightly\",\"complete_to\":\"%s\",\"usual_interval_hours\":24",
                    instant);
    publish_feed(world, away(world), "feed.complete_to", AUTHORITY, data);
    world_run_for(world, 5000);
}

/* Live, on a day on which the child's first review is long overdue, and knowing nothing of the child. */
static void begin_late(struct world *world) {
    world_run_for(world, 3000);
    world_jump_to(world, "2024-07-10T09:00:00Z");
}

static const struct counters *counters(const struct world *world) {
    return pipeline_view(world->pipeline).counters;
}

static void assert_said_nothing(const struct world *world) {
    assert_int_equal(memory_kafka_count(world->kafka, SINK_ALERTS), 0);
    assert_int_equal(memory_kafka_count(world->kafka, SINK_ESCALATIONS), 0);
}

static void assert_baseline(const struct world *world) {
    size_t count = memory_kafka_count(world->kafka, SINK_ALERTS);
    world_assert_said_once(world, WORLD_ALERT("overdue"));
    world_assert_all_ids_once(world);
    assert_int_equal(world_count_said(world, SINK_ALERTS, "\"baseline\":true"), count);
    assert_int_equal(memory_store_count(world->store, "held"), 0);
    assert_int_equal(memory_store_count(world->store, "outbox"), 0);
}

static void load_on(struct world *world, int32_t partition) {
    begin_late(world);
    start_load(world, partition, "L1");
    world_publish_entry(world);
    world_run_for(world, 60 * 1000);
    assert_said_nothing(world);
    assert_int_equal(memory_store_count(world->store, "held"), 1);
    end_load(world, partition, "L1");
    assert_baseline(world);
    assert_int_equal(counters(world)->feed_events, 2);
    assert_int_equal(counters(world)->misrouted, 0);
    assert_true(instant_before(memory_store_timer(world->store, "child/CE-1"), world_at("2024-09-01T00:00:00Z")));
}

static void test_load(void **state) {
    struct world *world = *state;
    load_on(world, world->home);
}

static void test_load_on_another_partition(void **state) {
    struct world *world = *state;
    load_on(world, away(world));
}

/* What the source publishes to every partition itself is there before anything else, and counts once. */
static void test_load_on_every_partition(void **state) {
    struct world *world = *state;
    begin_late(world);
    start_load(world, world->home, "L1");
    start_load(world, away(world), "L1");
    world_publish_entry(world);
    world_run_for(world, 3000);
    end_load(world, away(world), "L1");
    end_load(world, world->home, "L1");
    assert_baseline(world);
    assert_int_equal(memory_store_count(world->store, "feed"), WORLD_PARTITIONS);
}

/* The process dies in the load, and between its end and what is then said. */
static void test_load_and_restarts(void **state) {
    struct world *world = *state;
    begin_late(world);
    start_load(world, away(world), "L1");
    world_publish_entry(world);
    world_run_for(world, 3000);
    world_restart(world);
    world_run_for(world, 3000);
    assert_said_nothing(world);
    memory_store_inject(world->store, MEMORY_STORE_LOSE_REPLY);
    publish_feed(world, away(world), "feed.load_ended", AUTHORITY, "\"load\":\"L1\"");
    for (int i = 0; i < 12; i++) {
        world_run_for(world, 100);
        world_restart(world);
    }
    world_run_for(world, 5000);
    assert_baseline(world);
}

/* What was met within the load is never said; what was said before it is changed at its end. */
static void test_met_within(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 3000);
    world_jump_to(world, "2024-06-25T00:00:00Z");
    world_assert_said_once(world, WORLD_ALERT("due_soon"));
    start_load(world, away(world), "L1");
    world_jump_to(world, "2024-06-25T23:30:00Z");
    world_publish(world, "3", "review.held", "2024-06-25T23:30:00Z",
                  "\"occurred_at\":\"2024-06-25\",\"review\":\"R1\",\"kind\":\"care\"");
    world_run_for(world, 3000);
    assert_int_equal(world_count_said(world, SINK_ALERTS, WORLD_ALERT("met")), 0);
    end_load(world, away(world), "L1");
    world_assert_said_once(world, WORLD_ALERT("met"));
    assert_int_equal(world_count_said(world, SINK_ALERTS, WORLD_ALERT("overdue")), 0);
}

/* A deadline that falls within a load waits for its end, and keeps nobody else waiting. */
static void test_due_within(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 3000);
    world_jump_to(world, "2024-06-25T00:00:00Z");
    world_jump_to(world, "2024-07-01T22:00:00Z");
    start_load(world, away(world), "L1");
    world_jump_to(world, "2024-07-01T23:30:00Z");
    assert_int_equal(world_count_said(world, SINK_ALERTS, WORLD_ALERT("overdue")), 0);
    struct instant timer = memory_store_timer(world->store, "child/CE-1");
    assert_true(instant_before(world_at("2024-07-02T21:59:00Z"), timer));
    end_load(world, away(world), "L1");
    world_assert_said_once(world, WORLD_ALERT("overdue"));
}

static void test_load_without_end(void **state) {
    struct world *world = *state;
    begin_late(world);
    start_load(world, away(world), "L1");
    world_publish_entry(world);
    world_jump_to(world, "2024-07-11T08:59:00Z");
    assert_said_nothing(world);
    world_jump_to(world, "2024-07-11T09:00:05Z");
    assert_baseline(world);
    assert_int_equal(counters(world)->loads_cut_short, WORLD_PARTITIONS);
    end_load(world, away(world), "L1");
    start_load(world, away(world), "L1");
    world_publish_review(world, "2024-07-11T09:00:00Z");
    world_run_for(world, 3000);
    world_assert_said_once(world, WORLD_ALERT("withdrawn"));
}

static void test_end_before_start(void **state) {
    struct world *world = *state;
    begin_late(world);
    end_load(world, away(world), "L1");
    start_load(world, away(world), "L1");
    world_publish_entry(world);
    world_run_for(world, 3000);
    world_assert_said_once(world, WORLD_ALERT("overdue"));
}

/* Two loads at once: both must be over. */
static void test_two_loads(void **state) {
    struct world *world = *state;
    begin_late(world);
    start_load(world, away(world), "L1");
    world_publish_entry(world);
    world_run_for(world, 3000);
    start_load(world, world->home, "L2");
    end_load(world, away(world), "L1");
    assert_said_nothing(world);
    end_load(world, world->home, "L2");
    assert_baseline(world);
}

/* Loads that began at the same instant have the same limit: the end of each is followed by a look of its own. */
static void test_two_loads_with_one_limit(void **state) {
    struct world *world = *state;
    begin_late(world);
    publish_feed(world, away(world), "feed.load_started", AUTHORITY, "\"load\":\"L1\"");
    publish_feed(world, away(world), "feed.load_started", AUTHORITY, "\"load\":\"L2\"");
    world_run_for(world, 3000);
    world_publish_entry(world);
    world_run_for(world, 3000);
    end_load(world, away(world), "L1");
    assert_said_nothing(world);
    end_load(world, away(world), "L2");
    assert_baseline(world);
}

static void test_load_of_another_authority(void **state) {
    struct world *world = *state;
    begin_late(world);
    publish_feed(world, away(world), "feed.load_started", "E10000003", "\"load\":\"L1\"");
    world_run_for(world, 3000);
    world_publish_entry(world);
    world_run_for(world, 3000);
    world_assert_said_once(world, WORLD_ALERT("overdue"));
    assert_int_equal(world_count_said(world, SINK_ALERTS, "\"baseline\":true"), 0);
}

/* The authority that speaks of a child is that of what happened last. */
static void test_child_that_moves(void **state) {
    struct world *world = *state;
    begin_late(world);
    publish_feed(world, away(world), "feed.load_started", "E10000003", "\"load\":\"L1\"");
    world_run_for(world, 3000);
    world_publish_entry(world);
    world_run_for(world, 3000);
    world_assert_said_once(world, WORLD_ALERT("overdue"));
    memory_kafka_publish(world->kafka, world->home, "child/CE-1",
                         "{\"specversion\":\"1.0\",\"id\":\"m\",\"source\":\"/other\",\"type\":\"review.held\","
                         "\"subject\":\"child/CE-1\",\"time\":\"2024-07-10T09:00:00Z\",\"data\":{\"authority\":"
                         "\"E10000003\",\"occurred_at\":\"2024-07-09\",\"review\":\"R1\",\"kind\":\"care\"}}");
    world_run_for(world, 3000);
    assert_int_equal(world_count_said(world, SINK_ALERTS, WORLD_ALERT("met_late")), 0);
    publish_feed(world, away(world), "feed.load_ended", "E10000003", "\"load\":\"L1\"");
    world_run_for(world, 5000);
    world_assert_said_once(world, WORLD_ALERT("met_late"));
}

/* The end came by another partition and is read before facts that were published before it. */
static void test_facts_read_after_the_end(void **state) {
    struct world *world = *state;
    begin_late(world);
    start_load(world, away(world), "L1");
    memory_kafka_hide_ends(world->kafka, true);
    end_load(world, away(world), "L1");
    world_publish_entry(world);
    world_run_for(world, 3000);
    assert_said_nothing(world);
    memory_kafka_hide_ends(world->kafka, false);
    world_run_for(world, 5000);
    assert_baseline(world);
}

static void test_erased_within(void **state) {
    struct world *world = *state;
    begin_late(world);
    start_load(world, away(world), "L1");
    world_publish_entry(world);
    world_run_for(world, 3000);
    world_publish(world, "e", "record.erased", "2024-07-10T10:00:00Z", "\"occurred_at\":\"2024-07-10\"");
    world_run_for(world, 3000);
    assert_false(memory_store_mentions(world->store, "CE-1"));
    assert_int_equal(memory_store_count(world->store, "held"), 0);
    end_load(world, away(world), "L1");
    assert_said_nothing(world);
}

static void audit(struct world *world) {
    assert_true(pipeline_audit_start(world->pipeline));
    world_run_for(world, 20 * 1000);
    const struct auditor_result *result = pipeline_audit_result(world->pipeline);
    assert_true(result->over);
    assert_int_equal(counters(world)->audit_repaired + counters(world)->audit_not_repaired, 0);
    assert_true(counters(world)->audit_subjects > 0);
}

static void test_audit_within(void **state) {
    struct world *world = *state;
    begin_late(world);
    start_load(world, away(world), "L1");
    world_publish_entry(world);
    world_run_for(world, 3000);
    world_restart(world);
    world_run_for(world, 3000);
    audit(world);
    assert_said_nothing(world);
    memory_store_damage(world->store, "timer", world->home, "", "child/CE-1", "1900000000000");
    assert_true(pipeline_audit_start(world->pipeline));
    world_run_for(world, 20 * 1000);
    assert_int_equal(counters(world)->audit_repaired, 1);
    end_load(world, away(world), "L1");
    assert_baseline(world);
}

/* Store and events are gone; care.facts has the child, and that a load is open. */
static void test_rebuilt_within(void **state) {
    struct world *world = *state;
    world->checkpoint = (struct span){2000};
    world_restart(world);
    begin_late(world);
    start_load(world, away(world), "L1");
    world_publish_entry(world);
    world_run_for(world, 10 * 1000);
    for (int32_t i = 0; i < WORLD_PARTITIONS; i++)
        memory_kafka_cut(world->kafka, i);
    memory_store_empty(world->store);
    world_restart(world);
    world_run_for(world, 5000);
    assert_said_nothing(world);
    assert_int_equal(memory_store_count(world->store, "held"), 1);
    end_load(world, away(world), "L1");
    assert_baseline(world);
}

/* ---- feed.complete_to ---- */

static void begin_fed(struct world *world) {
    world_publish_entry(world);
    world_run_for(world, 3000);
    world_jump_to(world, "2024-06-25T00:00:00Z");
    world_assert_said_once(world, WORLD_ALERT("due_soon"));
    world_jump_to(world, "2024-07-01T02:00:00Z");
    complete_to(world, "2024-07-01T02:00:00Z");
    world_jump_to(world, "2024-07-02T01:00:00Z");
}

static void test_waits_for_the_feed(void **state) {
    struct world *world = *state;
    begin_fed(world);
    assert_int_equal(world_count_said(world, SINK_ALERTS, WORLD_ALERT("overdue")), 0);
    audit(world);
    world_restart(world);
    world_run_for(world, 3000);
    complete_to(world, "2024-07-01T02:00:00Z");
    assert_int_equal(world_count_said(world, SINK_ALERTS, WORLD_ALERT("overdue")), 0);
    complete_to(world, "2024-07-02T00:30:00Z");
    world_assert_said_once(world, WORLD_ALERT("overdue"));
    assert_int_equal(world_count_said(world, SINK_ALERTS, "stale_since"), 0);
    audit(world);
}

/* The nightly feed brings the review that was held in time. */
static void test_met_by_the_feed(void **state) {
    struct world *world = *state;
    begin_fed(world);
    world_publish(world, "3", "review.held", "2024-07-02T01:00:10Z",
                  "\"occurred_at\":\"2024-07-01\",\"review\":\"R1\",\"kind\":\"care\"");
    world_run_for(world, 3000);
    complete_to(world, "2024-07-02T00:30:00Z");
    world_assert_said_once(world, WORLD_ALERT("met"));
    assert_int_equal(world_count_said(world, SINK_ALERTS, WORLD_ALERT("overdue")), 0);
}

/* A state that has lasted for too long waits as a deadline does; one that a record brings about does not. */
static void test_risk_waits(void **state) {
    struct world *world = *state;
    world_run_for(world, 3000);
    complete_to(world, "2024-06-03T09:00:00Z");
    world_publish(world, "m", "missing.started", "2024-06-03T09:00:05Z",
                  "\"occurred_at\":\"2024-06-03T09:00:00Z\",\"episode\":\"M1\",\"kind\":\"M\"");
    world_jump_to(world, "2024-06-03T09:30:00Z");
    world_jump_to(world, "2024-06-04T10:00:00Z");
    assert_int_equal(world_count_said(world, SINK_ALERTS, "missing-long|missing:M1#raised"), 0);
    complete_to(world, "2024-06-04T09:00:00Z");
    world_assert_said_once(world, "\"id\":\"child/CE-1|missing-long|missing:M1#raised\"");
}

static void test_feed_that_stops(void **state) {
    struct world *world = *state;
    begin_fed(world);
    world_jump_to(world, "2024-07-03T04:00:00Z");
    assert_int_equal(world_count_said(world, SINK_ALERTS, WORLD_ALERT("overdue")), 0);
    world_jump_to(world, "2024-07-03T05:30:00Z");
    world_assert_said_once(world, WORLD_ALERT("overdue"));
    assert_true(world_count_said(world, SINK_ALERTS, "\"stale_since\":\"2024-07-01T02:00:00Z\"") > 0);
    world_jump_to(world, "2024-07-16T00:00:00Z");
    world_run_for(world, 5000);
    world_assert_all_ids_once(world);
}

/* A feed that is new and far behind takes nothing back, while what is new waits for it. */
static void test_new_feed(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 3000);
    world_jump_to(world, "2024-06-25T00:00:00Z");
    world_jump_to(world, "2024-07-02T00:00:00Z");
    size_t escalations = memory_kafka_count(world->kafka, SINK_ESCALATIONS);
    assert_true(world_count_said(world, SINK_ESCALATIONS, "#rung-1\"") > 0);
    complete_to(world, "2024-07-01T00:00:00Z");
    world_publish(world, "s", "legal_status.changed", "2024-07-02T00:01:00Z",
                  "\"occurred_at\":\"2024-07-02\",\"legal_status\":\"C2\",\"action\":\"made\"");
    world_run_for(world, 3000);
    assert_int_equal(world_count_said(world, SINK_ALERTS, WORLD_ALERT("withdrawn")), 0);
    assert_int_equal(memory_kafka_count(world->kafka, SINK_ESCALATIONS), escalations);
}

/* Another authority's feed is not waited for; nor one that says it knows the future. */
static void test_feeds_that_do_not_count(void **state) {
    struct world *world = *state;
    world_publish_entry(world);
    world_run_for(world, 3000);
    publish_feed(world, away(world), "feed.complete_to", "E10000003",
                 "\"feed\":\"nightly\",\"complete_to\":\"2024-06-03T09:00:00Z\"");
    world_jump_to(world, "2024-06-25T00:00:00Z");
    world_jump_to(world, "2024-06-30T12:00:00Z");
    complete_to(world, "2034-06-03T09:00:00Z");
    world_assert_said_once(world, WORLD_ALERT("due_soon"));
    world_jump_to(world, "2024-07-02T01:00:00Z");
    assert_int_equal(world_count_said(world, SINK_ALERTS, WORLD_ALERT("overdue")), 0);
}

int main(void) {
#define WORLD_TEST(test) cmocka_unit_test_setup_teardown(test, world_set_up, world_tear_down)
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_load),
        WORLD_TEST(test_load_on_another_partition),
        WORLD_TEST(test_load_on_every_partition),
        WORLD_TEST(test_load_and_restarts),
        WORLD_TEST(test_met_within),
        WORLD_TEST(test_due_within),
        WORLD_TEST(test_load_without_end),
        WORLD_TEST(test_end_before_start),
        WORLD_TEST(test_two_loads),
        WORLD_TEST(test_two_loads_with_one_limit),
        WORLD_TEST(test_load_of_another_authority),
        WORLD_TEST(test_child_that_moves),
        WORLD_TEST(test_facts_read_after_the_end),
        WORLD_TEST(test_erased_within),
        WORLD_TEST(test_audit_within),
        WORLD_TEST(test_rebuilt_within),
        WORLD_TEST(test_waits_for_the_feed),
        WORLD_TEST(test_met_by_the_feed),
        WORLD_TEST(test_risk_waits),
        WORLD_TEST(test_feed_that_stops),
        WORLD_TEST(test_new_feed),
        WORLD_TEST(test_feeds_that_do_not_count),
    };
    return cmocka_run_group_tests(tests, world_set_up_engine, world_tear_down_engine);
}
