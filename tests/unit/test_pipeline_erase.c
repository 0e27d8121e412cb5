/* Erasing and merging through the whole pipeline on twins in memory: what is said, what remains, and what a store that
 * lost something brings back. */
#include "pipeline_world.h"

#include "ensure.h"
#include "murmur2.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void publish(struct world *world, const char *subject, const char *id, const char *type, const char *time,
                    const char *data) {
    char *event;
    ENSURE(asprintf(&event,
                    "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"/test\",\"type\":\"%s\",\"subject\":\"%s\","
                    "\"time\":\"%s\",\"data\":{\"authority\":\"E06000052\",%s}}",
                    id, type, subject, time, data) > 0);
    memory_kafka_publish(world->kafka, murmur2_partition(subject, WORLD_PARTITIONS), subject, event);
    free(event);
}

static void publish_entry(struct world *world, const char *subject, const char *id) {
    publish(world, subject, id, "care.started", "2024-06-03T09:00:00Z",
            "\"occurred_at\":\"2024-06-03\",\"legal_status\":\"V2\",\"arrangement\":\"full\"");
}

static void publish_erasure(struct world *world, const char *subject, const char *time) {
    publish(world, subject, time, "record.erased", time, "\"occurred_at\":\"2024-06-20\"");
}

/* The newest value of each key on care.alerts.latest: how many hold the text, tombstones left out. */
static size_t count_latest(const struct world *world, const char *text) {
    size_t count = 0, n = memory_kafka_count(world->kafka, SINK_LATEST);
    for (size_t i = 0; i < n; i++) {
        const struct sink_entry *entry = memory_kafka_entry(world->kafka, SINK_LATEST, i);
        bool newest = true;
        for (size_t k = i + 1; k < n && newest; k++) {
            const struct sink_entry *later = memory_kafka_entry(world->kafka, SINK_LATEST, k);
            newest = later->key_length != entry->key_length || memcmp(later->key, entry->key, entry->key_length) != 0;
        }
        count += newest && entry->value != NULL && world_contains(entry, text);
    }
    return count;
}

/* A child with an overdue review, its ladder begun. */
static void overdue(struct world *world) {
    world_publish_entry(world);
    world_run_for(world, 3000);
    world_jump_to(world, "2024-06-25T00:00:00Z");
    world_jump_to(world, "2024-07-02T00:00:00Z");
    world_assert_said_once(world, WORLD_ALERT("overdue"));
}

static void assert_gone(const struct world *world, const char *reference) {
    assert_false(memory_store_mentions(world->store, reference));
    assert_int_equal(count_latest(world, reference), 0);
}

static void test_erased(void **state) {
    struct world *world = *state;
    overdue(world);
    publish_entry(world, "child/CE-2", "2");
    publish_erasure(world, "child/CE-1", "2024-07-02T00:00:02Z");
    world_run_for(world, 3000);
    world_assert_said_once(world, WORLD_ALERT("cancelled"));
    assert_int_equal(world_count_said(world, SINK_ESCALATIONS, "#rung-1-ended\""), 2); /* the health assessment's too */
    assert_gone(world, "CE-1");
    assert_true(memory_store_mentions(world->store, "CE-2"));
    assert_int_equal(memory_store_count(world->store, "erased"), 1);
    assert_int_equal(count_latest(world, "\"kind\":\"erasure\""), 1);
    struct pipeline_view view = pipeline_view(world->pipeline);
    assert_int_equal(view.counters->erasures, 1);
    assert_int_equal(view.counters->facts_erased, 2);
}

/* Again, late, an earlier one, a void of it: nothing more is said and nothing comes back; what is recorded later does.
 */
static void test_nothing_comes_back(void **state) {
    struct world *world = *state;
    overdue(world);
    publish_erasure(world, "child/CE-1", "2024-07-02T00:00:02Z");
    world_run_for(world, 3000);
    size_t said = memory_kafka_count(world->kafka, SINK_ALERTS);
    publish_erasure(world, "child/CE-1", "2024-07-02T00:00:02Z");
    publish_erasure(world, "child/CE-1", "2024-07-01T00:00:00Z");
    world_publish_entry(world);
    world_publish_review(world, "2024-06-20T10:00:00Z");
    world_run_for(world, 3000);
    assert_gone(world, "CE-1");
    world_restart(world);
    world_publish_entry(world);
    world_run_for(world, 3000);
    assert_gone(world, "CE-1");
    world_publish(world, "v", "record.voided", "2024-07-02T00:00:10Z",
                  "\"occurred_at\":\"2024-07-02\",\"target\":\"2\"");
    world_run_for(world, 3000);
    assert_int_equal(memory_kafka_count(world->kafka, SINK_ALERTS), said);
    publish_entry(world, "child/CE-1", "late");
    world_publish(world, "again", "care.started", "2024-07-02T00:00:11Z",
                  "\"occurred_at\":\"2024-06-03\",\"legal_status\":\"V2\",\"arrangement\":\"full\"");
    world_run_for(world, 3000);
    world_assert_said_once(world, WORLD_ALERT("overdue.1719878403"));
    world_assert_all_ids_once(world);
}

/* What says an erasure to readers is not derived again: it outlives the restore that finds it in the outbox. */
static void test_staged_erasure_survives_a_restore(void **state) {
    struct world *world = *state;
    overdue(world);
    memory_member_inject(world->member, MEMORY_SINK_HOLD);
    publish_erasure(world, "child/CE-1", "2024-07-02T00:00:02Z");
    world_run_for(world, 3000);
    assert_true(memory_store_count(world->store, "outbox") > 0);
    memory_kafka_expire(world->kafka);
    world_restart(world);
    memory_store_inject(world->store, MEMORY_STORE_LOSE_REPLY); /* the restore is interrupted and begins anew */
    world_run_for(world, 5000);
    world_assert_said_once(world, WORLD_ALERT("cancelled"));
    assert_int_equal(world_count_said(world, SINK_ALERTS, "#withdrawn\""), 0);
    assert_gone(world, "CE-1");
    assert_int_equal(count_latest(world, "\"kind\":\"erasure\""), 1);
    world_assert_all_ids_once(world);
}

/* And what readers have of it already is not said to them again. */
static void test_published_erasure_is_not_staged_again(void **state) {
    struct world *world = *state;
    overdue(world);
    memory_member_inject(world->member, MEMORY_SINK_HOLD);
    publish_erasure(world, "child/CE-1", "2024-07-02T00:00:02Z");
    world_run_for(world, 3000);
    struct memory_store *copy = memory_store_copy(world->store); /* said, staged, not published */
    memory_member_inject(world->member, MEMORY_SINK_NO_FAULT);
    world_run_for(world, 3000);
    memory_store_fall_back(world->store, copy);
    (void) memory_store_free(copy);
    memory_kafka_expire(world->kafka);
    world_restart(world);
    world_run_for(world, 5000);
    world_assert_said_once(world, WORLD_ALERT("cancelled"));
    assert_gone(world, "CE-1");
    assert_int_equal(count_latest(world, "\"kind\":\"erasure\""), 1);
    world_assert_all_ids_once(world);
}

/* An emptied store is filled from the topics alone; an older copy holds the child still. */
static void test_rebuilt(void **state) {
    struct world *world = *state;
    overdue(world);
    struct memory_store *older = memory_store_copy(world->store);
    publish_erasure(world, "child/CE-1", "2024-07-02T00:00:02Z");
    world_run_for(world, 3000);
    size_t said = memory_kafka_count(world->kafka, SINK_ALERTS), latest = memory_kafka_count(world->kafka, SINK_LATEST);
    memory_store_empty(world->store);
    world_restart(world);
    world_run_for(world, 3000);
    assert_gone(world, "CE-1");
    memory_store_fall_back(world->store, older);
    (void) memory_store_free(older);
    assert_true(memory_store_mentions(world->store, "CE-1"));
    world_restart(world);
    world_run_for(world, 3000);
    assert_gone(world, "CE-1");
    assert_int_equal(memory_kafka_count(world->kafka, SINK_ALERTS), said);
    assert_int_equal(memory_kafka_count(world->kafka, SINK_LATEST), latest);
    assert_int_equal(memory_store_count(world->store, "erased"), 1);
}

/* Before any of its events. */
static void test_erasure_comes_first(void **state) {
    struct world *world = *state;
    publish_erasure(world, "child/CE-1", "2024-06-20T00:00:00Z");
    world_publish_entry(world);
    world_run_for(world, 3000);
    world_jump_to(world, "2024-07-03T00:00:00Z");
    assert_gone(world, "CE-1");
    assert_int_equal(memory_kafka_count(world->kafka, SINK_ALERTS), 0);
}

/* Whatever becomes of the write, it is erased once. */
static void test_uncertain_writes(void **state) {
    struct world *world = *state;
    const enum memory_store_fault faults[] = {MEMORY_STORE_LOSE_CALL, MEMORY_STORE_LOSE_REPLY};
    overdue(world);
    publish_erasure(world, "child/CE-1", "2024-07-02T00:00:02Z");
    for (size_t i = 0; i < 2; i++) {
        memory_store_inject(world->store, faults[i]);
        world_run_for(world, 300);
    }
    world_run_for(world, 12000);
    world_assert_said_once(world, WORLD_ALERT("cancelled"));
    world_assert_all_ids_once(world);
    assert_gone(world, "CE-1");
    assert_int_equal(count_latest(world, "\"kind\":\"erasure\""), 1);
}

/* ---- merging ---- */

/* A reference whose home is the other partition. */
static const char *elsewhere(const struct world *world, int number) {
    static char texts[4][32];
    for (int i = 0, found = 0;; i++) {
        (void) snprintf(texts[number], sizeof texts[number], "child/OTHER-%d", i);
        if (murmur2_partition(texts[number], WORLD_PARTITIONS) != world->home && found++ == number)
            return texts[number];
    }
}

static void publish_merge(struct world *world, const char *subject, const char *into, const char *time) {
    char data[128];
    (void) snprintf(data, sizeof data, "\"occurred_at\":\"2024-06-20\",\"into\":\"%s\"", strchr(into, '/') + 1);
    publish(world, subject, "m", "record.merged", time, data);
}

static size_t count_open(const struct world *world, const char *subject) {
    char text[64];
    (void) snprintf(text, sizeof text, "\"alert\":\"%s|", subject);
    return memory_store_mentions(world->store, text) ? 1 : 0;
}

static void test_merged(void **state) {
    struct world *world = *state;
    const char *other = elsewhere(world, 0);
    char alert[128];
    overdue(world);
    publish_merge(world, "child/CE-1", other, "2024-07-02T00:00:02Z");
    world_run_for(world, 6000);
    world_assert_said_once(world, WORLD_ALERT("withdrawn"));
    (void) snprintf(alert, sizeof alert, "\"id\":\"%s|review-first|care:2024-06-03#overdue\"", other);
    world_assert_said_once(world, alert);
    assert_int_equal(count_open(world, "child/CE-1"), 0);
    world_publish_review(world, "2024-07-02T00:00:09Z"); /* under the old reference; held in time */
    world_run_for(world, 6000);
    (void) snprintf(alert, sizeof alert, "\"id\":\"%s|review-first|care:2024-06-03#withdrawn\"", other);
    world_assert_said_once(world, alert);
    world_assert_all_ids_once(world);
}

static void test_merge_voided(void **state) {
    struct world *world = *state;
    const char *other = elsewhere(world, 0);
    char alert[128];
    overdue(world);
    publish_merge(world, "child/CE-1", other, "2024-07-02T00:00:02Z");
    world_run_for(world, 6000);
    world_publish(world, "v", "record.voided", "2024-07-02T00:00:09Z",
                  "\"occurred_at\":\"2024-07-02\",\"target\":\"m\"");
    world_run_for(world, 6000);
    (void) snprintf(alert, sizeof alert, "\"id\":\"%s|review-first|care:2024-06-03#withdrawn\"", other);
    world_assert_said_once(world, alert);
    world_assert_said_once(world, WORLD_ALERT("overdue.2"));
    world_assert_all_ids_once(world);
}

static void test_merge_with_uncertain_writes(void **state) {
    struct world *world = *state;
    const enum memory_store_fault faults[] = {MEMORY_STORE_LOSE_REPLY, MEMORY_STORE_LOSE_CALL, MEMORY_STORE_LOSE_REPLY};
    const char *other = elsewhere(world, 0);
    overdue(world);
    publish_merge(world, "child/CE-1", other, "2024-07-02T00:00:02Z");
    for (size_t i = 0; i < 3; i++) {
        memory_store_inject(world->store, faults[i]);
        world_run_for(world, 300);
    }
    world_run_for(world, 15000);
    assert_int_equal(count_open(world, other), 1);
    assert_int_equal(count_open(world, "child/CE-1"), 0);
    world_assert_all_ids_once(world);
}

/* Over three references, and all of it again from emptied stores: nothing is said twice. */
static void test_merges_rebuilt(void **state) {
    struct world *world = *state;
    const char *other = elsewhere(world, 0), *third = elsewhere(world, 1);
    overdue(world);
    publish_merge(world, "child/CE-1", other, "2024-07-02T00:00:02Z");
    publish_merge(world, other, third, "2024-07-02T00:00:03Z");
    world_run_for(world, 9000);
    assert_int_equal(count_open(world, third), 1);
    assert_int_equal(count_open(world, other), 0);
    size_t said = memory_kafka_count(world->kafka, SINK_ALERTS);
    memory_store_empty(world->store);
    world_restart(world);
    world_run_for(world, 9000);
    assert_int_equal(memory_kafka_count(world->kafka, SINK_ALERTS), said);
    assert_int_equal(count_open(world, third), 1);
}

/* A ring of merges ends, and somebody is watched. */
static void test_ring(void **state) {
    struct world *world = *state;
    const char *other = elsewhere(world, 0);
    overdue(world);
    publish_merge(world, "child/CE-1", other, "2024-07-02T00:00:02Z");
    publish_merge(world, other, "child/CE-1", "2024-07-02T00:00:03Z");
    world_run_for(world, 9000);
    assert_int_equal(count_open(world, other), 1);
    assert_int_equal(count_open(world, "child/CE-1"), 0);
    size_t links = memory_kafka_count(world->kafka, SINK_LINKS);
    world_run_for(world, 9000);
    assert_int_equal(memory_kafka_count(world->kafka, SINK_LINKS), links);
}

/* The child is one: erasing the surviving reference erases the other, wherever it lies; and stays so when rebuilt. */
static void test_survivor_erased(void **state) {
    struct world *world = *state;
    const char *other = elsewhere(world, 0);
    overdue(world);
    publish_merge(world, "child/CE-1", other, "2024-07-02T00:00:02Z");
    world_run_for(world, 6000);
    publish_erasure(world, other, "2024-07-02T00:00:09Z");
    world_run_for(world, 6000);
    assert_gone(world, "CE-1");
    assert_gone(world, strchr(other, '/') + 1);
    assert_int_equal(count_latest(world, "\"kind\":\"erasure\""), 2);
    size_t said = memory_kafka_count(world->kafka, SINK_ALERTS);
    memory_store_empty(world->store);
    world_restart(world);
    world_run_for(world, 6000);
    assert_gone(world, "CE-1");
    assert_gone(world, strchr(other, '/') + 1);
    assert_int_equal(memory_kafka_count(world->kafka, SINK_ALERTS), said);
}

#define WORLD_TEST(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_erased),
        WORLD_TEST(test_nothing_comes_back),
        WORLD_TEST(test_staged_erasure_survives_a_restore),
        WORLD_TEST(test_published_erasure_is_not_staged_again),
        WORLD_TEST(test_rebuilt),
        WORLD_TEST(test_merged),
        WORLD_TEST(test_erasure_comes_first),
        WORLD_TEST(test_merge_voided),
        WORLD_TEST(test_merges_rebuilt),
        WORLD_TEST(test_ring),
        WORLD_TEST(test_survivor_erased),
        WORLD_TEST(test_uncertain_writes),
        WORLD_TEST(test_merge_with_uncertain_writes),
    };
    return cmocka_run_group_tests(tests, world_set_up_engine, world_tear_down_engine);
}
