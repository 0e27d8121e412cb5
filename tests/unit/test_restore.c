/* What has been said, taken from care.alerts.latest: the newest value of each alert, by subject. */
#include "restore.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct restore *restore;
    struct arena *arena;
};

static int set_up(void **state) {
    struct fixture *fixture = calloc(1, sizeof *fixture);
    fixture->restore = restore_new();
    fixture->arena = arena_new();
    *state = fixture;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    (void) restore_free(fixture->restore);
    (void) arena_free(fixture->arena);
    free(fixture);
    return 0;
}

static bool take(struct fixture *fixture, const char *key, const char *value) {
    struct message message = {
        .key = key, .key_length = strlen(key), .value = value, .value_length = value == NULL ? 0 : strlen(value)};
    return restore_take(fixture->restore, &message) == 0;
}

static void say(struct fixture *fixture, const char *subject, const char *anchor, const char *alert_state) {
    const char *alert = arena_printf(fixture->arena, "%s|visit-first|%s", subject, anchor);
    const char *value =
        arena_printf(fixture->arena,
                     "{\"subject\":\"%s\",\"data\":{\"alert\":\"%s\",\"rule\":\"visit-first\",\"state\":\"%s\","
                     "\"owner\":\"social-worker\",\"due_at\":null,\"said\":{\"rule\":\"visit-first\",\"anchor\":\"%s\","
                     "\"state\":\"%s\",\"due_at\":null,\"raised_at\":null,\"count\":0,\"times\":{\"%s\":1}}}}",
                     subject, alert, alert_state, anchor, alert_state, alert_state);
    assert_true(take(fixture, alert, value));
}

static void test_newest_value_counts(void **state) {
    struct fixture *fixture = *state;
    say(fixture, "child/A", "placement:P1", "due_soon");
    say(fixture, "child/A", "placement:P1", "overdue");
    say(fixture, "child/A", "placement:P2", "met");
    restore_complete(fixture->restore);
    assert_int_equal(restore_count(fixture->restore), 2);
    struct restore_group group = restore_find(fixture->restore, "child/A", fixture->arena);
    assert_int_equal(group.n_said, 2);
    assert_string_equal(group.said[0].anchor, "placement:P1");
    assert_non_null(strstr(group.said[0].value.data, "\"state\":\"overdue\""));
    assert_int_equal(group.n_open, 1); /* one is met */
    assert_string_equal(group.open[0].role, "social-worker");
    assert_string_equal(group.open[0].alert_id, "child/A|visit-first|placement:P1");
}

static void test_tombstone_erases(void **state) {
    struct fixture *fixture = *state;
    say(fixture, "child/A", "placement:P1", "due_soon");
    assert_true(take(fixture, "child/A|visit-first|placement:P1", NULL));
    restore_complete(fixture->restore);
    assert_int_equal(restore_count(fixture->restore), 0);
    assert_int_equal(restore_find(fixture->restore, "child/A", fixture->arena).n_said, 0);
}

static void test_said_again_after_a_tombstone(void **state) {
    struct fixture *fixture = *state;
    say(fixture, "child/A", "placement:P1", "due_soon");
    assert_true(take(fixture, "child/A|visit-first|placement:P1", NULL));
    say(fixture, "child/A", "placement:P1", "overdue");
    restore_complete(fixture->restore);
    assert_int_equal(restore_find(fixture->restore, "child/A", fixture->arena).n_said, 1);
}

static void test_unreadable_is_left_out(void **state) {
    struct fixture *fixture = *state;
    assert_false(take(fixture, "x", "{}"));
    assert_false(take(fixture, "x", "not json"));
    struct message no_key = {.value = "{}", .value_length = 2};
    assert_int_equal(restore_take(fixture->restore, &no_key), RESTORE_NOT_OURS);
    restore_complete(fixture->restore);
    assert_int_equal(restore_count(fixture->restore), 0);
}

/* Thousands of subjects: each is given exactly once, found before or not. */
static void test_every_subject_is_given_once(void **state) {
    enum { SUBJECTS = 3000 };
    struct fixture *fixture = *state;
    for (int i = 0; i < SUBJECTS; i++)
        say(fixture, arena_printf(fixture->arena, "child/%d", i), "placement:P", "overdue");
    restore_complete(fixture->restore);
    size_t given = 0;
    for (int i = 0; i < SUBJECTS; i += 3)
        given += restore_find(fixture->restore, arena_printf(fixture->arena, "child/%d", i), fixture->arena).n_said;
    struct restore_group group;
    while (restore_next(fixture->restore, fixture->arena, &group)) {
        assert_int_equal(group.n_said, 1);
        given++;
    }
    assert_int_equal(given, SUBJECTS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_newest_value_counts),          TEST(test_tombstone_erases),
        TEST(test_said_again_after_a_tombstone), TEST(test_unreadable_is_left_out),
        TEST(test_every_subject_is_given_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
