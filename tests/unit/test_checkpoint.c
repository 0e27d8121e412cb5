/* What stands on care.facts, and reading it back. */
#include "checkpoint.h"
#include "ensure.h"
#include "rebuild.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena *arena;

static int set_up(void **state) {
    (void) state;
    arena = arena_new();
    return 0;
}

static int tear_down(void **state) {
    (void) state;
    arena = arena_free(arena);
    return 0;
}

static struct store_fact fact_of(int64_t number, size_t length) {
    char *text = arena_alloc(arena, length + 64);
    int used = sprintf(text, "{\"id\":\"%ld\",\"pad\":\"", (long) number);
    memset(text + used, 'x', length);
    strcpy(text + used + length, "\"}");
    return (struct store_fact){number, {text, strlen(text)}};
}

static struct store_record record_of(const char *subject, size_t n_facts, size_t length) {
    struct store_record record = {.subject = subject, .n_facts = n_facts};
    record.facts = ARENA_ARRAY(arena, struct store_fact, n_facts);
    for (size_t i = 0; i < n_facts; i++)
        record.facts[i] = fact_of((int64_t) i, length);
    return record;
}

static struct message message_of(const struct sink_entry *entry) {
    return (struct message){
        .key = entry->key, .key_length = entry->key_length, .value = entry->value, .value_length = entry->value_length};
}

static void take(struct rebuild *rebuild, const struct sink_entry *entries, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct message message = message_of(&entries[i]);
        assert_int_equal(rebuild_take(rebuild, &message), 0);
    }
}

static void take_record(struct rebuild *rebuild, const struct store_record *record) {
    size_t count;
    struct sink_entry *entries = checkpoint_facts(0, record, arena, &count);
    take(rebuild, entries, count);
}

static int read_text(const char *key, const char *value, struct checkpoint_row *row) {
    struct message message = {
        .key = key, .key_length = strlen(key), .value = value, .value_length = value == NULL ? 0 : strlen(value)};
    return checkpoint_read(&message, arena, row);
}

static void test_small_record_is_one_message(void **state) {
    (void) state;
    struct store_record record = record_of("child/CE-1", 3, 100);
    size_t count;
    struct sink_entry *entries = checkpoint_facts(7, &record, arena, &count);
    assert_int_equal(count, 1);
    assert_int_equal(entries[0].partition, 7);
    assert_int_equal(entries[0].topic, SINK_FACTS);
    assert_memory_equal(entries[0].key, "child/CE-1", entries[0].key_length);
    struct message message = message_of(&entries[0]);
    struct checkpoint_row row;
    assert_int_equal(checkpoint_read(&message, arena, &row), 0);
    assert_string_equal(row.subject, "child/CE-1");
    assert_int_equal(row.n_facts, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(row.facts[i].length, record.facts[i].value.length);
        assert_memory_equal(row.facts[i].data, record.facts[i].value.data, row.facts[i].length);
    }
}

/* The value is one JSON object for everybody else. */
static void test_value_as_others_read_it(void **state) {
    (void) state;
    struct store_record record = record_of("child/CE-1", 2, 1);
    size_t count;
    const struct sink_entry *entry = checkpoint_facts(0, &record, arena, &count);
    static const char expected[] = "{\"version\":1,\"subject\":\"child/CE-1\",\"facts\":[\n"
                                   "{\"id\":\"0\",\"pad\":\"x\"},\n{\"id\":\"1\",\"pad\":\"x\"}\n]}";
    assert_int_equal(entry->value_length, strlen(expected));
    assert_memory_equal(entry->value, expected, strlen(expected));
}

static void test_large_record_comes_back_from_parts(void **state) {
    (void) state;
    struct store_record large = record_of("child/CE-1", 900, 1000), next = record_of("child/CE-10", 1, 10);
    struct rebuild *rebuild = rebuild_new();
    take_record(rebuild, &next);
    size_t count;
    struct sink_entry *entries = checkpoint_facts(0, &large, arena, &count);
    assert_true(count >= 4);
    for (size_t i = 0; i < count; i++)
        assert_true(entries[i].value_length < CHECKPOINT_PART_BYTES + 2000);
    take(rebuild, entries, count);
    rebuild_complete(rebuild);
    struct store_record back;
    assert_true(rebuild_next(rebuild, arena, &back));
    assert_string_equal(back.subject, "child/CE-1");
    assert_int_equal(back.n_facts, 900);
    assert_true(rebuild_next(rebuild, arena, &back));
    assert_string_equal(back.subject, "child/CE-10");
    assert_int_equal(back.n_facts, 1);
    assert_false(rebuild_next(rebuild, arena, &back));
    assert_true(rebuild_has(rebuild, "child/CE-1"));
    assert_false(rebuild_has(rebuild, "child/CE"));
    assert_int_equal(rebuild_facts(rebuild), 901);
    (void) rebuild_free(rebuild);
}

static void test_newest_value_stands(void **state) {
    (void) state;
    struct store_record one = record_of("child/CE-1", 1, 10), two = record_of("child/CE-1", 2, 10);
    struct rebuild *rebuild = rebuild_new();
    take_record(rebuild, &one);
    take_record(rebuild, &two);
    rebuild_complete(rebuild);
    struct store_record back;
    assert_true(rebuild_next(rebuild, arena, &back));
    assert_int_equal(back.n_facts, 2);
    assert_false(rebuild_next(rebuild, arena, &back));
    (void) rebuild_free(rebuild);
}

/* Whatever order the facts were in when the parts were made. */
static void test_tombstones_cover_every_part(void **state) {
    (void) state;
    struct store_record record = {.subject = "child/CE-1", .n_facts = 8};
    record.facts = ARENA_ARRAY(arena, struct store_fact, record.n_facts);
    size_t bytes = 0;
    for (size_t i = 0; i < record.n_facts; i++) {
        record.facts[i] = fact_of((int64_t) i, i % 2 == 0 ? 10 : CHECKPOINT_PART_BYTES);
        bytes += record.facts[i].value.length;
    }
    struct rebuild *rebuild = rebuild_new();
    take_record(rebuild, &record);
    size_t count;
    struct sink_entry *tombstones = checkpoint_tombstones(0, "child/CE-1", bytes, arena, &count);
    take(rebuild, tombstones, count);
    rebuild_complete(rebuild);
    struct store_record back;
    assert_false(rebuild_next(rebuild, arena, &back));
    assert_false(rebuild_has(rebuild, "child/CE-1"));
    (void) rebuild_free(rebuild);
}

static void test_marker_comes_back(void **state) {
    (void) state;
    struct checkpoint_marker marker = {.positions = {17, SOURCE_BEGINNING}, .at = {1719300000123}, .partitions = 12};
    struct rebuild *rebuild = rebuild_new();
    assert_null(rebuild_marker(rebuild));
    struct sink_entry entry = checkpoint_marker(3, &marker, arena);
    take(rebuild, &entry, 1);
    const struct checkpoint_marker *back = rebuild_marker(rebuild);
    assert_non_null(back);
    assert_int_equal(back->positions[SOURCE_EVENTS], 17);
    assert_int_equal(back->positions[SOURCE_LINKS], SOURCE_BEGINNING);
    assert_int_equal(back->at.ms, marker.at.ms);
    assert_int_equal(back->partitions, 12);
    (void) rebuild_free(rebuild);
}

static void test_newer_version_is_told(void **state) {
    (void) state;
    struct checkpoint_row row;
    assert_int_equal(read_text("child/CE-1", "{\"version\":2,\"subject\":\"child/CE-1\",\"something\":[]}", &row),
                     CHECKPOINT_NEWER);
}

static void test_not_ours(void **state) {
    (void) state;
    static const char *const values[] = {
        "",
        "no JSON",
        "[]",
        "{}",
        "{\"version\":0}",
        "{\"version\":1}",
        "{\"version\":1,\"subject\":\"child/A\"}",
        "{\"version\":1,\"subject\":\"child/A\",\"facts\":[\n{}",
        "{\"version\":1,\"subject\":\"child/A\",\"facts\":[\n{}{}\nx\n]}",
        "{\"version\":1,\"complete_to\":{\"events\":-3,\"links\":0},\"at\":\"2024-06-03T09:00:00Z\",\"partitions\":2}"};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct checkpoint_row row;
        if (read_text("child/A", values[i], &row) != CHECKPOINT_NOT_OURS)
            fail_msg("taken: %s", values[i]);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_small_record_is_one_message),
        TEST(test_value_as_others_read_it),
        TEST(test_large_record_comes_back_from_parts),
        TEST(test_newest_value_stands),
        TEST(test_tombstones_cover_every_part),
        TEST(test_marker_comes_back),
        TEST(test_newer_version_is_told),
        TEST(test_not_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
