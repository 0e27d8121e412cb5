/* The language of risks: what events raise and what clears it, measures over several facts, what lasts, some of
 * several, hysteresis, closing by a person, duties stacked. Each with a pack of its own. */
#include "rules_fixture.h"

#include "record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define BORN "b child.registered 2020-01-01 date_of_birth=2008-06-15"
#define CARE "c care.started 2024-01-08T10:00:00Z legal_status=C2 arrangement=full"
#define LATER "2026-01-01T00:00:00Z"
#define HEAD "pack: own\nversion: '1'\n"
#define RISK HEAD "risks:\n  - {id: a, title: T, law: {ref: R, confidence: E}, severity: medium, "

static struct rules_fixture *begin(void **state, const char *text) {
    struct rules_fixture *f = rules_begin(state);
    if (rules_load(f, false, (const char *const[]){text, NULL}) != 0)
        fail_msg("%s", rules_problems(f));
    return f;
}

static void assert_risk(struct rules_fixture *f, const char *at, const char *expected) {
    assert_string_equal(rules_duties(f, at, "a"), expected);
}

/* The instant at which the answer may change next. */
static const char *next_after(struct rules_fixture *f, const char *at) {
    struct instance *instances;
    struct instant next;
    size_t count;
    struct view view = {.at = rules_instant(at), .known_at = INSTANT_NEVER};
    engine_derive(f->engine, f->record, view, f->arena, &instances, &count, &next);
    return rules_instant_text(f, next);
}

static void assert_refused(void **state, const char *text, const char *problem) {
    struct rules_fixture *f = rules_begin(state);
    assert_int_equal(rules_load(f, false, (const char *const[]){text, NULL}), YAML_WRONG);
    assert_string_equal(rules_problems(f), problem);
}

/* ---- raised by an event ---- */

#define CONCERN                                                                                                        \
    RISK "raised_by: 'concern.raised{kind=bullying}', cleared_by: 'concern.closed{concern=opening.concern}'}\n"

/* Each stands for itself, named by its noun and date, and is cleared by what closes it and no other. */
static void test_raised_until_cleared(void **state) {
    struct rules_fixture *f = begin(state, CONCERN);
    RULES_TELL(f, "o concern.raised 2024-02-01T09:00:00Z kind=bullying concern=C1",
               "p concern.raised 2024-02-01T10:00:00Z kind=bullying concern=C2",
               "q concern.raised 2024-02-01T11:00:00Z kind=debt concern=C3");
    assert_risk(f, "2024-02-01T09:30:00Z", "concern:2024-02-01 raised -\n");
    assert_risk(f, LATER, "concern:2024-02-01 raised -\nconcern:2024-02-01.2 raised -\n");
    rules_tell(f, "x concern.closed 2024-03-01T09:00:00Z kind=bullying concern=C2");
    assert_risk(f, "2024-03-01T08:59:59Z", "concern:2024-02-01 raised -\nconcern:2024-02-01.2 raised -\n");
    assert_risk(f, LATER, "concern:2024-02-01 raised -\nconcern:2024-02-01.2 cleared -\n");
    rules_tell(f, "v record.voided 2024-03-02T09:00:00Z target=x");
    assert_risk(f, LATER, "concern:2024-02-01 raised -\nconcern:2024-02-01.2 raised -\n");
}

/* A correction keeps the name; a void takes it back. */
static void test_what_is_said_of_an_event(void **state) {
    struct rules_fixture *f = begin(state, CONCERN);
    rules_tell(f, "o concern.raised 2024-02-01T09:00:00Z kind=bullying concern=C1");
    assert_string_equal(rules_say(f, "2024-02-01T09:00:00Z", BECAUSE_RECORD), "a|concern:2024-02-01#raised -\n");
    rules_tell(f, "p concern.raised 2024-02-03 @2024-02-04T09:00:00Z kind=bullying concern=C1 replaces=o");
    assert_string_equal(rules_say(f, "2024-02-04T09:00:00Z", BECAUSE_RECORD), "");
    rules_tell(f, "x concern.closed 2024-02-05T09:00:00Z kind=bullying concern=C1");
    assert_string_equal(rules_say(f, "2024-02-05T09:00:00Z", BECAUSE_RECORD), "a|concern:2024-02-01#cleared -\n");
    rules_tell(f, "y concern.closed 2024-02-03 @2024-02-06T09:00:00Z kind=bullying concern=C1 replaces=x");
    assert_string_equal(rules_say(f, "2024-02-06T09:00:00Z", BECAUSE_RECORD), "");
    assert_risk(f, LATER, ""); /* closed on its own day, a bare date: it never held */
}

/* A person closes it by the id of its alert, and of no other. */
static void test_closed_by_a_person(void **state) {
    struct rules_fixture *f = begin(state, RISK "raised_by: 'incident.recorded{serious=true}', ack: true}\n");
    rules_tell(f, "o incident.recorded 2024-02-01T09:00:00Z serious=true");
    rules_tell(f, "w alert.closed 2024-02-02T09:00:00Z alert=child/T-1|b|incident:2024-02-01");
    rules_tell(f, "x alert.closed 2024-02-02T09:00:00Z alert=child/T-1|a|incident:2024-02-02");
    assert_risk(f, LATER, "incident:2024-02-01 raised -\n");
    rules_tell(f, "y alert.closed 2024-02-03T09:00:00Z alert=child/T-1|a|incident:2024-02-01");
    assert_risk(f, "2024-02-03T08:59:59Z", "incident:2024-02-01 raised -\n");
    assert_risk(f, "2024-02-03T09:00:00Z", "incident:2024-02-01 cleared -\n");
    assert_risk(f, LATER, "incident:2024-02-01 cleared -\n");
}

/* A state that was closed stays so until it has ceased and holds again. */
static void test_a_closed_state(void **state) {
    struct rules_fixture *f =
        begin(state, RISK "scope: care, while: 'latest score of sdq.completed >= 17', ack: true}\n");
    RULES_TELL(f, CARE, "s sdq.completed 2024-02-01T09:00:00Z score=18",
               "x alert.closed 2024-02-03T09:00:00Z alert=child/T-1|a|care:2024-01-08",
               "t sdq.completed 2024-02-05T09:00:00Z score=19");
    assert_risk(f, "2024-02-03T08:59:59Z", "care:2024-01-08 raised -\n");
    assert_risk(f, "2024-02-06T00:00:00Z", "care:2024-01-08 cleared -\n");
    RULES_TELL(f, "u sdq.completed 2024-03-01T09:00:00Z score=10", "v sdq.completed 2024-04-01T09:00:00Z score=17");
    assert_risk(f, LATER, "care:2024-01-08 raised -\n");
}

/* It lasts so long (R28), and is noted as the next change. */
static void test_how_long_it_lasts(void **state) {
    struct rules_fixture *f = begin(state, RISK "scope: care, raised_by: care.started, lasts: 2 months,\n"
                                                "     when: had care.ended within 12 months}\n");
    RULES_TELL(f, "c care.started 2023-01-08T10:00:00Z", "d care.ended 2023-06-30T10:00:00Z",
               "e care.started 2024-06-29T10:00:00Z");
    assert_risk(f, "2024-06-29T10:00:00Z", "care:2024-06-29 raised -\n");
    assert_string_equal(next_after(f, "2024-06-29T10:00:00Z"), "2024-08-28T23:00:00Z");
    assert_risk(f, "2024-08-28T22:59:59Z", "care:2024-06-29 raised -\n");
    assert_risk(f, "2024-08-28T23:00:00Z", "care:2024-06-29 cleared -\n");
    rules_tell(f, "e2 care.started 2024-06-30T10:00:00Z @2024-07-01T00:00:00Z replaces=e");
    assert_risk(f, LATER, "");
}

/* Without what should have followed, for so long. */
static void test_nothing_followed(void **state) {
    struct rules_fixture *f = begin(
        state, RISK "raised_by: 'school.excluded{kind=fixed_term}', cleared_by: 'follow_up.recorded{kind=exclusion}',\n"
                    "     for: 2 working_days}\n");
    rules_tell(f, "x school.excluded 2024-02-01T09:00:00Z kind=fixed_term"); /* a Thursday */
    assert_risk(f, "2024-02-05T23:59:59Z", "");
    assert_string_equal(next_after(f, "2024-02-05T00:00:00Z"), "2024-02-06T00:00:00Z");
    assert_risk(f, "2024-02-06T00:00:00Z", "school:2024-02-01 raised -\n");
    rules_tell(f, "y follow_up.recorded 2024-02-05T09:00:00Z @2024-02-07T00:00:00Z kind=exclusion");
    assert_risk(f, LATER, "");
}

#define BROKEN RISK "scope: placement, raised_by: end, when: 'age < 16 and not within 24 months of start', ack: true}\n"

/* The end of a scope, which lasts with the care around it; not when care ends too, and not with the same carer. */
static void test_the_end_of_a_scope(void **state) {
    struct rules_fixture *f = begin(state, BROKEN);
    RULES_TELL(f, BORN, "c care.started 2020-01-08T10:00:00Z",
               "p placement.started 2020-01-08T10:00:00Z placement=P1 placement_type=U1",
               "q placement.started 2022-01-08T10:00:00Z placement=P2 placement_type=U1");
    assert_risk(f, "2022-01-08T10:00:00Z", "placement:P1 raised -\n");
    rules_tell(f, "q2 placement.started 2022-01-07T10:00:00Z placement=P2 placement_type=U1 replaces=q");
    assert_risk(f, "2022-01-08T10:00:00Z", "");
    RULES_TELL(f, "q3 placement.started 2022-01-09T10:00:00Z placement=P2 placement_type=U1 replaces=q2",
               "e care.ended 2022-02-01T10:00:00Z");
    assert_risk(f, "2022-01-31T00:00:00Z", "placement:P1 raised -\n");
    assert_risk(f, "2022-02-01T10:00:00Z", "placement:P1 cleared -\n");
    rules_tell(f, "v record.voided 2022-02-02T10:00:00Z target=q3");
    rules_tell(f, "w record.voided 2022-02-02T10:00:00Z target=q2");
    rules_tell(f, "z record.voided 2022-02-02T10:00:00Z target=q");
    assert_risk(f, "2022-02-03T00:00:00Z", ""); /* it ended with care */
}

/* What raised it is not known for certain: unknown is not clear. */
static void test_an_unknown_event(void **state) {
    struct rules_fixture *f = begin(state, RISK "raised_by: missing.started, scope: episode, when: age < 13}\n");
    rules_tell(f, "m missing.started 2024-02-01T09:00:00Z episode=M1 kind=M");
    assert_risk(f, "2024-02-02T00:00:00Z", "missing:M1 unknown -\n");
    RULES_TELL(f, "b child.registered 2024-02-02T00:00:00Z date_of_birth=2013-01-01");
    assert_risk(f, "2024-02-02T00:00:00Z", "missing:M1 raised -\n");
    rules_tell(f, "r missing.ended 2024-02-03T09:00:00Z episode=M1");
    assert_risk(f, LATER, "missing:M1 cleared -\n");
}

/* ---- measures ---- */

static void test_latest_previous_and_rise(void **state) {
    struct rules_fixture *f = begin(state, RISK "while: 'rise score of sdq.completed >= 5'}\n");
    RULES_TELL(f, "s sdq.completed 2024-02-01T09:00:00Z score=10");
    assert_risk(f, LATER, "");
    RULES_TELL(f, "t sdq.completed 2024-03-01T09:00:00Z reason_none=SDQ1",
               "u sdq.completed 2024-04-01T09:00:00Z score=15"); /* one without a score says nothing */
    assert_risk(f, LATER, "child raised -\n");
    rules_tell(f, "v sdq.completed 2024-05-01T09:00:00Z score=19");
    assert_risk(f, "2024-04-30T00:00:00Z", "child raised -\n");
    assert_risk(f, LATER, "child cleared -\n");
    f = begin(state, RISK "while: 'previous score of sdq.completed < 12 and latest score of sdq.completed >= 12'}\n");
    RULES_TELL(f, "s sdq.completed 2024-02-01T09:00:00Z score=11", "u sdq.completed 2024-04-01T09:00:00Z score=12");
    assert_risk(f, "2024-03-31T00:00:00Z", "");
    assert_risk(f, LATER, "child raised -\n");
}

static void test_changes_in_a_window(void **state) {
    struct rules_fixture *f =
        begin(state, RISK "while: 'changes worker of worker.allocated{role=social-worker} within 12 months >= 2'}\n");
    RULES_TELL(f, "a worker.allocated 2023-01-01T09:00:00Z role=social-worker worker=W1",
               "b worker.allocated 2024-02-01T09:00:00Z role=social-worker worker=W2",
               "d worker.allocated 2024-03-01T09:00:00Z role=social-worker worker=W2",
               "e worker.allocated 2025-01-31T09:00:00Z role=social-worker worker=W1");
    assert_risk(f, "2025-01-31T08:59:59Z", "");
    assert_risk(f, "2025-01-31T09:00:00Z", "child raised -\n");
    assert_string_equal(next_after(f, "2025-01-31T09:00:00Z"), "2025-02-01T00:00:00Z");
    assert_risk(f, "2025-02-01T00:00:00Z", "child cleared -\n");
}

static void test_sums_and_distinct_values(void **state) {
    struct rules_fixture *f = begin(state, RISK "while: 'sum days of school.excluded within 12 months > 15'}\n");
    RULES_TELL(f, "x school.excluded 2024-02-01 kind=fixed_term days=10",
               "y school.excluded 2024-03-01 kind=fixed_term days=5");
    assert_risk(f, LATER, "");
    rules_tell(f, "z school.excluded 2024-04-01 kind=fixed_term days=0.5");
    assert_risk(f, "2024-04-02T00:00:00Z", "child raised -\n");
    assert_risk(f, "2025-02-01T00:00:00Z", "child cleared -\n");
    f = begin(state, RISK "while: 'distinct kind of concern.raised within 90 days >= 2'}\n");
    RULES_TELL(f, "x concern.raised 2024-02-01 kind=debt", "y concern.raised 2024-02-02 kind=debt");
    assert_risk(f, LATER, "");
    rules_tell(f, "z concern.raised 2024-04-30 kind=gang");
    assert_risk(f, "2024-04-30T23:59:59Z", "child raised -\n"); /* 1 February + 90 days: 1 May; the 2nd still counts */
    assert_risk(f, "2024-05-02T00:00:00Z", "child cleared -\n");
    f = begin(state, RISK "while: 'number of concern.raised within 90 days >= 2'}\n");
    RULES_TELL(f, "x concern.raised 2024-02-01 kind=debt", "y concern.raised 2024-02-02 kind=debt");
    assert_risk(f, "2024-02-03T00:00:00Z", "child raised -\n");
}

#define BREAKS                                                                                                         \
    RISK "while: 'days of placement.started{arrangement=short_break} until placement.ended by placement within 30 "    \
         "days "                                                                                                       \
         "> 7'}\n"

/* Nights, as each passes and as it leaves the window. */
static void test_a_sum_of_nights(void **state) {
    struct rules_fixture *f = begin(state, BREAKS);
    RULES_TELL(f, "p placement.started 2024-01-01T17:00:00Z placement=P1 placement_type=U1 arrangement=short_break",
               "q placement.ended 2024-01-06T09:00:00Z placement=P1", /* five nights */
               "r placement.started 2024-01-20T17:00:00Z placement=P2 placement_type=U1 arrangement=short_break");
    assert_risk(f, "2024-01-22T23:59:59Z", "");
    assert_string_equal(next_after(f, "2024-01-22T09:00:00Z"), "2024-01-23T00:00:00Z");
    assert_risk(f, "2024-01-23T00:00:00Z", "child raised -\n");
    rules_tell(f, "s placement.ended 2024-01-23T09:00:00Z placement=P2");
    assert_risk(f, "2024-01-30T23:59:59Z", "child raised -\n");
    assert_risk(f, "2024-01-31T00:00:00Z", "child cleared -\n"); /* the night of the 1st has left */
}

/* ---- what lasts ---- */

#define UNALLOCATED                                                                                                    \
    RISK "scope: care, while: 'not open worker.allocated{role=social-worker} until worker.ended{role=social-worker} "  \
         "by worker', for: 1 working_days}\n"

static void test_what_is_open(void **state) {
    struct rules_fixture *f = begin(state, UNALLOCATED);
    RULES_TELL(f, CARE); /* a Monday */
    assert_risk(f, "2024-01-09T23:59:59Z", "");
    assert_string_equal(next_after(f, "2024-01-08T10:00:00Z"), "2024-01-10T00:00:00Z");
    assert_risk(f, "2024-01-10T00:00:00Z", "care:2024-01-08 raised -\n");
    RULES_TELL(f, "w worker.allocated 2024-01-11T09:00:00Z role=social-worker worker=W1",
               "x worker.allocated 2024-01-12T09:00:00Z role=social-worker worker=W2",
               "y worker.ended 2024-01-12T09:30:00Z role=social-worker worker=W1");
    assert_risk(f, "2024-01-11T09:00:00Z", "care:2024-01-08 cleared -\n");
    assert_risk(f, "2024-02-01T00:00:00Z", "care:2024-01-08 cleared -\n");
    rules_tell(f, "z worker.ended 2024-02-02T09:30:00Z role=social-worker worker=W2"); /* a Friday */
    assert_risk(f, "2024-02-05T23:59:59Z", "care:2024-01-08 cleared -\n");
    assert_risk(f, "2024-02-06T00:00:00Z", "care:2024-01-08 raised -\n");
}

/* Of one day, where one of the two is a bare date, the order of recording decides. */
static void test_open_on_one_day(void **state) {
    struct rules_fixture *f = begin(state, UNALLOCATED);
    RULES_TELL(f, CARE, "w worker.allocated 2024-01-11T09:00:00Z role=social-worker worker=W1",
               "y worker.ended 2024-01-11 @2024-01-11T18:00:00Z role=social-worker worker=W1");
    assert_risk(f, "2024-02-01T00:00:00Z", "care:2024-01-08 raised -\n");
    f = begin(state, UNALLOCATED);
    RULES_TELL(f, CARE, "y worker.ended 2024-01-11 @2024-01-11T08:00:00Z role=social-worker worker=W1",
               "w worker.allocated 2024-01-11T09:00:00Z role=social-worker worker=W1");
    assert_risk(f, "2024-02-01T00:00:00Z", "care:2024-01-08 cleared -\n");
}

static void test_open_for_so_long(void **state) {
    struct rules_fixture *f =
        begin(state, RISK "while: 'open placement.started until placement.ended by placement for 17 days'}\n");
    rules_tell(f, "p placement.started 2024-01-01T17:00:00Z placement=P1 placement_type=U1");
    assert_risk(f, "2024-01-18T23:59:59Z", "");
    assert_string_equal(next_after(f, "2024-01-18T00:00:00Z"), "2024-01-19T00:00:00Z");
    assert_risk(f, "2024-01-19T00:00:00Z", "child raised -\n");
    rules_tell(f, "q placement.ended 2024-01-19T09:00:00Z placement=P1");
    assert_risk(f, "2024-01-20T00:00:00Z", "child cleared -\n");
}

/* ---- joined ---- */

static void test_some_of_several(void **state) {
    struct rules_fixture *f =
        begin(state, RISK
              "while: 'at_least 2 of (latest score of sdq.completed >= 17, had missing.started within 90 days, had "
              "school.excluded within 90 days)'}\n");
    RULES_TELL(f, "s sdq.completed 2024-01-01T09:00:00Z score=20");
    assert_risk(f, LATER, "");
    rules_tell(f, "m missing.started 2024-02-01 episode=M1 kind=M");
    assert_risk(f, "2024-02-01T12:00:00Z", "child raised -\n");
    assert_risk(f, "2024-05-01T00:00:00Z", "child cleared -\n");
    rules_tell(f, "x school.excluded 2024-04-30 kind=fixed_term");
    assert_risk(f, "2024-05-01T00:00:00Z", "child raised -\n");
}

/* Raised at one value, cleared below another. */
static void test_hysteresis(void **state) {
    struct rules_fixture *f = begin(state, RISK "while: 'latest score of sdq.completed >= 17',\n"
                                                "     until: 'latest score of sdq.completed < 14'}\n");
    RULES_TELL(f, "s sdq.completed 2024-01-01T09:00:00Z score=16", "t sdq.completed 2024-02-01T09:00:00Z score=17",
               "u sdq.completed 2024-03-01T09:00:00Z score=14", "v sdq.completed 2024-04-01T09:00:00Z score=13",
               "w sdq.completed 2024-05-01T09:00:00Z score=16");
    assert_risk(f, "2024-01-31T00:00:00Z", "");
    assert_risk(f, "2024-02-01T09:00:00Z", "child raised -\n");
    assert_risk(f, "2024-03-31T00:00:00Z", "child raised -\n");
    assert_risk(f, "2024-04-01T09:00:00Z", "child cleared -\n");
    assert_risk(f, LATER, "child cleared -\n");
}

/* ---- duties, records, and the rest ---- */

#define STACKED                                                                                                        \
    HEAD "duties:\n"                                                                                                   \
         "  - {id: d, title: T, law: {ref: R, confidence: E}, opens: review.held, met_by: visit.made, scope: life,\n"  \
         "     limit: 1 days}\n"                                                                                       \
         "  - {id: e, title: T, law: {ref: R, confidence: E}, opens: review.held, met_by: sdq.completed, scope: "      \
         "life,\n"                                                                                                     \
         "     limit: 2 days}\n"                                                                                       \
         "  - {id: g, title: T, law: {ref: R, confidence: E}, opens: health_assessment.offered, met_by: "              \
         "sdq.completed,\n"                                                                                            \
         "     scope: life, limit: unset}\n"                                                                           \
         "risks:\n"                                                                                                    \
         "  - {id: a, title: T, law: {ref: R, confidence: E}, severity: medium, while: overdue_duties >= 2}\n"         \
         "  - {id: n, title: T, law: {ref: R, confidence: E}, severity: low, while: unset_duties >= 1}\n"

static void test_duties_stacked(void **state) {
    struct rules_fixture *f = begin(state, STACKED);
    rules_tell(f, "r review.held 2024-01-01T09:00:00Z review=R1 kind=care");
    assert_risk(f, "2024-01-03T23:59:59Z", "");
    assert_risk(f, "2024-01-04T00:00:00Z", "child raised -\n");
    rules_tell(f, "v visit.made 2024-01-05T09:00:00Z kind=statutory seen=true");
    assert_risk(f, "2024-01-05T08:59:59Z", "child raised -\n");
    assert_risk(f, "2024-01-05T09:00:00Z", "child cleared -\n");
    assert_string_equal(rules_duties(f, LATER, "n"), "");
    rules_tell(f, "h health_assessment.offered 2024-02-01T09:00:00Z");
    assert_string_equal(rules_duties(f, LATER, "n"), "child raised -\n");
    rules_tell(f, "s sdq.completed 2024-02-05T09:00:00Z score=3"); /* met, it had no limit until then */
    assert_string_equal(rules_duties(f, "2024-02-05T08:59:59Z", "n"), "child raised -\n");
    assert_string_equal(rules_duties(f, "2024-02-05T09:00:00Z", "n"), "child cleared -\n");
}

/* Counted and shown, and never said. */
static void test_severity_count(void **state) {
    struct rules_fixture *f =
        begin(state, HEAD "risks:\n  - {id: a, title: T, law: {ref: R, confidence: E}, severity: count, counts: any,\n"
                          "     when: recorded_after 3 working_days, raise: {at_least: 1, within: ever}}\n");
    RULES_TELL(f, "x visit.made 2024-02-01 @2024-02-06T23:59:59Z kind=statutory seen=true"); /* a Thursday */
    assert_risk(f, LATER, "");
    rules_tell(f, "y visit.made 2024-02-01 @2024-02-07T00:00:00Z kind=statutory seen=true");
    assert_risk(f, LATER, "child raised -\n");
    assert_string_equal(rules_say(f, LATER, BECAUSE_RECORD), "");
}

static void test_contradictions(void **state) {
    struct rules_fixture *f =
        begin(state, RISK
              "raised_by: [{on: missing.started, when: 'had missing.ended{episode=opening.episode} before opening'},\n"
              "     {on: review.held, when: not in_care}]}\n");
    RULES_TELL(f, "m missing.started 2024-02-02T09:00:00Z episode=M1 kind=M", "n missing.ended 2024-02-02 episode=M1",
               "r review.held 2024-02-03T09:00:00Z review=R1 kind=care");
    assert_risk(f, LATER, "review:R1 raised -\n"); /* the day of the return is that of the start: R5 */
    RULES_TELL(f, "n2 missing.ended 2024-02-01 @2024-03-01T00:00:00Z episode=M1 replaces=n",
               "c care.started 2024-01-01T09:00:00Z");
    assert_risk(f, LATER, "missing:M1 raised -\n");
}

static void test_fields_of_the_child(void **state) {
    struct rules_fixture *f =
        begin(state, RISK "raised_by: missing.started, scope: episode,\n"
                          "     when: child.uasc is true and had care.started within 72 hours and age is not known}\n");
    RULES_TELL(f, "c care.started 2024-01-08T10:00:00Z", "m missing.started 2024-01-11T09:59:59Z episode=M1 kind=M",
               "n missing.started 2024-01-11T10:00:00Z episode=M2 kind=M");
    assert_risk(f, "2024-01-12T00:00:00Z", "");
    rules_tell(f, "u child.updated 2024-01-12 uasc=true");
    assert_risk(f, "2024-01-12T12:00:00Z", "missing:M1 raised -\n");
    rules_tell(f, "w child.updated 2024-01-01 @2024-01-13T00:00:00Z uasc=false"); /* recorded last: R34 */
    assert_risk(f, "2024-01-13T00:00:00Z", "");
}

/* Off until a pack above switches it on. */
static void test_off_until_switched_on(void **state) {
    static const char off[] = RISK "off: true, raised_by: incident.recorded}\n";
    struct rules_fixture *f = begin(state, off);
    rules_tell(f, "o incident.recorded 2024-02-01T09:00:00Z");
    assert_risk(f, LATER, "");
    f = rules_begin(state);
    assert_int_equal(
        rules_load(f, false, (const char *const[]){off, "pack: over\nversion: '1'\nswitch_on: [a]\n", NULL}), 0);
    rules_tell(f, "o incident.recorded 2024-02-01T09:00:00Z");
    assert_risk(f, LATER, "incident:2024-02-01 raised -\n");
}

static void test_what_is_refused(void **state) {
    assert_refused(state, RISK "raised_by: end}\n", "4:82: the scope life has no end that could raise a risk\n");
    assert_refused(state, RISK "while: 'latest days of sdq.completed > 1'}\n",
                   "4:107: sdq.completed has no field `days`\n");
    assert_refused(state, RISK "while: 'sum kind of concern.raised > 1'}\n", "4:105: `kind` is no number\n");
    assert_refused(state, RISK "while: 'at_least 3 of (in_care, age < 5)'}\n", "4:109: at least 3 of 2 can never be\n");
    assert_refused(state, RISK "until: 'age < 5', for: 2 days}\n",
                   "4:78: `until` needs a `while` that comes to hold\n");
    assert_refused(state, RISK "raised_by: incident.recorded, raise: {at_least: 1}}\n",
                   "4:101: unknown key \"raise\"\n");
    assert_refused(state,
                   HEAD "risks:\n  - {id: a, title: T, law: {ref: R, confidence: E}, severity: hihg, for: 1 days}\n",
                   "4:63: `hihg` is not a severity (high, medium, low, count); did you mean `high`?\n");
    assert_refused(state, RISK "counts: incident.recorded, raise: {at_least: 1}}\n",
                   "4:105: expected `within`: the window, as in 90 days, or ever\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_raised_until_cleared),
        cmocka_unit_test(test_what_is_said_of_an_event),
        cmocka_unit_test(test_closed_by_a_person),
        cmocka_unit_test(test_a_closed_state),
        cmocka_unit_test(test_how_long_it_lasts),
        cmocka_unit_test(test_nothing_followed),
        cmocka_unit_test(test_the_end_of_a_scope),
        cmocka_unit_test(test_an_unknown_event),
        cmocka_unit_test(test_latest_previous_and_rise),
        cmocka_unit_test(test_changes_in_a_window),
        cmocka_unit_test(test_sums_and_distinct_values),
        cmocka_unit_test(test_a_sum_of_nights),
        cmocka_unit_test(test_what_is_open),
        cmocka_unit_test(test_open_on_one_day),
        cmocka_unit_test(test_open_for_so_long),
        cmocka_unit_test(test_some_of_several),
        cmocka_unit_test(test_hysteresis),
        cmocka_unit_test(test_duties_stacked),
        cmocka_unit_test(test_severity_count),
        cmocka_unit_test(test_contradictions),
        cmocka_unit_test(test_fields_of_the_child),
        cmocka_unit_test(test_off_until_switched_on),
        cmocka_unit_test(test_what_is_refused),
    };
    return cmocka_run_group_tests(tests, rules_set_up, rules_tear_down);
}
