/* The risks of england-statutory beside the core rules: of each what raises it and from when, and what then clears it.
 * The days are counted by hand. Those that are off are switched on by a pack. */
#include "rules_fixture.h"

#include "pack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { FACTS_MAX = 6 };

/* Born on 2008-06-15, in care from Monday 2024-01-08 at 10:00, and placed. */
static const char *const in_care[] = {
    "b child.registered 2020-01-01 date_of_birth=2008-06-15",
    "c care.started 2024-01-08T10:00:00Z legal_status=C2 arrangement=full",
    "p placement.started 2024-01-08T10:00:00Z placement=P1 placement_type=U1 location=own_area",
};

struct risk_case {
    const char *rule;
    const char *raising[FACTS_MAX];
    const char *before; /* the last instant at which there is nothing; NULL: always */
    const char *from;   /* the first at which it is raised */
    const char *raised; /* anchor and state then */
    const char *clearing[FACTS_MAX];
    const char *at, *cleared; /* the same, with what clears it known too */
};

static const struct risk_case cases[] = {
    {"three-placements-2-years",
     {"q placement.started 2024-06-01T10:00:00Z placement=P2 placement_type=U1",
      "r placement.started 2026-01-07T10:00:00Z placement=P3 placement_type=U1"},
     "2026-01-07T09:59:59Z",
     "2026-01-07T10:00:00Z",
     "care:2024-01-08 raised -\n",
     {NULL},
     "2026-01-08T00:00:00Z",
     "care:2024-01-08 cleared -\n"},
    {"placement-ended-unplanned",
     {"q placement.ended 2024-03-01T10:00:00Z placement=P1 reason=CREQB"},
     "2024-03-01T09:59:59Z",
     "2024-03-01T10:00:00Z",
     "placement:P1 raised -\n",
     {"m meeting.held 2024-03-05T10:00:00Z kind=placement_breakdown",
      "n follow_up.recorded 2024-03-06T10:00:00Z kind=disruption_lessons"},
     "2024-03-06T10:00:00Z",
     "placement:P1 cleared -\n"},
    {"long-term-stability-broken",
     {"c0 care.started 2021-01-08T10:00:00Z @2024-01-09T00:00:00Z replaces=c",
      "p0 placement.started 2021-02-01T10:00:00Z @2024-01-09T00:00:00Z placement=P1 placement_type=U1 replaces=p",
      "q placement.started 2024-02-01T10:00:00Z placement=P2 placement_type=U1"},
     "2024-02-01T09:59:59Z",
     "2024-02-01T10:00:00Z",
     "placement:P1 raised -\n",
     {"x alert.closed 2024-02-10T10:00:00Z alert=child/T-1|long-term-stability-broken|placement:P1"},
     "2024-02-10T10:00:00Z",
     "placement:P1 cleared -\n"},
    {"over-20-miles",
     {"q placement.started 2024-03-01T10:00:00Z placement=P2 placement_type=U1 location=adjoining distance_miles=20"},
     "2024-03-01T09:59:59Z",
     "2024-03-01T10:00:00Z",
     "placement:P2 raised -\n",
     {"r placement.started 2024-04-01T10:00:00Z placement=P3 placement_type=U1 location=adjoining "
      "distance_miles=999.9"},
     "2024-04-01T10:00:00Z",
     "placement:P2 cleared -\n"},
    {"at-distance-unapproved",
     {"q placement.started 2024-03-01T10:00:00Z placement=P2 placement_type=U1 location=distant",
      "d decision.made 2023-11-30T10:00:00Z kind=at_distance outcome=agreed"},
     "2024-03-01T09:59:59Z",
     "2024-03-01T10:00:00Z",
     "placement:P2 raised -\n",
     {"e decision.made 2024-03-02T10:00:00Z kind=at_distance outcome=agreed"},
     "2024-03-02T10:00:00Z",
     "placement:P2 cleared -\n"},
    {"unregistered-16-17",
     {"q placement.started 2024-03-01T10:00:00Z placement=P2 placement_type=K3 registration=unknown"},
     "2024-06-14T22:59:59Z",
     "2024-06-14T23:00:00Z",
     "placement:P2 raised -\n",
     {"r placement.changed 2024-07-01T10:00:00Z placement=P2 registration=registered"},
     "2024-07-01T10:00:00Z",
     "placement:P2 cleared -\n"},
    {"unregistered-home",
     {"q placement.started 2024-03-01T10:00:00Z placement=P2 placement_type=K2 registration=not_registered"},
     "2024-03-01T09:59:59Z",
     "2024-03-01T10:00:00Z",
     "placement:P2 raised -\n",
     {"r placement.changed 2024-07-01T10:00:00Z placement=P2 registration=registered"},
     "2024-07-01T10:00:00Z",
     "placement:P2 cleared -\n"},
    {"short-breaks-outgrown",
     {"q placement.started 2024-03-01T10:00:00Z placement=P2 placement_type=U1 arrangement=short_break"},
     "2024-03-18T23:59:59Z",
     "2024-03-19T00:00:00Z", /* 17 days, the first not counted: to 18 March */
     "care:2024-01-08 raised -\n",
     {"r placement.ended 2024-03-20T10:00:00Z placement=P2"},
     "2024-03-20T10:00:00Z",
     "care:2024-01-08 cleared -\n"},
    {"re-entry",
     {"e care.ended 2024-02-01T10:00:00Z reason=E4A", "d care.started 2025-01-31T10:00:00Z legal_status=C2"},
     "2025-01-31T09:59:59Z",
     "2025-01-31T10:00:00Z",
     "care:2025-01-31 raised -\n",
     {"x alert.closed 2025-02-10T10:00:00Z alert=child/T-1|re-entry|care:2025-01-31"},
     "2025-02-10T10:00:00Z",
     "care:2025-01-31 cleared -\n"},
    {"deprivation-of-liberty",
     {"l legal_status.changed 2024-03-01T10:00:00Z legal_status=DOL action=made"},
     "2024-03-01T09:59:59Z",
     "2024-03-01T10:00:00Z",
     "care:2024-01-08 raised -\n",
     {"m legal_status.changed 2024-04-01T10:00:00Z legal_status=DOL action=ended"},
     "2024-04-01T10:00:00Z",
     "care:2024-01-08 cleared -\n"},
    {"no-social-worker",
     {NULL},
     "2024-01-09T23:59:59Z",
     "2024-01-10T00:00:00Z",
     "care:2024-01-08 raised -\n",
     {"w worker.allocated 2024-01-11T09:00:00Z role=social-worker worker=W1"},
     "2024-01-11T09:00:00Z",
     "care:2024-01-08 cleared -\n"},
    {"no-iro",
     {NULL},
     "2024-01-15T23:59:59Z",
     "2024-01-16T00:00:00Z",
     "care:2024-01-08 raised -\n",
     {"w worker.allocated 2024-01-17T09:00:00Z role=iro worker=W1"},
     "2024-01-17T09:00:00Z",
     "care:2024-01-08 cleared -\n"},
    {"worker-changes",
     {"w worker.allocated 2024-01-09T09:00:00Z role=social-worker worker=W1",
      "x worker.allocated 2024-02-01T09:00:00Z role=social-worker worker=W2",
      "y worker.allocated 2024-03-01T09:00:00Z role=social-worker worker=W3"},
     "2024-03-01T08:59:59Z",
     "2024-03-01T09:00:00Z",
     "care:2024-01-08 raised -\n",
     {NULL},
     "2025-02-01T00:00:00Z",
     "care:2024-01-08 cleared -\n"},
    {"care-plan-missing",
     {"k care_plan.agreed 2024-01-10T09:00:00Z version=1 complete=false"},
     "2024-01-22T23:59:59Z", /* ten working days from Monday the 8th: Monday the 22nd */
     "2024-01-23T00:00:00Z",
     "care:2024-01-08 raised -\n",
     {"l care_plan.agreed 2024-01-24T09:00:00Z version=2 complete=true"},
     "2024-01-24T09:00:00Z",
     "care:2024-01-08 cleared -\n"},
    {"review-trigger",
     {"m missing.started 2024-02-01 episode=M1 kind=M", "n missing.started 2024-02-10 episode=M2 kind=M",
      "o missing.started 2024-03-01T10:00:00Z episode=M3 kind=M"},
     "2024-03-01T09:59:59Z",
     "2024-03-01T10:00:00Z",
     "missing:M3 raised -\n",
     {"r review.held 2024-03-05T10:00:00Z review=R1 kind=care"},
     "2024-03-05T10:00:00Z",
     "missing:M3 cleared -\n"},
    {"obligations-stacked",
     {NULL}, /* the first overdue: worker, plan, ... whatever the duties are, there are two by the end of the month */
     NULL,
     "2024-02-20T00:00:00Z",
     "child raised -\n",
     {"e care.ended 2024-01-09T09:00:00Z @2024-02-21T00:00:00Z reason=E4A"},
     "2024-02-21T00:00:00Z",
     NULL},
    {"iha-not-by-doctor",
     {"h health_assessment.completed 2024-02-01T10:00:00Z kind=initial assessor=nurse"},
     "2024-02-01T09:59:59Z",
     "2024-02-01T10:00:00Z",
     "health_assessment:2024-02-01 raised -\n",
     {"i health_assessment.completed 2024-02-01T10:00:00Z @2024-02-02T00:00:00Z kind=initial replaces=h"},
     "2024-02-02T00:00:00Z",
     ""},
    {"sdq-high",
     {"s sdq.completed 2024-02-01T10:00:00Z score=17"},
     "2024-02-01T09:59:59Z",
     "2024-02-01T10:00:00Z",
     "care:2024-01-08 raised -\n",
     {"t sdq.completed 2024-03-01T10:00:00Z score=16"},
     "2024-03-01T10:00:00Z",
     "care:2024-01-08 cleared -\n"},
    {"sdq-borderline",
     {"s sdq.completed 2024-02-01T10:00:00Z score=14"},
     "2024-02-01T09:59:59Z",
     "2024-02-01T10:00:00Z",
     "care:2024-01-08 raised -\n",
     {"t sdq.completed 2024-03-01T10:00:00Z score=17"},
     "2024-03-01T10:00:00Z",
     "care:2024-01-08 cleared -\n"},
    {"sdq-rise",
     {"s sdq.completed 2024-02-01T10:00:00Z score=4", "t sdq.completed 2024-03-01T10:00:00Z score=9"},
     "2024-03-01T09:59:59Z",
     "2024-03-01T10:00:00Z",
     "care:2024-01-08 raised -\n",
     {"u sdq.completed 2024-04-01T10:00:00Z score=9"},
     "2024-04-01T10:00:00Z",
     "care:2024-01-08 cleared -\n"},
    {"school-move-mid-year",
     {"s school.place_started 2024-02-01T10:00:00Z school=S1 setting=school mid_year=true"},
     "2024-02-01T09:59:59Z",
     "2024-02-01T10:00:00Z",
     "care:2024-01-08 raised -\n",
     {NULL},
     "2025-02-01T00:00:00Z",
     "care:2024-01-08 cleared -\n"},
    {"school-place-missing", /* by estimated terms */
     {NULL},
     "2024-01-15T23:59:59Z",
     "2024-01-16T00:00:00Z",
     "care:2024-01-08 raised -\n",
     {"s school.place_started 2024-02-01T10:00:00Z school=S1 setting=school"},
     "2024-02-01T10:00:00Z",
     "care:2024-01-08 cleared -\n"},
    {"missing-now",
     {"m missing.started 2024-02-01T10:00:00Z episode=M1 kind=M"},
     "2024-02-01T09:59:59Z",
     "2024-02-01T10:00:00Z",
     "missing:M1 raised -\n",
     {"n missing.ended 2024-02-02T10:00:00Z episode=M1"},
     "2024-02-02T10:00:00Z",
     "missing:M1 cleared -\n"},
    {"missing-young",
     {"b2 child.updated 2024-01-09 date_of_birth=2011-02-02",
      "m missing.started 2024-02-01T10:00:00Z episode=M1 kind=M"},
     "2024-02-01T09:59:59Z",
     "2024-02-01T10:00:00Z",
     "missing:M1 raised -\n",
     {NULL},
     "2024-02-02T00:00:00Z", /* the 13th birthday */
     "missing:M1 cleared -\n"},
    {"missing-uasc-soon",
     {"u child.updated 2024-01-09 uasc=true", "m missing.started 2024-01-11T09:59:59Z episode=M1 kind=M",
      "n missing.started 2024-01-11T10:00:00Z episode=M2 kind=M"},
     "2024-01-11T09:59:58Z",
     "2024-01-11T10:00:00Z",
     "missing:M1 raised -\n",
     {"r missing.ended 2024-01-12T10:00:00Z episode=M1"},
     "2024-01-12T10:00:00Z",
     "missing:M1 cleared -\n"},
    {"serious-incident",
     {"i incident.recorded 2024-02-01T10:00:00Z kind=accident serious=true",
      "j incident.recorded 2024-02-01T11:00:00Z kind=accident serious=false"},
     "2024-02-01T09:59:59Z",
     "2024-02-01T11:00:00Z",
     "incident:2024-02-01 raised -\n",
     {"x alert.closed 2024-02-10T10:00:00Z alert=child/T-1|serious-incident|incident:2024-02-01"},
     "2024-02-10T10:00:00Z",
     "incident:2024-02-01 cleared -\n"},
    {"recorded-late",
     {"v visit.made 2024-02-01 @2024-02-07T00:00:00Z kind=statutory seen=true"}, /* a Thursday */
     "2024-02-06T23:59:59Z",
     "2024-02-07T00:00:00Z",
     "child raised -\n",
     {"w record.voided 2024-02-08T00:00:00Z target=v"},
     "2024-02-08T00:00:00Z",
     ""},
    {"contradiction",
     {"q placement.started 2024-03-01T10:00:00Z placement=P2 placement_type=U1"},
     "2024-03-01T09:59:59Z",
     "2024-03-01T10:00:00Z",
     "placement:P2 raised -\n",
     {"r placement.ended 2024-03-01 @2024-03-02T00:00:00Z placement=P1"},
     "2024-03-02T00:00:00Z",
     ""},
    {"rule-unset",
     {"o concern.raised 2024-02-01T10:00:00Z kind=feels_unsafe"},
     "2024-02-01T09:59:59Z",
     "2024-02-01T10:00:00Z",
     "child raised -\n",
     {"r record.voided 2024-02-02T10:00:00Z target=o"},
     "2024-02-02T10:00:00Z",
     ""},
};
enum { N_CASES = sizeof cases / sizeof *cases };

/* All that is off by itself. */
static int set_up(void **state) {
    static const char on[] = "pack: own\nversion: '1'\nswitch_on: [placement-ended-unplanned, obligations-stacked, "
                             "sdq-rise, school-move-mid-year, missing-now, recorded-late, contradiction, rule-unset]\n";
    if (rules_set_up(state) != 0)
        return -1;
    return rules_load(*state, true, (const char *const[]){on, NULL});
}

static void tell(struct rules_fixture *f, const char *const lines[FACTS_MAX]) {
    for (size_t i = 0; i < FACTS_MAX && lines[i] != NULL; i++)
        rules_tell(f, lines[i]);
}

static void check_answer(const struct risk_case *it, const char *at, const char *expected, const char *actual) {
    if (expected != NULL && strcmp(expected, actual) != 0)
        fail_msg("%s at %s: expected `%s`, found `%s`", it->rule, at, expected, actual);
}

static void test_every_risk(void **state) {
    for (size_t i = 0; i < N_CASES; i++) {
        const struct risk_case *it = &cases[i];
        struct rules_fixture *f = rules_begin(state);
        for (size_t j = 0; j < sizeof in_care / sizeof *in_care; j++)
            rules_tell(f, in_care[j]);
        tell(f, it->raising);
        if (it->before != NULL)
            check_answer(it, it->before, "", rules_duties(f, it->before, it->rule));
        check_answer(it, it->from, it->raised, rules_duties(f, it->from, it->rule));
        tell(f, it->clearing);
        check_answer(it, it->at, it->cleared, rules_duties(f, it->at, it->rule));
    }
}

static bool is_core(const char *rule) {
    static const char *const core[] = {"missing-repeat", "missing-long", "three-moves", "under-16-unregulated"};
    for (size_t i = 0; i < sizeof core / sizeof *core; i++)
        if (strcmp(core[i], rule) == 0)
            return true;
    return false;
}

static bool is_tested(const char *rule) {
    for (size_t i = 0; i < N_CASES; i++)
        if (strcmp(cases[i].rule, rule) == 0)
            return true;
    return is_core(rule);
}

static void test_no_risk_is_forgotten(void **state) {
    struct rules_fixture *f = rules_begin(state);
    for (size_t i = 0; i < engine_n_rules(f->engine); i++) {
        const struct rule *rule = engine_rule(f->engine, i);
        if (rule->face.is_risk && !is_tested(rule->face.id))
            fail_msg("no test raises %s", rule->face.id);
        if (rule->face.is_risk && rule->off)
            fail_msg("%s is off", rule->face.id);
    }
}

/* Seventy-five nights of short breaks in twelve months, and none of them one stay of more than 17 days. */
static void test_short_breaks_add_up(void **state) {
    struct rules_fixture *f = rules_begin(state);
    rules_tell(f, "c care.started 2024-01-08T10:00:00Z legal_status=V3 arrangement=short_break");
    for (int i = 0; i < 8; i++) { /* ten nights each, from the 1st of February on the 1st of each month */
        rules_tell(f, arena_printf(f->arena,
                                   "p%d placement.started 2024-%02d-01 placement=P%d placement_type=U1 "
                                   "arrangement=short_break",
                                   i, i + 2, i));
        rules_tell(f, arena_printf(f->arena, "q%d placement.ended 2024-%02d-11 placement=P%d", i, i + 2, i));
    }
    const char *rule = "short-breaks-outgrown";
    assert_string_equal(rules_duties(f, "2024-09-06T22:59:59Z", rule), "");
    assert_string_equal(rules_duties(f, "2024-09-06T23:00:00Z", rule), "care:2024-01-08 raised -\n"); /* the 76th */
    assert_string_equal(rules_duties(f, "2025-02-04T23:59:59Z", rule), "care:2024-01-08 raised -\n");
    assert_string_equal(rules_duties(f, "2025-02-05T00:00:00Z", rule), "care:2024-01-08 cleared -\n"); /* 80 less 5 */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_risk),
        cmocka_unit_test(test_no_risk_is_forgotten),
        cmocka_unit_test(test_short_breaks_add_up),
    };
    return cmocka_run_group_tests(tests, set_up, rules_tear_down);
}
