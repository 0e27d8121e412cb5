/* What is known of feeds: any order of events gives the same, everything has a limit, and the store gives it back. */
#include "feeds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define A "E06000052"
#define B "E10000003"

static const struct feeds_options options = {
    .load_limit = HOURS(24), .wait = HOURS(30), .forget_after = HOURS(14 * 24), .loads_max = 3};

struct fixture {
    struct feeds feeds;
    struct arena *arena;
};

static int set_up(void **state) {
    static struct fixture fixture;
    fixture = (struct fixture){.arena = arena_new()};
    *state = &fixture;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    feeds_done(&fixture->feeds);
    (void) arena_free(fixture->arena);
    return 0;
}

static struct instant hour(int64_t n) {
    return (struct instant){(1000000 + n) * 3600 * 1000};
}

static struct feeds_event event_of(const char *authority, const char *reference, int64_t at) {
    return (struct feeds_event){.authority = authority,
                                .source = "/test",
                                .reference = reference,
                                .recorded_at = hour(at),
                                .taken_at = hour(at),
                                .complete_to = hour(at)};
}

static int start(struct feeds *feeds, const char *authority, const char *reference, int64_t at) {
    const struct feeds_event event = event_of(authority, reference, at);
    return feeds_start(feeds, &options, &event);
}

static int end(struct feeds *feeds, const char *authority, const char *reference, int64_t at) {
    const struct feeds_event event = event_of(authority, reference, at);
    return feeds_end(feeds, &options, &event);
}

static int complete(struct feeds *feeds, const char *authority, const char *reference, int64_t to, int64_t taken_at) {
    struct feeds_event event = event_of(authority, reference, taken_at);
    event.complete_to = hour(to);
    return feeds_complete(feeds, &options, &event);
}

static bool is_loading(const struct feeds *feeds, const char *authority, int64_t at) {
    struct instant limit_at;
    return feeds_is_loading(feeds, authority, hour(at), &limit_at);
}

static void test_load(void **state) {
    struct feeds *feeds = &((struct fixture *) *state)->feeds;
    struct instant limit_at;
    assert_false(is_loading(feeds, A, 0));
    assert_int_equal(start(feeds, A, "L", 0), 0);
    assert_int_equal(start(feeds, A, "L", 5), FEEDS_KNOWN);
    assert_true(feeds_is_loading(feeds, A, hour(23), &limit_at));
    assert_int_equal(limit_at.ms, hour(24).ms);
    assert_true(feeds_is_limit(feeds, hour(24)));
    assert_false(is_loading(feeds, A, 24));
    assert_false(is_loading(feeds, B, 1));
    assert_int_equal(end(feeds, A, "other", 6), 0);
    assert_int_equal(end(feeds, A, "L", 6), 0);
    assert_int_equal(end(feeds, A, "L", 7), FEEDS_KNOWN);
    assert_true(is_loading(feeds, A, 5));
    assert_false(is_loading(feeds, A, 6));
}

static void test_end_before_start(void **state) {
    struct feeds *feeds = &((struct fixture *) *state)->feeds;
    assert_int_equal(end(feeds, A, "L", 6), 0);
    assert_int_equal(start(feeds, A, "L", 0), FEEDS_KNOWN);
    assert_false(is_loading(feeds, A, 1));
}

/* A start that was recorded in the future does not hold anybody for longer. */
static void test_clock_of_the_source(void **state) {
    struct feeds *feeds = &((struct fixture *) *state)->feeds;
    struct feeds_event event = event_of(A, "L", 0);
    event.recorded_at = hour(1000);
    assert_int_equal(feeds_start(feeds, &options, &event), 0);
    assert_true(is_loading(feeds, A, 23));
    assert_false(is_loading(feeds, A, 24));
}

static void close_all(struct feeds *feeds) {
    for (size_t i = 0; i < feeds->count; i++)
        feeds->entries[i].over = feeds->entries[i].over || !feeds_is_open(&feeds->entries[i], hour(100));
}

static void test_limit_of_loads(void **state) {
    struct feeds *feeds = &((struct fixture *) *state)->feeds;
    assert_int_equal(start(feeds, A, "L1", 99), 0);
    assert_int_equal(start(feeds, A, "L2", 98), 0);
    assert_int_equal(start(feeds, A, "L3", 97), 0);
    assert_int_equal(start(feeds, A, "L4", 99), FEEDS_FULL);
    assert_int_equal(end(feeds, A, "L5", 99), FEEDS_FULL);
    assert_int_equal(end(feeds, A, "L2", 99), 0);
    assert_int_equal(end(feeds, A, "L3", 98), 0);
    assert_int_equal(start(feeds, A, "L4", 99), FEEDS_FULL); /* those who wait have not been looked at */
    close_all(feeds);
    assert_int_equal(start(feeds, A, "L4", 99), 0);
    assert_int_equal(end(feeds, A, "L2", 99), FEEDS_KNOWN); /* it ended after L3, which has made room */
    assert_int_equal(complete(feeds, A, "F", 99, 99), 0);   /* loads leave room for feeds */
    feeds_told(feeds);
    assert_int_equal(feeds->count, 4);
    assert_true(is_loading(feeds, A, 100));
}

static void test_complete(void **state) {
    struct feeds *feeds = &((struct fixture *) *state)->feeds;
    struct fed fed;
    assert_false(feeds_fed(feeds, &options, A, hour(100), &fed));
    assert_int_equal(complete(feeds, A, "F", 90, 91), 0);
    assert_int_equal(complete(feeds, A, "F", 89, 92), FEEDS_KNOWN);
    assert_false(feeds_fed(feeds, &options, B, hour(100), &fed));
    assert_true(feeds_fed(feeds, &options, A, hour(100), &fed));
    assert_int_equal(fed.complete_to.ms, hour(90).ms);
    assert_int_equal(fed.speak_to.ms, hour(90).ms);
    assert_true(feeds_fed(feeds, &options, A, hour(125), &fed));
    assert_int_equal(fed.complete_to.ms, hour(90).ms);
    assert_int_equal(fed.speak_to.ms, hour(95).ms);
    assert_int_equal(complete(feeds, A, "G", 1000, 93), 0); /* nobody knows the future */
    assert_int_equal(complete(feeds, A, "F", 120, 121), 0);
    assert_true(feeds_fed(feeds, &options, A, hour(122), &fed));
    assert_int_equal(fed.complete_to.ms, hour(93).ms); /* the feed that is furthest behind */
    assert_true(feeds_fed(feeds, &options, A, hour(93 + 14 * 24 + 1), &fed));
    assert_int_equal(fed.complete_to.ms, hour(120).ms); /* and G is forgotten */
}

static void test_limit_of_feeds(void **state) {
    struct feeds *feeds = &((struct fixture *) *state)->feeds;
    struct fed fed;
    assert_int_equal(complete(feeds, A, "F1", 3, 10), 0);
    assert_int_equal(complete(feeds, B, "F2", 1, 10), 0);
    assert_int_equal(complete(feeds, A, "F3", 2, 10), 0);
    assert_int_equal(complete(feeds, A, "F4", 4, 10), 0);
    assert_false(feeds_fed(feeds, &options, B, hour(10), &fed));
    assert_true(feeds_fed(feeds, &options, A, hour(10), &fed));
    assert_int_equal(fed.complete_to.ms, hour(2).ms);
    size_t count;
    struct arena *arena = ((struct fixture *) *state)->arena;
    const struct store_field *stored = feeds_encode_changed(feeds, arena, &count);
    assert_int_equal(count, 4);
    for (size_t i = 0; i < count; i++)
        assert_true((stored[i].value.data == NULL) == (strstr(stored[i].name, "F2") != NULL));
    assert_int_equal(complete(feeds, B, "F2", 5, 10), 0); /* before the store has been told to forget it */
    (void) feeds_encode_changed(feeds, arena, &count);
    assert_int_equal(count, 4);
    assert_true(feeds_fed(feeds, &options, B, hour(10), &fed));
}

/* ---- the store ---- */

static void fill(struct feeds *feeds) {
    assert_int_equal(start(feeds, A, "open", 0), 0);
    assert_int_equal(start(feeds, B, "ended", 1), 0);
    assert_int_equal(end(feeds, B, "ended", 2), 0);
    assert_int_equal(end(feeds, A, "not started \"|\\", 3), 0);
    assert_int_equal(complete(feeds, A, "F", 4, 5), 0);
}

static void assert_same(const struct feeds *a, const struct feeds *b) {
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        const struct feeds_entry *left = &a->entries[i], *right = &b->entries[i];
        assert_int_equal(left->kind, right->kind);
        assert_string_equal(left->authority, right->authority);
        assert_string_equal(left->reference, right->reference);
        assert_string_equal(left->source, right->source);
        assert_int_equal(left->started_at.ms, right->started_at.ms);
        assert_int_equal(left->limit_at.ms, right->limit_at.ms);
        assert_int_equal(left->ended_at.ms, right->ended_at.ms);
        assert_int_equal(left->over, right->over);
        assert_int_equal(left->complete_to.ms, right->complete_to.ms);
        assert_int_equal(left->interval_hours, right->interval_hours);
    }
}

static void test_stored(void **state) {
    struct fixture *fixture = *state;
    struct feeds back = {0};
    size_t count;
    fill(&fixture->feeds);
    const struct store_field *stored = feeds_encode_changed(&fixture->feeds, fixture->arena, &count);
    assert_int_equal(count, 4);
    for (size_t i = 0; i < count; i++)
        assert_true(feeds_merge(&back, &stored[i], true));
    assert_same(&fixture->feeds, &back);
    (void) feeds_encode_changed(&back, fixture->arena, &count);
    assert_int_equal(count, 0);
    feeds_done(&back);
    feeds_told(&fixture->feeds);
    (void) feeds_encode_changed(&fixture->feeds, fixture->arena, &count);
    assert_int_equal(count, 0);
}

/* A checkpoint adds to what the store has, and takes nothing away. */
static void test_merged(void **state) {
    struct fixture *fixture = *state;
    struct feeds feeds = {0};
    size_t count;
    assert_null(feeds_to_json(&feeds, fixture->arena));
    fill(&fixture->feeds);
    const char *json = feeds_to_json(&fixture->feeds, fixture->arena);
    feeds_merge_json(&feeds, json);
    assert_same(&fixture->feeds, &feeds);
    (void) feeds_encode_changed(&feeds, fixture->arena, &count);
    assert_int_equal(count, 4);
    feeds_told(&feeds);
    assert_int_equal(end(&feeds, A, "open", 6), 0);
    assert_int_equal(complete(&feeds, A, "F", 9, 10), 0);
    feeds_told(&feeds);
    feeds_merge_json(&feeds, json);
    assert_false(is_loading(&feeds, A, 6));
    (void) feeds_encode_changed(&feeds, fixture->arena, &count);
    assert_int_equal(count, 0);
    feeds_done(&feeds);
}

static void test_not_ours(void **state) {
    struct feeds *feeds = &((struct fixture *) *state)->feeds;
    static const char *const names[] = {"",
                                        "[]",
                                        "{}",
                                        "[\"load\",\"a\",\"b\"]",
                                        "[\"cargo\",\"a\",\"b\",\"c\"]",
                                        "[\"feed\",\"a\",\"b\",\"c\"]",
                                        "[\"feed\",\"a\",\"b\",3]"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct store_field stored = {names[i], {"{}", 2}};
        assert_false(feeds_merge(feeds, &stored, true));
    }
    const struct store_field empty = {"[\"load\",\"a\",\"b\",\"c\"]", {"", 0}};
    assert_false(feeds_merge(feeds, &empty, true));
    feeds_merge_json(feeds, "[1,[2],[[],{}],\"\"");
    feeds_merge_json(feeds, "{\"a\":[]}");
    feeds_merge_json(feeds, "[1,[2],[[],{}],\"\"]");
    assert_int_equal(feeds->count, 0);
}

static void test_retry(void **state) {
    (void) state;
    for (int64_t ms = hour(0).ms; ms < hour(1).ms; ms += 997) {
        struct instant at = {ms}, next = feeds_retry(at);
        assert_true(instant_before(at, next) && next.ms - ms <= FEEDS_RETRY_MS);
        assert_int_equal(feeds_retry((struct instant){next.ms - 1}).ms, next.ms);
        assert_int_equal(feeds_retry(next).ms, next.ms + FEEDS_RETRY_MS);
    }
}

int main(void) {
#define FEEDS_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        FEEDS_TEST(test_load),           FEEDS_TEST(test_end_before_start), FEEDS_TEST(test_clock_of_the_source),
        FEEDS_TEST(test_limit_of_loads), FEEDS_TEST(test_complete),         FEEDS_TEST(test_limit_of_feeds),
        FEEDS_TEST(test_stored),         FEEDS_TEST(test_merged),           FEEDS_TEST(test_not_ours),
        FEEDS_TEST(test_retry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
