/* What an authority does not publish (R52): duties that only such events could meet are unknown there, nothing is said
 * of a single child, and the engine says which they are. */
#include "engine.h"

#include "explain.h"
#include "rules_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OURS "E06000052" /* of the fixture's facts */

static int load(struct rules_fixture *f, const char *authority, const char *const *types, struct engine **ret_engine) {
    const struct not_fed lists[] = {{"E09999999", (const char *const[]){NULL}}, {authority, types}};
    const struct engine_paths paths = {.folder = RULES_FOLDER, .n_not_fed = 2, .not_fed = lists};
    f->problems.count = 0;
    f->problems.arena = f->arena;
    return engine_load(&paths, &f->problems, ret_engine);
}

/* The fixture with that engine, until the next test loads another. */
static struct rules_fixture *begin(void **state, const char *authority, const char *const *types) {
    struct rules_fixture *f = rules_begin(state);
    (void) engine_free(f->engine);
    assert_int_equal(load(f, authority, types, &f->engine), 0);
    return f;
}

static const char *const visits[] = {"visit.made", NULL};
static const char *const both_health[] = {"health_assessment.completed", "health_assessment.refused", NULL};
static const char *const one_health[] = {"health_assessment.completed", NULL};

static void enter_care(struct rules_fixture *f) {
    RULES_TELL(f, "c care.started 2024-01-02 legal_status=C2 arrangement=full",
               "p placement.started 2024-01-02 placement=P1 placement_type=U1");
}

static void test_unknown_and_nothing_said(void **state) {
    struct rules_fixture *f = begin(state, OURS, visits);
    enter_care(f);
    assert_string_equal(rules_duties(f, "2024-01-20T00:00:00Z", "visit-first"), "placement:P1 unknown -\n");
    assert_null(strstr(rules_say(f, "2024-01-20T00:00:00Z", BECAUSE_CLOCK), "visit-first"));
    assert_non_null(strstr(rules_say(f, "2024-02-20T00:00:00Z", BECAUSE_CLOCK), "review-first"));
    assert_null(strstr(rules_say(f, "2025-02-20T00:00:00Z", BECAUSE_CLOCK), "visit-first"));
}

static void test_other_authorities_are_watched(void **state) {
    struct rules_fixture *f = begin(state, "E06000001", visits);
    enter_care(f);
    assert_string_equal(rules_duties(f, "2024-01-20T00:00:00Z", "visit-first"),
                        "placement:P1 overdue 2024-01-10T00:00:00Z\n");
}

/* As long as one type that meets it is published the duty is watched. */
static void test_all_that_could_meet_it(void **state) {
    struct rules_fixture *f = begin(state, OURS, one_health);
    enter_care(f);
    assert_non_null(strstr(rules_duties(f, "2024-03-20T00:00:00Z", "iha"), "overdue"));
    f = begin(state, OURS, both_health);
    enter_care(f);
    assert_string_equal(rules_duties(f, "2024-03-20T00:00:00Z", "iha"), "care:2024-01-02 unknown -\n");
}

/* What came all the same is not denied; and a duty that has ended has ended. */
static void test_closed_ones_stay_closed(void **state) {
    struct rules_fixture *f = begin(state, OURS, visits);
    enter_care(f);
    RULES_TELL(f, "v visit.made 2024-01-05 kind=statutory seen=true", "e care.ended 2024-01-30");
    assert_non_null(strstr(rules_duties(f, "2024-03-20T00:00:00Z", "visit-first"), "placement:P1 met "));
    assert_non_null(strstr(rules_duties(f, "2024-03-20T00:00:00Z", "visit-first-year"), "cancelled"));
    assert_string_equal(rules_duties(f, "2024-01-20T00:00:00Z", "visit-first-year"), "visit:2024-01-05 unknown -\n");
}

/* An alert that was open when the authority stopped publishing is taken back. */
static void test_what_was_said_is_withdrawn(void **state) {
    struct rules_fixture *f = begin(state, "E06000001", visits);
    enter_care(f);
    assert_non_null(strstr(rules_say(f, "2024-01-20T00:00:00Z", BECAUSE_CLOCK), "visit-first|placement:P1#overdue"));
    CLEANUP(record_freep) struct record *before = f->record;
    struct engine *engine_before = f->engine;
    assert_int_equal(load(f, OURS, visits, &f->engine), 0);
    f->record = record_new(RULES_SUBJECT);
    enter_care(f); /* facts belong to the catalogue of their engine */
    for (size_t i = 0; i < record_n_said(before); i++)
        record_restore_said(f->record, record_said(before, i));
    const char *said = rules_say(f, "2024-01-21T00:00:00Z", BECAUSE_RULE_CHANGE);
    assert_non_null(strstr(said, "visit-first|placement:P1#withdrawn"));
    assert_non_null(strstr(said, "visit-first|placement:P1#rung-1-ended"));
    (void) engine_free(engine_before);
}

/* A risk that is raised by silence is not known where silence says nothing. */
static void test_a_risk(void **state) {
    static const char *const allocations[] = {"worker.allocated", NULL};
    struct rules_fixture *f = begin(state, OURS, allocations);
    enter_care(f);
    assert_string_equal(rules_duties(f, "2024-03-20T00:00:00Z", "no-social-worker"), "care:2024-01-02 unknown -\n");
    assert_null(strstr(rules_say(f, "2024-03-20T00:00:00Z", BECAUSE_CLOCK), "no-social-worker"));
    bool listed = false;
    for (size_t i = 0; i < engine_n_unwatched(f->engine); i++)
        listed |= strcmp(engine_unwatched(f->engine, i)->rule->id, "no-social-worker") == 0;
    assert_true(listed);
}

static size_t count_unwatched(const struct engine *engine, const char *rule) {
    size_t count = 0;
    for (size_t i = 0; i < engine_n_unwatched(engine); i++) {
        const struct engine_unwatched *unwatched = engine_unwatched(engine, i);
        if (unwatched->types == NULL)
            continue; /* for want of school terms */
        assert_string_equal(unwatched->authority, OURS);
        assert_string_equal(unwatched->types[0], "visit.made");
        count += strcmp(unwatched->rule->id, rule) == 0;
    }
    return count;
}

static void test_which_and_why(void **state) {
    struct rules_fixture *f = begin(state, OURS, visits);
    assert_int_equal(count_unwatched(f->engine, "visit-first"), 1);
    assert_int_equal(count_unwatched(f->engine, "visit-permanent"), 1);
    assert_int_equal(count_unwatched(f->engine, "review-first"), 0);
    enter_care(f);
    struct explanation *list;
    size_t count;
    struct view view = {rules_instant("2024-01-20T00:00:00Z"), INSTANT_NEVER};
    engine_explain(f->engine, f->record, view, "visit-first", f->arena, &list, &count);
    assert_int_equal(count, 1);
    assert_string_equal(list[0].not_fed->authority, OURS);
}

/* A daemon that starts with other lists derives every subject anew: the hash tells it to. */
static void test_the_hash_tells_a_change(void **state) {
    struct rules_fixture *f = begin(state, OURS, both_health);
    static const char *const turned[] = {"health_assessment.refused", "health_assessment.completed", NULL};
    static const char *const none[] = {NULL};
    const char *before = arena_strdup(f->arena, engine_packs_hash(f->engine));
    const struct {
        const char *authority;
        const char *const *types;
        bool same;
    } rows[] = {
        {OURS, turned, true}, {OURS, one_health, false}, {"E06000001", both_health, false}, {OURS, none, false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct engine *other;
        assert_int_equal(load(f, rows[i].authority, rows[i].types, &other), 0);
        assert_int_equal(strcmp(before, engine_packs_hash(other)) == 0, rows[i].same);
        (void) engine_free(other);
    }
}

static void test_a_type_that_is_none(void **state) {
    struct rules_fixture *f = rules_begin(state);
    static const char *const wrong[] = {"visit.mode", NULL};
    struct engine *engine;
    assert_int_equal(load(f, OURS, wrong, &engine), YAML_WRONG);
    assert_non_null(strstr(rules_problems(f), "not_fed." OURS ": `visit.mode` is no event type of the catalogue"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unknown_and_nothing_said),
        cmocka_unit_test(test_other_authorities_are_watched),
        cmocka_unit_test(test_all_that_could_meet_it),
        cmocka_unit_test(test_closed_ones_stay_closed),
        cmocka_unit_test(test_what_was_said_is_withdrawn),
        cmocka_unit_test(test_a_risk),
        cmocka_unit_test(test_which_and_why),
        cmocka_unit_test(test_the_hash_tells_a_change),
        cmocka_unit_test(test_a_type_that_is_none),
    };
    return cmocka_run_group_tests(tests, rules_set_up, rules_tear_down);
}
