/* Risks: counts in a window (R28, R32, R48), states held (R31, R33), and states of packs of one's own. */
#include "rules_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define REPEAT "missing-repeat"
#define CARE "c care.started 2024-01-01T10:00:00Z legal_status=C2 arrangement=full"

/* R28: from its instant until 00:00 local of its date plus the window. */
static void test_two_in_28_days(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "a missing.started 2024-05-01T20:00:00Z episode=M1 kind=M",
               "b missing.started 2024-05-28T22:59:59Z episode=M2 kind=A"); /* R48: both kinds; 28 May in London */
    assert_string_equal(rules_duties(f, "2024-05-28T22:59:58Z", REPEAT), "");
    assert_string_equal(rules_duties(f, "2024-05-28T22:59:59Z", REPEAT), "child raised -\n");
    assert_string_equal(rules_duties(f, "2024-05-28T23:00:00Z", REPEAT), "child cleared -\n");
    f = rules_begin(state);
    RULES_TELL(f, "a missing.started 2024-05-01T20:00:00Z episode=M1 kind=M",
               "b missing.started 2024-05-28T23:00:00Z episode=M2 kind=M");
    assert_string_equal(rules_duties(f, "2024-05-28T23:00:00Z", REPEAT), "");
}

static void test_three_in_90_days(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "a missing.started 2024-01-01 episode=M1 kind=M", "b missing.started 2024-02-15 episode=M2 kind=M",
               "d missing.started 2024-03-30 episode=M3 kind=M"); /* 1 January + 90 days: 31 March */
    assert_string_equal(rules_duties(f, "2024-03-30T11:59:59Z", REPEAT), "");
    assert_string_equal(rules_duties(f, "2024-03-30T12:00:00Z", REPEAT), "child raised -\n");
    assert_string_equal(rules_duties(f, "2024-03-30T23:59:59Z", REPEAT), "child raised -\n");
    assert_string_equal(rules_duties(f, "2024-03-31T00:00:00Z", REPEAT), "child cleared -\n");
}

/* R31: at start + 24 h, unless the return is at or before that instant. */
static void test_missing_for_24_hours(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "a missing.started 2024-03-30T20:00:00Z episode=M1 kind=M");
    assert_string_equal(rules_duties(f, "2024-03-31T19:59:59.999Z", "missing-long"), "");
    assert_string_equal(rules_duties(f, "2024-03-31T20:00:00Z", "missing-long"), "missing:M1 raised -\n");
    rules_tell(f, "b missing.ended 2024-03-31T20:00:00.001Z @2024-04-01T00:00:00Z episode=M1 outcome=turned_18");
    assert_string_equal(rules_duties(f, "2024-04-01T00:00:00Z", "missing-long"), "missing:M1 cleared -\n");
    rules_tell(f, "d missing.ended 2024-03-31T20:00:00Z @2024-04-01T01:00:00Z episode=M1 replaces=b");
    assert_string_equal(rules_duties(f, "2024-04-01T01:00:00Z", "missing-long"), "");
}

/* R31: each episode for itself, also when the next began without a return; R10: death ends it. */
static void test_episodes_for_themselves(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "a missing.started 2024-01-01T20:00:00Z episode=M1 kind=M",
               "b missing.started 2024-01-02T10:00:00Z episode=M2 kind=M");
    assert_string_equal(rules_duties(f, "2024-01-03T10:00:00Z", "missing-long"),
                        "missing:M1 raised -\nmissing:M2 raised -\n");
    rules_tell(f, "d child.died 2024-01-03T00:00:00Z");
    assert_string_equal(rules_duties(f, "2024-01-03T10:00:00Z", "missing-long"), "missing:M1 cleared -\n");
}

/* R32: three within twelve months, to the corresponding date. */
static void test_three_placements(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, CARE, "p1 placement.started 2024-01-01T10:00:00Z placement=P1 placement_type=U1",
               "p2 placement.started 2024-06-01T10:00:00Z placement=P2 placement_type=U1",
               "p3 placement.started 2024-12-31T10:00:00Z placement=P3 placement_type=U1");
    assert_string_equal(rules_duties(f, "2024-12-31T09:59:59Z", "three-moves"), "");
    assert_string_equal(rules_duties(f, "2024-12-31T10:00:00Z", "three-moves"), "care:2024-01-01 raised -\n");
    assert_string_equal(rules_duties(f, "2024-12-31T23:59:59Z", "three-moves"), "care:2024-01-01 raised -\n");
    assert_string_equal(rules_duties(f, "2025-01-01T00:00:00Z", "three-moves"), "care:2024-01-01 cleared -\n");
}

/* R32: not those that are temporary, with the same carer, or short breaks. */
static void test_placements_that_do_not_count(void **state) {
    static const char *const third[] = {"placement_type=T3", "placement_type=U1 temporary=true",
                                        "placement_type=U1 same_carer=true",
                                        "placement_type=U1 arrangement=short_break"};
    for (size_t i = 0; i < 4; i++) {
        struct rules_fixture *f = rules_begin(state);
        RULES_TELL(f, CARE, "p1 placement.started 2024-01-01T10:00:00Z placement=P1 placement_type=U1",
                   "p2 placement.started 2024-02-01T10:00:00Z placement=P2 placement_type=U1",
                   arena_printf(f->arena, "p3 placement.started 2024-03-01T10:00:00Z placement=P3 %s", third[i]));
        assert_string_equal(rules_duties(f, "2024-04-01T00:00:00Z", "three-moves"), "");
    }
}

/* R32, R53: one that began before the period, and belongs to it, counts; one of another period does not. */
static void test_placements_of_other_periods(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "p1 placement.started 2023-12-20T10:00:00Z placement=P1 placement_type=U1", CARE,
               "p2 placement.started 2024-02-01T10:00:00Z placement=P2 placement_type=U1",
               "p3 placement.started 2024-03-01T10:00:00Z placement=P3 placement_type=U1");
    assert_string_equal(rules_duties(f, "2024-04-01T00:00:00Z", "three-moves"), "care:2024-01-01 raised -\n");
    RULES_TELL(f, "x care.ended 2024-02-10T10:00:00Z", "y care.started 2024-02-20T10:00:00Z");
    assert_string_equal(rules_duties(f, "2024-04-01T00:00:00Z", "three-moves"), "");
}

#define BORN_2008 "b child.registered 2021-01-01 date_of_birth=2008-07-01"
#define UNREGULATED "under-16-unregulated"

/* R33: from the event that set the type, to a permitted type or the 16th birthday; care need not be known. */
static void test_under_16_unregulated(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, BORN_2008, "p placement.started 2024-01-10T10:00:00Z placement=P1 placement_type=U1",
               "q placement.changed 2024-02-01T10:00:00Z placement=P1 placement_type=H5");
    assert_string_equal(rules_duties(f, "2024-02-01T09:59:59Z", UNREGULATED), "");
    assert_string_equal(rules_duties(f, "2024-02-01T10:00:00Z", UNREGULATED), "placement:P1 raised -\n");
    assert_string_equal(rules_duties(f, "2024-06-30T22:59:59Z", UNREGULATED), "placement:P1 raised -\n");
    assert_string_equal(rules_duties(f, "2024-06-30T23:00:00Z", UNREGULATED), "placement:P1 cleared -\n");
    rules_tell(f, "r placement.changed 2024-03-01T10:00:00Z placement=P1 placement_type=U1");
    assert_string_equal(rules_duties(f, "2024-03-01T10:00:00Z", UNREGULATED), "placement:P1 cleared -\n");
}

/* R33: the law is in force by the date of the event that set the type: from 9 September 2021. */
static void test_before_the_law(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, BORN_2008, "p placement.started 2021-09-08T10:00:00Z placement=P1 placement_type=H5");
    assert_string_equal(rules_duties(f, "2021-10-01T00:00:00Z", UNREGULATED), "");
    rules_tell(f, "q placement.changed 2021-09-09T10:00:00Z placement=P1 placement_type=P2");
    assert_string_equal(rules_duties(f, "2021-10-01T00:00:00Z", UNREGULATED), "placement:P1 raised -\n");
}

/* R33: without a date of birth it is unknown. R19: with the same carer the first of those without a break. */
static void test_unknown_age_and_the_same_carer(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "p placement.started 2024-01-10T10:00:00Z placement=P1 placement_type=H5");
    assert_string_equal(rules_duties(f, "2024-02-01T00:00:00Z", UNREGULATED), "placement:P1 unknown -\n");
    rules_tell(f, BORN_2008);
    RULES_TELL(f, CARE, "q placement.started 2024-02-01T10:00:00Z placement=P2 placement_type=P2 same_carer=true");
    assert_string_equal(rules_duties(f, "2024-02-02T00:00:00Z", UNREGULATED), "placement:P1 raised -\n");
    rules_tell(f, "r placement.changed 2024-01-20T10:00:00Z placement=P1 placement_type=U1");
    assert_string_equal(rules_duties(f, "2024-02-02T00:00:00Z", UNREGULATED),
                        "placement:P1 cleared -\nplacement:P2 raised -\n");
}

/* Packs of one's own. */

#define PACK(rules) "pack: own\nversion: '1'\nrisks:\n" rules
#define RISK(id) "  - {id: " id ", title: T, law: {ref: R, confidence: E}, "

static struct rules_fixture *with_pack(void **state, const char *text) {
    struct rules_fixture *f = rules_begin(state);
    if (rules_load(f, false, (const char *const[]){text, NULL}) != 0)
        fail_msg("%s", rules_problems(f));
    return f;
}

/* R1: with `for` it holds from the first instant after the limit, whatever its unit. */
static void test_units_of_for(void **state) {
    static const struct {
        const char *limit, *holds_from;
    } cases[] = {{"36 hours", "2024-03-30T22:00:00Z"},
                 {"2 days", "2024-03-31T23:00:00Z"},
                 {"1 weeks", "2024-04-05T23:00:00Z"},
                 {"1 months", "2024-04-29T23:00:00Z"},
                 {"1 working_days", "2024-04-02T23:00:00Z"}}; /* over Easter */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rules_fixture *f = rules_begin(state);
        const char *text = arena_printf(
            f->arena, PACK(RISK("r") "scope: placement, while: placement.placement_type is H5, for: %s}\n"),
            cases[i].limit);
        f = with_pack(state, arena_strdup(f->kept, text));
        RULES_TELL(f, "p placement.started 2024-03-29T10:00:00Z placement=P1 placement_type=H5");
        struct instant before = {rules_instant(cases[i].holds_from).ms - 1};
        assert_string_equal(rules_duties(f, rules_instant_text(f, before), "r"), "");
        assert_string_equal(rules_duties(f, cases[i].holds_from, "r"), "placement:P1 raised -\n");
    }
}

/* An edge within the stretch does not start the clock anew; a break does. */
static void test_for_runs_over_edges(void **state) {
    struct rules_fixture *f = with_pack(
        state, PACK(RISK("r") "scope: placement, while: 'placement.placement_type in [H5, P2]', for: 10 days}\n"));
    RULES_TELL(f, "p placement.started 2024-01-01 placement=P1 placement_type=H5",
               "q placement.changed 2024-01-05 placement=P1 placement_type=P2",
               "r placement.changed 2024-01-08 placement=P1 long_term=true");
    assert_string_equal(rules_duties(f, "2024-01-11T23:59:59Z", "r"), "");
    assert_string_equal(rules_duties(f, "2024-01-12T00:00:00Z", "r"), "placement:P1 raised -\n");
    rules_tell(f, "s placement.changed 2024-01-06 placement=P1 placement_type=U1");
    rules_tell(f, "t placement.changed 2024-01-07 placement=P1 placement_type=H5");
    assert_string_equal(rules_duties(f, "2024-01-17T23:59:59Z", "r"), "");
    assert_string_equal(rules_duties(f, "2024-01-18T00:00:00Z", "r"), "placement:P1 raised -\n");
}

/* Whatever a condition mentions is an edge: what was had, how long ago the start was, an age so long after. */
static void test_edges_of_conditions(void **state) {
    struct rules_fixture *f = with_pack(
        state,
        PACK(RISK("had") "scope: care, while: 'not had review.held{kind=care}'}\n" RISK(
            "soon") "scope: care, while: 'within 2 months of start'}\n" RISK("status") "scope: care, while: "
                                                                                       "'legal_status is "
                                                                                       "C2'}\n" RISK(
                                                                                           "profile") "sc"
                                                                                                      "op"
                                                                                                      "e:"
                                                                                                      " c"
                                                                                                      "ar"
                                                                                                      "e,"
                                                                                                      " w"
                                                                                                      "hi"
                                                                                                      "le"
                                                                                                      ": "
                                                                                                      "'p"
                                                                                                      "ro"
                                                                                                      "fi"
                                                                                                      "le"
                                                                                                      " i"
                                                                                                      "s "
                                                                                                      "ad"
                                                                                                      "op"
                                                                                                      "ti"
                                                                                                      "on"
                                                                                                      "'}"
                                                                                                      "\n" RISK(
                                                                                                          "life") "whil"
                                                                                                                  "e: "
                                                                                                                  "'age"
                                                                                                                  " >= "
                                                                                                                  "10'}"
                                                                                                                  "\n"));
    RULES_TELL(f, "b child.registered 2024-01-02 date_of_birth=2014-05-31", CARE,
               "r review.held 2024-01-20 @2024-01-10T12:00:00Z review=R1 kind=care",
               "l legal_status.changed 2024-01-25T10:00:00Z legal_status=V2 action=made",
               "p placement.started 2024-01-30T10:00:00Z placement=P1 placement_type=A3");
    assert_string_equal(rules_duties(f, "2024-01-19T23:59:59Z", "had"), "care:2024-01-01 raised -\n");
    assert_string_equal(rules_duties(f, "2024-01-20T00:00:00Z", "had"), "care:2024-01-01 cleared -\n");
    assert_string_equal(rules_duties(f, "2024-02-29T23:59:59Z", "soon"), "care:2024-01-01 raised -\n");
    assert_string_equal(rules_duties(f, "2024-03-01T00:00:00Z", "soon"), "care:2024-01-01 cleared -\n");
    assert_string_equal(rules_duties(f, "2024-01-25T09:59:59Z", "status"), "care:2024-01-01 raised -\n");
    assert_string_equal(rules_duties(f, "2024-01-25T10:00:00Z", "status"), "care:2024-01-01 cleared -\n");
    assert_string_equal(rules_duties(f, "2024-01-30T09:59:59Z", "profile"), "");
    assert_string_equal(rules_duties(f, "2024-01-30T10:00:00Z", "profile"), "care:2024-01-01 raised -\n");
    assert_string_equal(rules_duties(f, "2024-05-30T22:59:59Z", "life"), "");
    assert_string_equal(rules_duties(f, "2024-05-30T23:00:00Z", "life"), "child raised -\n");
}

/* The first day from which it is 31 May three months later: not 29 February (29 May), but 1 March (1 June). Counted
 * back from 31 May it would be 29 February. */
static void test_an_age_so_long_after(void **state) {
    struct rules_fixture *f = with_pack(state, PACK(RISK("age") "scope: care, while: 'age(3 months) >= 10'}\n"));
    RULES_TELL(f, "b child.registered 2024-01-02 date_of_birth=2014-05-31", CARE);
    assert_string_equal(rules_duties(f, "2024-02-29T23:59:59Z", "age"), "");
    assert_string_equal(rules_duties(f, "2024-03-01T00:00:00Z", "age"), "care:2024-01-01 raised -\n");
}

/* A fact is counted once, though two of the filters match it. */
static void test_a_fact_counts_once(void **state) {
    struct rules_fixture *f = with_pack(
        state,
        PACK(
            RISK("r") "counts: [missing.started, 'missing.started{kind=M}'], raise: {at_least: 2, within: 9 days}}\n"));
    rules_tell(f, "a missing.started 2024-01-01T20:00:00Z episode=M1 kind=M");
    assert_string_equal(rules_duties(f, "2024-01-02T00:00:00Z", "r"), "");
    rules_tell(f, "b missing.started 2024-01-02T20:00:00Z episode=M2 kind=M");
    assert_string_equal(rules_duties(f, "2024-01-03T00:00:00Z", "r"), "child raised -\n");
}

static int with_statutory_again(void **state) {
    return rules_load(*state, true, (const char *const[]){NULL});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_in_28_days),
        cmocka_unit_test(test_three_in_90_days),
        cmocka_unit_test(test_missing_for_24_hours),
        cmocka_unit_test(test_episodes_for_themselves),
        cmocka_unit_test(test_three_placements),
        cmocka_unit_test(test_placements_that_do_not_count),
        cmocka_unit_test(test_placements_of_other_periods),
        cmocka_unit_test(test_under_16_unregulated),
        cmocka_unit_test(test_before_the_law),
        cmocka_unit_test(test_unknown_age_and_the_same_carer),
        cmocka_unit_test_teardown(test_units_of_for, with_statutory_again),
        cmocka_unit_test_teardown(test_for_runs_over_edges, with_statutory_again),
        cmocka_unit_test_teardown(test_edges_of_conditions, with_statutory_again),
        cmocka_unit_test_teardown(test_an_age_so_long_after, with_statutory_again),
        cmocka_unit_test_teardown(test_a_fact_counts_once, with_statutory_again),
    };
    return cmocka_run_group_tests(tests, rules_set_up, rules_tear_down);
}
