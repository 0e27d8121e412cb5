/* A partition's load rules (design.md section 5) and its clock, and which partition a subject belongs to. */
#include "murmur2.h"
#include "partition.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- load rules ---- */

static struct partition_commit commit_of(int64_t epoch, int64_t sequence_epoch, int64_t n) {
    return (struct partition_commit){true, true, epoch, {sequence_epoch, n}};
}

static struct store_meta meta_of(int64_t epoch, int64_t sequence_epoch, int64_t n) {
    return (struct store_meta){.exists = true, .epoch = epoch, .staged = {sequence_epoch, n}};
}

static const struct partition_commit no_commit = {.kept = true};
static const struct store_meta no_meta;

static const struct instant today = {INT64_C(1700000000000)};

static void test_first_start(void **state) {
    (void) state;
    struct partition_plan plan = partition_plan(&no_meta, &no_commit, today);
    assert_int_equal(plan.epoch, 1700000000);
    assert_true(plan.restore); /* of nothing, unless both the store and the group's offsets are gone */
    assert_null(plan.reason);
}

static void test_store_is_ahead(void **state) {
    (void) state;
    struct store_meta meta = meta_of(5, 5, 20);
    struct partition_commit commit = commit_of(5, 5, 12);
    struct partition_plan plan = partition_plan(&meta, &commit, today);
    assert_false(plan.restore);
    assert_int_equal(plan.epoch, 6);
    assert_int_equal(plan.published.n, 12);
}

static void test_epoch_is_above_both(void **state) {
    (void) state;
    struct store_meta meta = meta_of(3, 3, 1);
    struct partition_commit commit = commit_of(9, 2, 1);
    assert_int_equal(partition_plan(&meta, &commit, today).epoch, 10);
    meta.epoch = 30;
    assert_int_equal(partition_plan(&meta, &commit, today).epoch, 31);
}

static void test_store_fell_back(void **state) {
    (void) state;
    struct store_meta meta = meta_of(5, 5, 11);
    struct partition_commit commit = commit_of(5, 5, 12);
    struct partition_plan plan = partition_plan(&meta, &commit, today);
    assert_true(plan.restore);
    assert_int_equal(plan.published.n, 12);
}

/* A plain counter would take the smaller number of the later epoch for older, and repeat what was said. */
static void test_sequences_compare_as_pairs(void **state) {
    (void) state;
    struct store_meta meta = meta_of(5, 5, 900);
    struct partition_commit commit = commit_of(6, 6, 2);
    assert_true(partition_plan(&meta, &commit, today).restore);
    meta = meta_of(7, 7, 1);
    commit = commit_of(7, 6, 500);
    assert_false(partition_plan(&meta, &commit, today).restore);
}

/* An abandoned branch of the store, staged by a former epoch, comes back after a later one has published: the sequences
 * alone would not show it. */
static void test_store_is_older_than_its_last_writer(void **state) {
    (void) state;
    struct store_meta meta = meta_of(4, 4, 22);
    struct partition_commit commit = commit_of(6, 3, 12);
    assert_false(partition_plan(&meta, &commit, today).restore); /* epoch 6 may have died before its first write */
    commit.written = 6;
    assert_true(partition_plan(&meta, &commit, today).restore);
    meta.epoch = 6;
    assert_false(partition_plan(&meta, &commit, today).restore);
}

static void test_commit_expired(void **state) {
    (void) state;
    struct store_meta meta = meta_of(5, 4, 7);
    struct partition_plan plan = partition_plan(&meta, &no_commit, today);
    assert_true(plan.restore);
    assert_int_equal(plan.epoch, 1700000000); /* never one that was used before they expired */
    assert_int_equal(plan.published.epoch, plan.epoch);
    assert_int_equal(plan.published.n, 0);
}

/* Its epoch is committed and it is killed before it writes to Redis: what Redis has staged is still unpublished. */
static void test_killed_after_claim_with_expired_commit(void **state) {
    (void) state;
    struct store_meta meta = meta_of(5, 4, 7);
    struct partition_plan plan = partition_plan(&meta, &no_commit, today);
    struct partition_commit commit = {true, true, plan.epoch, plan.published};
    assert_true(partition_plan(&meta, &commit, today).restore);
}

static void test_store_emptied(void **state) {
    (void) state;
    struct partition_commit commit = commit_of(5, 5, 12);
    struct partition_plan plan = partition_plan(&no_meta, &commit, today);
    assert_true(plan.restore);
    assert_int_equal(plan.epoch, 6);
    assert_int_equal(plan.published.n, 12);
}

/* Retention has removed events that the store has not read: also when it has not read any. */
static void test_events_removed_before_they_were_read(void **state) {
    (void) state;
    struct store_meta meta = meta_of(5, 5, 12);
    struct partition_commit commit = commit_of(5, 5, 12);
    meta.positions[SOURCE_EVENTS] = 30;
    commit.starts[SOURCE_EVENTS] = 30;
    assert_false(partition_plan(&meta, &commit, today).rebuild);
    meta.positions[SOURCE_EVENTS] = 29;
    assert_true(partition_plan(&meta, &commit, today).rebuild);
    meta.positions[SOURCE_EVENTS] = SOURCE_BEGINNING;
    assert_true(partition_plan(&meta, &commit, today).rebuild);
    commit.starts[SOURCE_EVENTS] = 0;
    assert_false(partition_plan(&meta, &commit, today).rebuild);
}

static void test_interrupted_restore_begins_again(void **state) {
    (void) state;
    struct store_meta meta = meta_of(6, 5, 12);
    meta.restoring = true;
    struct partition_commit commit = commit_of(6, 5, 12);
    assert_true(partition_plan(&meta, &commit, today).restore);
}

static void test_embedded_trusts_the_store(void **state) {
    (void) state;
    struct store_meta meta = meta_of(5, 5, 12);
    struct partition_commit commit = {.kept = false};
    struct partition_plan plan = partition_plan(&meta, &commit, today);
    assert_false(plan.restore);
    assert_int_equal(plan.epoch, 6);
    assert_int_equal(plan.published.n, 0);
}

static struct partition_commit read_commit(const char *metadata) {
    struct source_committed committed = {.kept = true, .exists = true, .position = 5, .metadata = metadata};
    return partition_commit_read(&committed);
}

static void test_metadata_there_and_back(void **state) {
    (void) state;
    char text[SINK_METADATA_MAX];
    const struct partition_commit given = {.epoch = 12, .written = 10, .published = {11, 3456789012}};
    partition_metadata_format(&given, text);
    struct partition_commit commit = read_commit(text);
    assert_true(commit.exists);
    assert_int_equal(commit.epoch, 12);
    assert_int_equal(commit.written, 10);
    assert_int_equal(commit.published.epoch, 11);
    assert_int_equal(commit.published.n, 3456789012);
}

static void test_foreign_metadata_is_none(void **state) {
    (void) state;
    static const char *const texts[] = {"",
                                        "x",
                                        "wk2 1 1 2",
                                        "wk2 1 1 2 3 4",
                                        "wk1 1 2 3",
                                        "wk2 0 0 0 0",
                                        "wk2 9223372036854775807 1 1 2",
                                        "wk2 99999999999999999999 1 1 2",
                                        "wk2 5 5 -1 2"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_false(read_commit(texts[i]).exists);
}

/* ---- the clock ---- */

static struct partition running(void) {
    struct partition partition;
    partition_init(&partition, 0);
    partition.state = PARTITION_RUNNING;
    return partition;
}

static void test_clock_moves_when_the_end_of_then_is_reached(void **state) {
    (void) state;
    struct partition partition = running();
    struct source_end end = {0, {10, 2}};
    partition_aim(&partition, (struct instant){1000}, &end);
    partition.batch.positions[SOURCE_EVENTS] = 10;
    assert_false(partition_reach(&partition));
    assert_int_equal(partition.clock.ms, 0);
    partition.batch.positions[SOURCE_LINKS] = 2;
    assert_true(partition_reach(&partition));
    assert_int_equal(partition.clock.ms, 1000);
    assert_false(partition_reach(&partition));
    partition_done(&partition);
}

/* Under a steady stream the newest end is always a little ahead: the one asked for first is what counts. */
static void test_goal_is_kept_until_reached(void **state) {
    (void) state;
    struct partition partition = running();
    struct source_end first = {0, {10, 0}}, later = {0, {20, 0}};
    partition_aim(&partition, (struct instant){1000}, &first);
    partition_aim(&partition, (struct instant){2000}, &later);
    partition.batch.positions[SOURCE_EVENTS] = 15;
    assert_true(partition_reach(&partition));
    assert_int_equal(partition.clock.ms, 1000);
    partition_done(&partition);
}

static void test_clock_never_goes_back(void **state) {
    (void) state;
    struct partition partition = running();
    struct source_end end = {0, {0, 0}};
    partition.clock.ms = 5000;
    partition_aim(&partition, (struct instant){1000}, &end);
    assert_true(partition_reach(&partition));
    assert_int_equal(partition.clock.ms, 5000);
    partition_done(&partition);
}

static void reach(struct partition *partition, int64_t ms) {
    struct source_end end = {0, {0, 0}};
    partition_aim(partition, (struct instant){ms}, &end);
    assert_true(partition_reach(partition));
}

static void test_baseline_then_backlog(void **state) {
    (void) state;
    struct partition partition = running();
    reach(&partition, 1000000);
    assert_true(partition.meta.live);
    assert_true(partition.meta.baseline);
    assert_int_equal(partition.meta.backlog_to.ms, 1000000);
    reach(&partition, 1000000 + PARTITION_BEHIND_MS);
    assert_int_equal(partition.meta.backlog_to.ms, 1000000);
    reach(&partition, 1000001 + 2 * PARTITION_BEHIND_MS);
    assert_int_equal(partition.meta.backlog_to.ms, 1000001 + 2 * PARTITION_BEHIND_MS);
    assert_false(partition.meta.baseline);
    partition_done(&partition);
}

static void test_stale_counts_from_being_live_or_loaded(void **state) {
    (void) state;
    struct partition partition = running();
    const struct span hour = HOURS(1);
    struct instant now = {10 * hour.ms};
    assert_false(partition_speak_stale(&partition, now, hour)); /* never live: loading */
    partition.meta.live = true;
    partition.caught_up_at.ms = now.ms - hour.ms;
    assert_false(partition_speak_stale(&partition, now, hour));
    partition.caught_up_at.ms--;
    partition.loaded_at.ms = now.ms - 1; /* began a moment ago, and may yet catch up */
    assert_false(partition_speak_stale(&partition, now, hour));
    partition.loaded_at.ms = 0;
    assert_true(partition_speak_stale(&partition, now, hour));
    assert_int_equal(partition.clock.ms, now.ms);
    reach(&partition, now.ms + 1);
    assert_false(partition.speaks_stale);
    partition_done(&partition);
}

/* ---- which partition: values of org.apache.kafka.common.utils.Utils.murmur2 (UtilsTest of Apache Kafka) ---- */

static void test_murmur2_as_in_java(void **state) {
    (void) state;
    static const struct {
        const char *key;
        int32_t hash;
    } cases[] = {{"21", -973932308},
                 {"foobar", -790332482},
                 {"a-little-bit-long-string", -985981536},
                 {"a-little-bit-longer-string", -1486304829},
                 {"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971},
                 {"abc", 479470107}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal((int32_t) murmur2_hash(cases[i].key, strlen(cases[i].key)), cases[i].hash);
    assert_int_equal(murmur2_partition("foobar", 1), 0);
    assert_int_equal(murmur2_partition("21", 100), (-973932308 & 0x7fffffff) % 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_start),
        cmocka_unit_test(test_store_is_ahead),
        cmocka_unit_test(test_epoch_is_above_both),
        cmocka_unit_test(test_store_fell_back),
        cmocka_unit_test(test_sequences_compare_as_pairs),
        cmocka_unit_test(test_store_is_older_than_its_last_writer),
        cmocka_unit_test(test_commit_expired),
        cmocka_unit_test(test_killed_after_claim_with_expired_commit),
        cmocka_unit_test(test_store_emptied),
        cmocka_unit_test(test_events_removed_before_they_were_read),
        cmocka_unit_test(test_interrupted_restore_begins_again),
        cmocka_unit_test(test_embedded_trusts_the_store),
        cmocka_unit_test(test_metadata_there_and_back),
        cmocka_unit_test(test_foreign_metadata_is_none),
        cmocka_unit_test(test_clock_moves_when_the_end_of_then_is_reached),
        cmocka_unit_test(test_goal_is_kept_until_reached),
        cmocka_unit_test(test_clock_never_goes_back),
        cmocka_unit_test(test_baseline_then_backlog),
        cmocka_unit_test(test_stale_counts_from_being_live_or_loaded),
        cmocka_unit_test(test_murmur2_as_in_java),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
