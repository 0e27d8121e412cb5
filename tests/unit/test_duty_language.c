/* The language of duties: gates, dates, ages, the strictest of several, named spans, birthdays, conditions that come to
 * hold, one duty a value, what cancels. Each with a pack of its own. */
#include "rules_fixture.h"

#include "record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define BORN "b child.registered 2023-01-01 date_of_birth=2008-06-15"
#define CARE "c care.started 2024-01-08T10:00:00Z legal_status=C2 arrangement=full"
#define AT "2026-01-01T00:00:00Z"
#define HEAD "pack: own\nversion: '1'\n"
#define DUTY "duties:\n  - {id: a, title: T, law: {ref: R, confidence: E}, "

/* A pack of one duty, or of more. */
static struct rules_fixture *begin(void **state, const char *text) {
    struct rules_fixture *f = rules_begin(state);
    if (rules_load(f, false, (const char *const[]){text, NULL}) != 0)
        fail_msg("%s", rules_problems(f));
    return f;
}

static void assert_duties(struct rules_fixture *f, const char *at, const char *expected) {
    assert_string_equal(rules_duties(f, at, "a"), expected);
}

static void assert_refused(void **state, const char *text, const char *problem) {
    struct rules_fixture *f = rules_begin(state);
    assert_int_equal(rules_load(f, false, (const char *const[]){text, NULL}), YAML_WRONG);
    if (strstr(rules_problems(f), problem) == NULL)
        fail_msg("%s", rules_problems(f));
}

static void subject(struct rules_fixture *f, const char *name) {
    (void) record_free(f->record);
    f->record = record_new(name);
}

/* ---- limits ---- */

#define GATE                                                                                                           \
    HEAD DUTY "opens: 'change.proposed{kind=placement}', met_by: 'decision.made{kind=out_of_area}', lead: 5 days,\n"   \
              "     limit: {before: placement.started, planned: planned_for}}\n"

/* Open without a date; late from the instant of the act, for good; met in time on its day where one is a bare date. */
static void test_a_gate(void **state) {
    struct rules_fixture *f = begin(state, GATE);
    RULES_TELL(f, BORN, CARE, "o change.proposed 2024-02-01 kind=placement planned_for=2024-02-20");
    assert_duties(f, "2024-02-14T23:59:59Z", "change:2024-02-01 open -\n");
    assert_duties(f, "2024-02-15T00:00:00Z", "change:2024-02-01 due_soon -\n");
    assert_duties(f, AT, "change:2024-02-01 due_soon -\n"); /* a plan is no act */
    rules_tell(f, "p placement.started 2024-02-22T14:00:00Z placement=P1 placement_type=U1 location=distant");
    assert_duties(f, AT, "change:2024-02-01 overdue 2024-02-22T14:00:00Z\n");
    rules_tell(f, "d decision.made 2024-02-22T14:00:01Z kind=out_of_area outcome=agreed");
    assert_duties(f, AT, "change:2024-02-01 met_late 2024-02-22T14:00:00Z met 2024-02-22T14:00:01Z\n");
    rules_tell(f, "d2 decision.made 2024-02-22T14:00:00Z kind=out_of_area outcome=agreed replaces=d");
    assert_duties(f, AT, "change:2024-02-01 met - met 2024-02-22T14:00:00Z\n");
    rules_tell(f, "d3 decision.made 2024-02-22 @2024-03-01T00:00:00Z kind=out_of_area outcome=agreed replaces=d");
    assert_duties(f, AT, "change:2024-02-01 met - met 2024-02-22T00:00:00Z\n");
}

/* Said when it is broken; shown never to have been true by a late record, it is withdrawn. */
static void test_what_is_said_of_a_gate(void **state) {
    struct rules_fixture *f = begin(state, GATE);
    RULES_TELL(f, BORN, CARE, "o change.proposed 2024-02-01 kind=placement",
               "p placement.started 2024-02-22 placement=P1 placement_type=U1 location=distant");
    assert_string_equal(rules_say(f, "2024-02-22T12:00:00Z", BECAUSE_RECORD),
                        "a|change:2024-02-01#overdue 2024-02-22T00:00:00Z\n");
    rules_tell(f, "d decision.made 2024-02-22 @2024-03-01T00:00:00Z kind=out_of_area outcome=agreed");
    assert_string_equal(rules_say(f, "2024-03-01T00:00:00Z", BECAUSE_RECORD), "a|change:2024-02-01#withdrawn -\n");
}

/* A timer is set for due soon and for nothing after it. */
static void test_the_next_instant_of_a_gate(void **state) {
    struct rules_fixture *f = begin(state, GATE);
    RULES_TELL(f, CARE, "o change.proposed 2024-02-01 kind=placement planned_for=2024-02-20");
    struct instance *list;
    size_t count;
    struct instant next;
    struct view view = {.at = rules_instant("2024-02-10T00:00:00Z"), .known_at = INSTANT_NEVER};
    engine_derive(f->engine, f->record, view, f->arena, &list, &count, &next);
    assert_string_equal(rules_instant_text(f, next), "2024-02-15T00:00:00Z");
    view.at = next;
    engine_derive(f->engine, f->record, view, f->arena, &list, &count, &next);
    assert_string_equal(rules_instant_text(f, next), "-");
}

/* `else`: the act has come first, so long is left after it. `nth`: the second of its kind. */
static void test_gates_with_else_and_nth(void **state) {
    struct rules_fixture *f =
        begin(state, HEAD DUTY "opens: start, met_by: care_plan.agreed, limit: {before: placement.started, else: 10 "
                               "working_days}}\n");
    RULES_TELL(f, BORN, CARE);
    assert_duties(f, AT, "care:2024-01-08 open -\n");
    rules_tell(f, "p placement.started 2024-01-10T12:00:00Z placement=P1 placement_type=U1");
    assert_duties(f, "2024-01-24T23:59:59Z", "care:2024-01-08 due_soon 2024-01-25T00:00:00Z\n");
    assert_duties(f, AT, "care:2024-01-08 overdue 2024-01-25T00:00:00Z\n");
    rules_tell(f, "k care_plan.agreed 2024-01-09 version=1");
    assert_duties(f, AT, "care:2024-01-08 met - met 2024-01-09T00:00:00Z\n");
    f = begin(state, HEAD DUTY "opens: start, met_by: permanence_plan.agreed, limit: {before: review.held, nth: 2}}\n");
    RULES_TELL(f, BORN, CARE, "r review.held 2024-02-01T10:00:00Z review=R1 kind=care");
    assert_duties(f, AT, "care:2024-01-08 open -\n");
    rules_tell(f, "r2 review.held 2024-05-01T10:00:00Z review=R2 kind=care");
    assert_duties(f, AT, "care:2024-01-08 overdue 2024-05-01T10:00:00Z\n");
    rules_tell(f, "k permanence_plan.agreed 2024-05-01T10:00:00Z route=adoption"); /* on or before the second */
    assert_duties(f, AT, "care:2024-01-08 met - met 2024-05-01T10:00:00Z\n");
}

static void test_at_once_and_watch(void **state) {
    struct rules_fixture *f =
        begin(state, HEAD DUTY "scope: life, opens: incident.recorded, met_by: {on: notification.sent, early: 2 days}, "
                               "limit: at_once}\n");
    RULES_TELL(f, "i incident.recorded 2024-03-01T09:00:00Z kind=accident");
    assert_duties(f, "2024-03-01T09:00:00Z", "incident:2024-03-01 overdue 2024-03-01T09:00:00Z\n");
    rules_tell(f, "n notification.sent 2024-02-28T09:00:00Z kind=need_to_know to=director"); /* two days before */
    assert_duties(f, AT, "incident:2024-03-01 met - met 2024-02-28T09:00:00Z\n");
    rules_tell(f, "n2 notification.sent 2024-02-27T09:00:00Z kind=need_to_know to=director replaces=n");
    assert_duties(f, AT, "incident:2024-03-01 overdue 2024-03-01T09:00:00Z\n");
    rules_tell(f, "n3 notification.sent 2024-03-01 kind=need_to_know to=director replaces=n");
    assert_duties(f, AT, "incident:2024-03-01 met - met 2024-03-01T00:00:00Z\n");
    f = begin(state, HEAD DUTY "opens: start, met_by: review.held, limit: watch}\n");
    RULES_TELL(f, BORN, CARE);
    assert_duties(f, AT, "care:2024-01-08 open -\n");
}

/* What was met in the scope is not asked for again in a later part of it. Where it may be met early the facts of before
 * the scope are looked at too, and those of an earlier scope meet nothing in this one. */
static void test_once_in_each_scope(void **state) {
    static const char rule[] = HEAD DUTY "profile: standard, opens: start, once: true, "
                                         "met_by: {on: notification.sent, early: 2 weeks}, limit: 5 days}\n";
    struct rules_fixture *f = begin(state, rule);
    RULES_TELL(f, BORN, "c1 care.started 2022-01-10 legal_status=V2 arrangement=full",
               "n1 notification.sent 2022-01-11 kind=need_to_know to=director", "e1 care.ended 2022-02-07 reason=E4A",
               "c care.started 2024-01-08 legal_status=V4 arrangement=short_break",
               "s legal_status.changed 2024-02-05 legal_status=V2 action=made");
    assert_duties(f, "2024-02-06T00:00:00Z",
                  "care:2022-01-10 met 2022-01-16T00:00:00Z met 2022-01-11T00:00:00Z\n"
                  "care:2024-01-08 open 2024-02-11T00:00:00Z\n");
    f = begin(state, rule);
    RULES_TELL(f, BORN, "c care.started 2024-01-08 legal_status=V2 arrangement=full",
               "n notification.sent 2024-01-09 kind=need_to_know to=director",
               "s legal_status.changed 2024-02-05 legal_status=V4 action=made",
               "s2 legal_status.changed 2024-02-12 legal_status=V2 action=made");
    assert_duties(f, AT, "care:2024-01-08 met 2024-01-14T00:00:00Z met 2024-01-09T00:00:00Z\n");
}

/* Without a lead the last day is due soon, and of hours nothing before they have passed. */
static void test_without_a_lead(void **state) {
    struct rules_fixture *f =
        begin(state, HEAD DUTY "scope: life, opens: missing.started, met_by: missing.ended, limit: 2 hours}\n");
    rules_tell(f, "m missing.started 2024-02-01T10:00:00Z episode=M1 kind=M");
    assert_duties(f, "2024-02-01T11:59:59Z", "missing:M1 open 2024-02-01T12:00:00Z\n");
    assert_duties(f, "2024-02-01T12:00:00Z", "missing:M1 overdue 2024-02-01T12:00:00Z\n");
    f = begin(state, HEAD DUTY "scope: life, opens: missing.started, met_by: missing.ended, limit: 2 days}\n");
    rules_tell(f, "m missing.started 2024-02-01T10:00:00Z episode=M1 kind=M");
    assert_duties(f, "2024-02-02T23:59:59Z", "missing:M1 open 2024-02-04T00:00:00Z\n");
    assert_duties(f, "2024-02-03T00:00:00Z", "missing:M1 due_soon 2024-02-04T00:00:00Z\n");
}

/* A date in the opening, moved by a later record, and counted back from. */
static void test_dates_in_events(void **state) {
    struct rules_fixture *f =
        begin(state, HEAD DUTY "scope: life, opens: {on: action.set, by: action}, met_by: "
                               "'action.closed{action=opening.action}', lead: 2 days,\n     limit: {field: due_on, of: "
                               "opening, less: 3 working_days, moved_by: 'action.updated{action=opening.action}'}}\n");
    RULES_TELL(f, "a1 action.set 2024-01-08 action=A1 source_kind=review due_on=2024-02-07",
               "a2 action.set 2024-01-08 action=A2 source_kind=review",
               "u action.updated 2024-01-20 action=A3 due_on=2024-01-30");
    assert_duties(f, "2024-01-31T00:00:00Z",
                  "action:A1 due_soon 2024-02-03T00:00:00Z\n"
                  "action:A2 unknown -\n"); /* no date: unset, and nothing is said */
    assert_string_equal(rules_say(f, "2024-01-31T00:00:00Z", BECAUSE_CLOCK),
                        "a|action:A1#due_soon 2024-02-03T00:00:00Z\n");
    RULES_TELL(f, "u2 action.updated 2024-01-31 action=A1 due_on=2024-03-01", "x action.closed 2024-02-20 action=A2");
    assert_duties(f, AT, "action:A1 overdue 2024-02-28T00:00:00Z\naction:A2 met - met 2024-02-20T00:00:00Z\n");
}

static void test_ages(void **state) {
    struct rules_fixture *f = begin(
        state, HEAD DUTY "scope: life, opens: care.started, met_by: care.ended, limit: {age: 18}, lead: 6 months}\n");
    RULES_TELL(f, CARE);
    assert_duties(f, AT, "care:2024-01-08 unknown -\n"); /* without a date of birth */
    rules_tell(f, BORN);
    assert_duties(f, "2025-12-14T23:59:59Z", "care:2024-01-08 open 2026-06-15T23:00:00Z\n");
    assert_duties(f, "2025-12-15T00:00:00Z", "care:2024-01-08 due_soon 2026-06-15T23:00:00Z\n");
    assert_duties(f, "2026-06-15T23:00:00Z", "care:2024-01-08 overdue 2026-06-15T23:00:00Z\n");
}

/* The strictest counts; it has to be in time for all. */
static void test_the_earliest_of_several(void **state) {
    struct rules_fixture *f =
        begin(state, HEAD DUTY "opens: start, met_by: worker.allocated, limit: {earliest: [5 working_days, {before: "
                               "review.held}]}}\n");
    RULES_TELL(f, BORN, CARE);
    assert_duties(f, "2024-01-10T00:00:00Z", "care:2024-01-08 open 2024-01-16T00:00:00Z\n");
    rules_tell(f, "r review.held 2024-01-11T09:00:00Z review=R1 kind=care");
    assert_duties(f, AT, "care:2024-01-08 overdue 2024-01-11T09:00:00Z\n");
    rules_tell(f, "w worker.allocated 2024-01-12T09:00:00Z role=iro worker=W1");
    assert_duties(f, AT, "care:2024-01-08 met_late 2024-01-11T09:00:00Z met 2024-01-12T09:00:00Z\n");
    rules_tell(f, "w2 worker.allocated 2024-01-10T09:00:00Z role=iro worker=W1 replaces=w");
    assert_duties(f, AT, "care:2024-01-08 met 2024-01-16T00:00:00Z met 2024-01-10T09:00:00Z\n");
}

/* From the start of the scope, or from an instant in the opening; where that is not given, from the opening. */
static void test_what_it_is_counted_from(void **state) {
    struct rules_fixture *f =
        begin(state, HEAD DUTY "opens: {on: permanence_plan.agreed}, met_by: adoption.progressed, limit: {limit: 2 "
                               "months, counted_from: start}}\n");
    RULES_TELL(f, BORN, CARE, "k permanence_plan.agreed 2024-04-01T10:00:00Z route=adoption");
    assert_duties(f, "2024-04-01T10:00:00Z", "permanence_plan:2024-04-01 overdue 2024-03-09T00:00:00Z\n");
    f = begin(state, HEAD DUTY "scope: life, opens: incident.recorded, met_by: notification.sent, limit: {limit: 24 "
                               "hours, counted_from: opening.aware_at}}\n");
    RULES_TELL(f, "i incident.recorded 2024-03-01T09:00:00Z kind=accident aware_at=2024-03-03T12:00:00Z",
               "j incident.recorded 2024-03-02T09:00:00Z kind=accident");
    assert_duties(f, AT,
                  "incident:2024-03-01 overdue 2024-03-04T12:00:00Z\n"
                  "incident:2024-03-02 overdue 2024-03-03T09:00:00Z\n");
}

/* An aim is said to be due soon and never to be late. What is off opens nothing until a pack above switches it on. */
static void test_aims_and_what_is_off(void **state) {
    struct rules_fixture *f = begin(state, HEAD DUTY "aim: true, opens: start, met_by: review.held, limit: 3 days}\n");
    RULES_TELL(f, BORN, CARE);
    assert_string_equal(rules_say(f, "2024-01-11T00:00:00Z", BECAUSE_CLOCK),
                        "a|care:2024-01-08#due_soon 2024-01-12T00:00:00Z\n");
    assert_string_equal(rules_say(f, "2024-01-12T00:00:00Z", BECAUSE_CLOCK), "");
    assert_duties(f, "2024-01-12T00:00:00Z", "care:2024-01-08 overdue 2024-01-12T00:00:00Z\n");
    static const char off[] = HEAD DUTY "off: true, opens: start, met_by: review.held, limit: 3 days}\n";
    f = begin(state, off);
    RULES_TELL(f, BORN, CARE);
    assert_duties(f, AT, "");
    static const char on[] = "pack: other\nversion: '1'\nswitch_on: [a]\n";
    f = rules_begin(state);
    assert_int_equal(rules_load(f, false, (const char *const[]){off, on, NULL}), 0);
    RULES_TELL(f, BORN, CARE);
    assert_duties(f, AT, "care:2024-01-08 overdue 2024-01-12T00:00:00Z\n");
    assert_int_equal(rules_load(f, false, (const char *const[]){on, NULL}), YAML_WRONG);
    assert_string_equal(rules_problems(f), "3:13: `a` is not a rule of a pack loaded before\n");
}

/* ---- scopes ---- */

#define SPANS                                                                                                          \
    HEAD "spans:\n  leaver: {from: 'status.started{status=care_leaver}', to: 'status.ended{status=care_leaver}', "     \
         "until_age: 17}\n"

/* It ends with its event, the birthday, death, or a further beginning, which begins another. */
static void test_a_named_span(void **state) {
    static const char text[] = SPANS DUTY "scope: leaver, opens: [start, contact.made], met_by: contact.made, limit: 8 "
                                          "weeks}\n";
    struct rules_fixture *f = begin(state, text);
    RULES_TELL(f, BORN, "m contact.made 2024-01-01 by_role=iro", "s status.started 2024-02-01 status=care_leaver");
    assert_duties(f, "2024-03-28T23:59:59Z", "leaver:2024-02-01 due_soon 2024-03-29T00:00:00Z\n");
    assert_duties(f, "2024-03-29T00:00:00Z", "leaver:2024-02-01 overdue 2024-03-29T00:00:00Z\n");
    rules_tell(f, "n contact.made 2024-03-01 by_role=iro");
    assert_duties(f, "2024-03-29T00:00:00Z",
                  "contact:2024-03-01 open 2024-04-26T23:00:00Z\n"
                  "leaver:2024-02-01 met 2024-03-29T00:00:00Z met 2024-03-01T00:00:00Z\n");
    rules_tell(f, "e status.ended 2024-04-01 status=care_leaver");
    assert_duties(f, AT,
                  "contact:2024-03-01 cancelled 2024-04-26T23:00:00Z\n"
                  "leaver:2024-02-01 met 2024-03-29T00:00:00Z met 2024-03-01T00:00:00Z\n");
    f = begin(state, text);
    RULES_TELL(f, BORN, "s status.started 2025-02-01 status=care_leaver",
               "t status.started 2025-02-20 status=care_leaver", "v status.started 2025-06-14 status=care_leaver");
    assert_duties(f, AT, /* 17 on 2025-06-15 */
                  "leaver:2025-02-01 cancelled 2025-03-30T00:00:00Z\n"
                  "leaver:2025-02-20 cancelled 2025-04-17T23:00:00Z\n"
                  "leaver:2025-06-14 cancelled 2025-08-09T23:00:00Z\n");
}

/* A rule runs over the subjects it names only. */
static void test_other_subjects(void **state) {
    static const char text[] =
        HEAD "spans:\n  approved: {from: 'carer.status_changed{status=approved}', to: 'carer.status_changed{status in "
             "[resigned, ended]}', again: goes_on}\n" DUTY "subject: carer, scope: approved, opens: [start, "
             "carer.reviewed], met_by: carer.reviewed, limit: 1 years}\n";
    struct rules_fixture *f = begin(state, text);
    subject(f, "carer/F-1");
    RULES_TELL(f, "a carer.status_changed 2024-01-01 status=approved kind=foster",
               "b carer.status_changed 2024-06-01 status=approved kind=foster", "r carer.reviewed 2024-12-01");
    assert_duties(f, AT,
                  "approved:2024-01-01 met 2025-01-02T00:00:00Z met 2024-12-01T00:00:00Z\n"
                  "carer:2024-12-01 overdue 2025-12-02T00:00:00Z\n");
    rules_tell(f, "e carer.status_changed 2025-05-01 status=resigned kind=foster");
    assert_duties(f, AT,
                  "approved:2024-01-01 met 2025-01-02T00:00:00Z met 2024-12-01T00:00:00Z\n"
                  "carer:2024-12-01 cancelled 2025-12-02T00:00:00Z\n");
    f = begin(state, HEAD DUTY "subject: carer, scope: life, opens: concern.raised, met_by: concern.closed, limit: 3 "
                               "days}\n");
    RULES_TELL(f, "c concern.raised 2024-01-01 kind=allegation"); /* of a child */
    assert_duties(f, AT, "");
}

/* ---- openers ---- */

/* Three months before the birthday, or from the beginning of the scope if that lies between; each birthday for itself,
 * and a timer for the next. */
static void test_birthdays(void **state) {
    struct rules_fixture *f = begin(
        state, HEAD "spans:\n  leaver: {from: 'status.started{status=care_leaver}'}\n" DUTY
                    "scope: leaver, opens: {birthday: [16, 17, 18], less: 3 months}, met_by: contact.made, limit: "
                    "{age: opening, plus: 1 months}}\n");
    RULES_TELL(f, BORN, "s status.started 2025-05-01 status=care_leaver");
    assert_duties(f, "2025-07-15T22:59:59Z", "birthday:17 due_soon 2025-07-15T23:00:00Z\n");
    assert_duties(f, "2025-07-15T23:00:00Z", "birthday:17 overdue 2025-07-15T23:00:00Z\n");
    struct instance *list;
    size_t count;
    struct instant next;
    struct view view = {.at = rules_instant(AT), .known_at = INSTANT_NEVER};
    engine_derive(f->engine, f->record, view, f->arena, &list, &count, &next);
    assert_string_equal(rules_instant_text(f, next), "2026-03-15T00:00:00Z");
    assert_duties(f, "2026-03-15T00:00:00Z",
                  "birthday:17 overdue 2025-07-15T23:00:00Z\nbirthday:18 open 2026-07-15T23:00:00Z\n");
}

/* Thirteen weeks in all since the fourteenth birthday, some of it at sixteen: born 2008-06-15, 16 on 2024-06-15. */
static void test_what_comes_to_hold(void **state) {
    static const char text[] =
        HEAD DUTY "scope: life, until_age: 18, opens: {becomes: 'age >= 16 and in_care and in_care since age 14 for 13 "
                  "weeks', anchor: eligible}, met_by: pathway_assessment.completed, limit: 3 months}\n";
    struct rules_fixture *f = begin(state, text);
    RULES_TELL(f, BORN, CARE);
    assert_duties(f, "2024-06-14T22:59:59Z", "");
    assert_duties(f, "2024-06-14T23:00:00Z", "eligible:2024-06-15 open 2024-09-15T23:00:00Z\n");
    f = begin(state, text); /* 40 days before, and the rest from 1 January 2025: 51 days on */
    RULES_TELL(f, BORN, "c care.started 2023-01-01 legal_status=C2 arrangement=full",
               "x care.ended 2023-02-10 reason=E4A", "d care.started 2025-01-01 legal_status=C2 arrangement=full");
    assert_duties(f, "2025-02-20T23:59:59Z", "");
    assert_duties(f, "2025-02-21T00:00:00Z", "eligible:2025-02-21 open 2025-05-21T23:00:00Z\n");
    rules_tell(f, "y care.ended 2025-02-20 reason=E4A");
    assert_duties(f, "2025-06-01T00:00:00Z", "");
}

/* The first of each dispute alone; named by its reference. */
static void test_the_first_of_each(void **state) {
    struct rules_fixture *f = begin(
        state, HEAD DUTY "scope: life, opens: {on: escalation.raised, first: escalation, by: escalation}, met_by: "
                         "'escalation.resolved{escalation=opening.escalation}', limit: 20 working_days}\n");
    RULES_TELL(f, "a escalation.raised 2024-01-08 escalation=E1 stage=stage_1",
               "b escalation.raised 2024-01-15 escalation=E1 stage=stage_2",
               "c escalation.raised 2024-01-16 escalation=E2 stage=stage_2");
    assert_duties(f, "2024-01-20T00:00:00Z",
                  "escalation:E1 open 2024-02-06T00:00:00Z\nescalation:E2 open 2024-02-14T00:00:00Z\n");
}

/* ---- what meets and what cancels ---- */

/* One duty a value, in the words of the pack; a value that does not apply gives none. */
static void test_each(void **state) {
    struct rules_fixture *f =
        begin(state, HEAD DUTY "scope: placement, opens: start, each: [gp, {is: school, when: age >= 16}, parents], "
                               "met_by: 'notification.sent{kind=placement_start, to=each}', limit: 5 working_days}\n");
    RULES_TELL(f, BORN, CARE, "p placement.started 2024-01-08T10:00:00Z placement=P1 placement_type=U1",
               "n notification.sent 2024-01-09 kind=placement_start to=parents");
    assert_duties(f, AT,
                  "placement:P1:gp overdue 2024-01-16T00:00:00Z\n"
                  "placement:P1:parents met 2024-01-16T00:00:00Z met 2024-01-09T00:00:00Z\n");
    assert_int_equal(engine_n_rules(f->engine), 1);
}

static void test_all_of_several(void **state) {
    struct rules_fixture *f = begin(
        state, HEAD DUTY "opens: start, met_by: {all: [accommodation.recorded, activity.recorded]}, limit: 5 days}\n");
    RULES_TELL(f, BORN, CARE, "x accommodation.recorded 2024-01-12 accommodation=U");
    assert_duties(f, AT, "care:2024-01-08 overdue 2024-01-14T00:00:00Z\n");
    rules_tell(f, "y activity.recorded 2024-01-10 activity=F1");
    assert_duties(f, AT, "care:2024-01-08 met 2024-01-14T00:00:00Z met 2024-01-12T00:00:00Z\n");
}

/* Met on the day that a field names, where it lies before the event. */
static void test_met_at_a_date(void **state) {
    struct rules_fixture *f = begin(
        state, HEAD DUTY "opens: review.held, met_by: {on: 'review.record_distributed{review=opening.review}', at: "
                         "completed_on}, limit: 15 days}\n");
    RULES_TELL(f, BORN, CARE, "r review.held 2024-02-01 review=R1 kind=care",
               "d review.record_distributed 2024-02-20 review=R1 completed_on=2024-02-16");
    assert_duties(f, AT, "review:R1 met 2024-02-17T00:00:00Z met 2024-02-16T00:00:00Z\n");
}

/* Only the one that is open; one met before is not cancelled, and the next opening stands for itself. */
static void test_what_cancels(void **state) {
    struct rules_fixture *f =
        begin(state, HEAD DUTY "scope: life, opens: missing.started, met_by: strategy_meeting.held, cancelled_by: "
                               "'missing.ended{episode=opening.episode}', limit: 72 hours}\n");
    RULES_TELL(
        f, "a missing.started 2024-03-01T10:00:00Z episode=M1 kind=M",
        "b missing.ended 2024-03-02T10:00:00Z episode=M1", "c missing.started 2024-03-05T10:00:00Z episode=M2 kind=M",
        "d strategy_meeting.held 2024-03-06T10:00:00Z kind=missing", "e missing.ended 2024-03-07T10:00:00Z episode=M2");
    assert_duties(f, AT,
                  "missing:M1 cancelled 2024-03-04T10:00:00Z\n"
                  "missing:M2 met 2024-03-08T10:00:00Z met 2024-03-06T10:00:00Z\n");
}

/* A duty about a death does not end with it. */
static void test_after_death(void **state) {
    static const char without[] =
        HEAD DUTY "scope: life, opens: child.died, met_by: notification.sent, limit: 5 working_days}\n";
    struct rules_fixture *f = begin(state, without);
    RULES_TELL(f, BORN, CARE, "x child.died 2024-03-01");
    assert_duties(f, AT, "");
    f = begin(state, HEAD DUTY "scope: life, after_death: true, opens: {on: child.died, when: in_care}, met_by: "
                               "notification.sent, limit: 5 working_days}\n");
    RULES_TELL(f, BORN, CARE, "x child.died 2024-03-01");
    assert_duties(f, AT, "child:2024-03-01 overdue 2024-03-09T00:00:00Z\n");
}

/* ---- mistakes ---- */

static void test_mistakes(void **state) {
    static const struct {
        const char *text, *problem;
    } cases[] = {
        {"opens: start, met_by: review.held, limit: {before: reveiw.held}}",
         "4:104: `reveiw.held` is not an event type of the catalogue; did you mean `review.held`?"},
        {"opens: review.held, met_by: visit.made, limit: {field: due_on, of: opening}}",
         "nothing that opens this duty has a date in a field `due_on`"},
        {"opens: start, met_by: visit.made, limit: {earliest: [3 days]}}",
         "earliest: expected a list of 2 to 4 limits"},
        {"opens: start, met_by: visit.made, limit: {limit: 3 days, counted_from: begin}}",
         "counted_from: expected start or opening.FIELD"},
        {"opens: {birthday: [x]}, met_by: visit.made, limit: 3 days}", "birthday: expected up to 16 ages"},
        {"opens: {becomes: age >= 16}, met_by: visit.made, limit: 3 days}", "expected `anchor`"},
        {"scope: leaver, opens: start, met_by: visit.made, limit: 3 days}", "`leaver` is not a scope"},
        {"opens: {on: start, when: during leaver}, met_by: visit.made, limit: 3 days}",
         "`leaver` is not a span of this pack or of one loaded before"},
        {"subject: carer, scope: life, opens: carer.reviewed, met_by: review.held, limit: 3 days}",
         "4:5: review.held is never about a carer"},
        {"subject: caret, scope: life, opens: carer.reviewed, met_by: carer.reviewed, limit: 3 days}",
         "`caret` is not a kind of subject; did you mean `carer`?"},
        {"each: [gp, gb], opens: start, met_by: 'notification.sent{to=each}', limit: 3 days}",
         "`gb` is not a code of RECIPIENT"},
        {"aim: true, opens: start, met_by: visit.made, limit: 3 days, late: l}", "an aim is never late"},
        {"after_death: true, opens: start, met_by: visit.made, limit: 3 days}", "after_death goes with the scope life"},
        {"opens: start, met_by: {on: visit.made, early: 3 hours}, limit: 3 days}", "early: expected days"},
        {"opens: {on: review.held, by: numbre}, met_by: visit.made, limit: 3 days}",
         "review.held has no field `numbre` that is a reference or a code"},
        {"opens: {on: start, when: in_care since age 14 for 3 months}, met_by: visit.made, limit: 3 days}",
         "days in care are added up in days or weeks"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rules_fixture *f = rules_begin(state);
        const char *ladders = strstr(cases[i].text, "late: l") != NULL ? "ladders: {l: {rungs: []}}\n" : "";
        assert_refused(state, arena_printf(f->kept, HEAD "%s" DUTY "%s\n", ladders, cases[i].text), cases[i].problem);
    }
    assert_refused(state, HEAD "spans:\n  care: {from: review.held}\nduties: []\n",
                   "4:3: the scope `care` stands already");
    assert_refused(state, HEAD "spans:\n  x: {to: review.held}\nduties: []\n", "x: expected `from`");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_gate),
        cmocka_unit_test(test_what_is_said_of_a_gate),
        cmocka_unit_test(test_the_next_instant_of_a_gate),
        cmocka_unit_test(test_gates_with_else_and_nth),
        cmocka_unit_test(test_at_once_and_watch),
        cmocka_unit_test(test_once_in_each_scope),
        cmocka_unit_test(test_without_a_lead),
        cmocka_unit_test(test_dates_in_events),
        cmocka_unit_test(test_ages),
        cmocka_unit_test(test_the_earliest_of_several),
        cmocka_unit_test(test_what_it_is_counted_from),
        cmocka_unit_test(test_aims_and_what_is_off),
        cmocka_unit_test(test_a_named_span),
        cmocka_unit_test(test_other_subjects),
        cmocka_unit_test(test_birthdays),
        cmocka_unit_test(test_what_comes_to_hold),
        cmocka_unit_test(test_the_first_of_each),
        cmocka_unit_test(test_each),
        cmocka_unit_test(test_all_of_several),
        cmocka_unit_test(test_met_at_a_date),
        cmocka_unit_test(test_what_cancels),
        cmocka_unit_test(test_after_death),
        cmocka_unit_test(test_mistakes),
    };
    return cmocka_run_group_tests(tests, rules_set_up, rules_tear_down);
}
