/* What is said: the table of R18 cell by cell, R29 of risks, the rungs of R40, the types of R42, and ids said again. */
#include "difference_part.h"

#include "rules_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* R18, with opening at 10, due soon at 20 and due at 30. */

enum { OPENED = 10, SOON = 20, DUE = 30 };

static struct derived duty(enum instance_state state, int64_t closed_at) {
    struct derived derived = {.face = {.state = state,
                                       .opened_at = {OPENED},
                                       .due_soon_at = {SOON},
                                       .due_at = {DUE},
                                       .met_at = INSTANT_NEVER,
                                       .ended_at = INSTANT_NEVER}};
    if (state == INSTANCE_CANCELLED)
        derived.face.ended_at.ms = closed_at;
    else if (closed_at != 0)
        derived.face.met_at.ms = closed_at;
    return derived;
}

static enum alert_state say(const struct derived *derived, enum alert_state last, int64_t last_due) {
    struct said said = {.state = last, .due_at = {last_due}};
    return difference_table_duty(derived, last != ALERT_NOTHING ? &said : NULL);
}

static const enum alert_state open_states[] = {ALERT_DUE_SOON, ALERT_OVERDUE, ALERT_UNKNOWN};
static const enum alert_state closed_states[] = {ALERT_MET, ALERT_MET_LATE, ALERT_CANCELLED};

static void test_open_now(void **state) {
    (void) state;
    static const enum instance_state now[] = {INSTANCE_DUE_SOON, INSTANCE_OVERDUE, INSTANCE_UNKNOWN};
    for (size_t i = 0; i < 3; i++) {
        struct derived derived = duty(now[i], 0);
        enum alert_state it = open_states[i];
        assert_int_equal(say(&derived, ALERT_NOTHING, 0), it);
        assert_int_equal(say(&derived, ALERT_WITHDRAWN, DUE), it);
        for (size_t j = 0; j < 3; j++) {
            assert_int_equal(say(&derived, open_states[j], DUE), i == j ? ALERT_NOTHING : it);
            assert_int_equal(say(&derived, open_states[j], DUE + 1), it); /* due at another time */
            assert_int_equal(say(&derived, closed_states[j], DUE), it);
        }
    }
}

static void test_closed_now(void **state) {
    (void) state;
    static const enum instance_state now[] = {INSTANCE_MET, INSTANCE_MET_LATE, INSTANCE_CANCELLED};
    for (size_t i = 0; i < 3; i++) {
        struct derived derived = duty(now[i], DUE + 5);
        assert_int_equal(say(&derived, ALERT_NOTHING, 0), ALERT_NOTHING);
        assert_int_equal(say(&derived, ALERT_WITHDRAWN, DUE), ALERT_NOTHING);
        for (size_t j = 0; j < 3; j++) {
            assert_int_equal(say(&derived, open_states[j], DUE), closed_states[i]);
            assert_int_equal(say(&derived, closed_states[j], DUE), i == j ? ALERT_NOTHING : closed_states[i]);
        }
    }
}

/* Closed before the state last said began: it never was in it. Due soon began at its instant, overdue at due_at,
 * unknown at the opening. */
static void assert_closed_at(enum alert_state last, int64_t closed_at, enum alert_state expected) {
    struct derived derived = duty(INSTANCE_MET, closed_at);
    assert_int_equal(say(&derived, last, DUE), expected);
    derived = duty(INSTANCE_CANCELLED, closed_at);
    assert_int_equal(say(&derived, last, DUE), expected == ALERT_MET ? ALERT_CANCELLED : expected);
}

static void test_closed_before_it_began(void **state) {
    (void) state;
    assert_closed_at(ALERT_DUE_SOON, SOON - 1, ALERT_WITHDRAWN);
    assert_closed_at(ALERT_DUE_SOON, SOON, ALERT_MET);
    assert_closed_at(ALERT_OVERDUE, DUE - 1, ALERT_WITHDRAWN);
    assert_closed_at(ALERT_OVERDUE, DUE, ALERT_MET);
    assert_closed_at(ALERT_UNKNOWN, OPENED - 1, ALERT_WITHDRAWN);
    assert_closed_at(ALERT_UNKNOWN, OPENED, ALERT_MET);
}

static void test_quiet_now(void **state) {
    (void) state;
    struct derived quiet = duty(INSTANCE_OPEN, 0), unset = duty(INSTANCE_UNKNOWN, 0);
    unset.unset = true; /* R36: a duty without a limit is never spoken of */
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(say(&quiet, open_states[i], DUE), ALERT_WITHDRAWN);
        assert_int_equal(say(&unset, open_states[i], DUE), ALERT_WITHDRAWN);
        assert_int_equal(say(&quiet, closed_states[i], DUE), ALERT_NOTHING);
    }
    assert_int_equal(say(&quiet, ALERT_NOTHING, 0), ALERT_NOTHING);
    assert_int_equal(say(&unset, ALERT_NOTHING, 0), ALERT_NOTHING);
    assert_int_equal(say(&quiet, ALERT_WITHDRAWN, DUE), ALERT_NOTHING);
}

static void test_nothing_now(void **state) {
    (void) state;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(say(NULL, open_states[i], DUE), ALERT_WITHDRAWN);
        assert_int_equal(say(NULL, closed_states[i], DUE), ALERT_WITHDRAWN);
    }
    assert_int_equal(say(NULL, ALERT_NOTHING, 0), ALERT_NOTHING);
    assert_int_equal(say(NULL, ALERT_WITHDRAWN, DUE), ALERT_NOTHING);
}

/* R42. */
static void test_types(void **state) {
    (void) state;
    static const enum alert_state before[] = {ALERT_NOTHING, ALERT_MET, ALERT_CLEARED, ALERT_WITHDRAWN};
    static const enum alert_state opens[] = {ALERT_DUE_SOON, ALERT_OVERDUE, ALERT_UNKNOWN, ALERT_RAISED};
    static const enum alert_state closes[] = {ALERT_MET, ALERT_MET_LATE, ALERT_CANCELLED, ALERT_CLEARED};
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < 4; j++) {
            assert_string_equal(difference_table_type(opens[i], before[j]), "care.alert.raised");
            assert_string_equal(difference_table_type(opens[i], opens[j]), "care.alert.changed");
            assert_string_equal(difference_table_type(closes[i], opens[j]), "care.alert.cleared");
            assert_string_equal(difference_table_type(ALERT_WITHDRAWN, opens[j]), "care.alert.withdrawn");
        }
    assert_string_equal(difference_table_type(ALERT_UPDATED, ALERT_RAISED), "care.alert.changed");
}

/* R29. */
static enum alert_state say_risk(enum instance_state now, struct held *held, int32_t count, enum alert_state last) {
    struct derived derived = {.face.state = now, .held = held, .n_held = 1, .count = count};
    struct said said = {.state = last, .count = 3, .raised_at = {100}};
    return difference_table_risk(&derived, last != ALERT_NOTHING ? &said : NULL, (struct instant){200});
}

static void test_risks(void **state) {
    (void) state;
    struct held now = {{100}, INSTANT_NEVER}, since = {{100}, {150}}, before = {{50}, {100}}, just = {{50}, {101}};
    assert_int_equal(say_risk(INSTANCE_RAISED, &now, 3, ALERT_NOTHING), ALERT_RAISED);
    assert_int_equal(say_risk(INSTANCE_RAISED, &now, 3, ALERT_CLEARED), ALERT_RAISED);
    assert_int_equal(say_risk(INSTANCE_RAISED, &now, 3, ALERT_WITHDRAWN), ALERT_RAISED);
    assert_int_equal(say_risk(INSTANCE_RAISED, &now, 3, ALERT_RAISED), ALERT_NOTHING);
    assert_int_equal(say_risk(INSTANCE_RAISED, &now, 4, ALERT_RAISED), ALERT_UPDATED);
    assert_int_equal(say_risk(INSTANCE_RAISED, &now, 2, ALERT_UPDATED), ALERT_UPDATED);
    assert_int_equal(say_risk(INSTANCE_RAISED, &now, 3, ALERT_UPDATED), ALERT_NOTHING);
    assert_int_equal(say_risk(INSTANCE_UNKNOWN, &now, 0, ALERT_NOTHING), ALERT_UNKNOWN);
    assert_int_equal(say_risk(INSTANCE_UNKNOWN, &now, 0, ALERT_UNKNOWN), ALERT_NOTHING);
    assert_int_equal(say_risk(INSTANCE_UNKNOWN, &now, 0, ALERT_RAISED), ALERT_UNKNOWN);
    assert_int_equal(say_risk(INSTANCE_RAISED, &now, 3, ALERT_UNKNOWN), ALERT_RAISED);
    assert_int_equal(say_risk(INSTANCE_CLEARED, &since, 0, ALERT_RAISED), ALERT_CLEARED);
    assert_int_equal(say_risk(INSTANCE_CLEARED, &just, 0, ALERT_UPDATED), ALERT_CLEARED);
    assert_int_equal(say_risk(INSTANCE_CLEARED, &before, 0, ALERT_RAISED), ALERT_WITHDRAWN);
    assert_int_equal(say_risk(INSTANCE_CLEARED, &since, 0, ALERT_UNKNOWN), ALERT_CLEARED);
    assert_int_equal(say_risk(INSTANCE_CLEARED, &since, 0, ALERT_CLEARED), ALERT_NOTHING);
    struct said said = {.state = ALERT_RAISED, .raised_at = {100}};
    assert_int_equal(difference_table_risk(NULL, &said, (struct instant){200}), ALERT_WITHDRAWN);
}

/* Through the engine. */

#define BORN "b child.registered 2023-01-01 date_of_birth=2014-06-15"
#define CARE "c care.started 2024-01-08 legal_status=C2 arrangement=full"
#define IHA "h health_assessment.completed 2024-01-09 kind=initial"

/* R40: rung 1 with overdue, then after 3 and 10 working days; met ends those raised. */
static void test_a_ladder(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, BORN, CARE, IHA);
    assert_string_equal(rules_say(f, "2024-01-30T00:00:00Z", BECAUSE_CLOCK),
                        "review-first|care:2024-01-08#due_soon 2024-02-06T00:00:00Z\n");
    assert_string_equal(rules_instant_text(f, f->step.next), "2024-02-06T00:00:00Z");
    assert_string_equal(rules_say(f, "2024-02-05T23:59:59Z", BECAUSE_CLOCK), "");
    assert_string_equal(rules_say(f, "2024-02-06T00:00:00Z", BECAUSE_CLOCK),
                        "review-first|care:2024-01-08#overdue 2024-02-06T00:00:00Z\n"
                        "review-first|care:2024-01-08#rung-1 2024-02-06T00:00:00Z\n");
    assert_string_equal(rules_instant_text(f, f->step.next), "2024-02-09T00:00:00Z");
    assert_string_equal(rules_say(f, "2024-02-08T23:59:59Z", BECAUSE_CLOCK), "");
    assert_string_equal(rules_say(f, "2024-02-09T00:00:00Z", BECAUSE_CLOCK),
                        "review-first|care:2024-01-08#rung-2 2024-02-06T00:00:00Z\n");
    assert_true(f->step.statements[0].escalation);
    assert_int_equal(f->step.statements[0].rung, 2);
    assert_string_equal(f->step.statements[0].recipients[0], "head-of-service");
    rules_tell(f, "r review.held 2024-02-10 @2024-02-11T12:00:00Z review=R1 kind=care");
    assert_string_equal(rules_say(f, "2024-02-11T12:00:00Z", BECAUSE_RECORD),
                        "review-first|care:2024-01-08#met_late 2024-02-06T00:00:00Z\n"
                        "review-first|care:2024-01-08#rung-1-ended 2024-02-06T00:00:00Z\n"
                        "review-first|care:2024-01-08#rung-2-ended 2024-02-06T00:00:00Z\n");
}

/* R40: a correction of the date ends the rungs no longer reached and repeats none that was said; ids said again get .2.
 */
static void test_a_corrected_date(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, BORN, CARE, IHA);
    (void) rules_say(f, "2024-02-09T00:00:00Z", BECAUSE_CLOCK); /* rungs 1 and 2 */
    rules_tell(f, "c2 care.started 2024-01-10 @2024-02-10T12:00:00Z legal_status=C2 arrangement=full replaces=c");
    assert_string_equal(rules_say(f, "2024-02-10T12:00:00Z", BECAUSE_RECORD),
                        "review-first|care:2024-01-08#overdue.2 2024-02-08T00:00:00Z\n"
                        "review-first|care:2024-01-08#rung-2-ended 2024-02-08T00:00:00Z\n");
    assert_string_equal(rules_say(f, "2024-02-13T00:00:00Z", BECAUSE_CLOCK),
                        "review-first|care:2024-01-08#rung-2.2 2024-02-08T00:00:00Z\n");
}

/* R40: a rung that has passed already is said at once. */
static void test_a_ladder_found_late(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, BORN, CARE, IHA);
    assert_string_equal(rules_say(f, "2024-06-01T00:00:00Z", BECAUSE_BACKLOG),
                        "review-first|care:2024-01-08#overdue 2024-02-06T00:00:00Z\n"
                        "review-first|care:2024-01-08#rung-1 2024-02-06T00:00:00Z\n"
                        "review-first|care:2024-01-08#rung-2 2024-02-06T00:00:00Z\n"
                        "review-first|care:2024-01-08#rung-3 2024-02-06T00:00:00Z\n");
    assert_int_equal(f->step.statements[0].because, BECAUSE_BACKLOG);
    const char *const since[] = {"2024-02-06T00:00:00Z", "2024-02-06T00:00:00Z", "2024-02-09T00:00:00Z",
                                 "2024-02-20T00:00:00Z"}; /* the third and the tenth working day are over */
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(f->step.statements[i].detected_at.ms, rules_instant(since[i]).ms);
}

/* R18: said due soon, and then it turns out to have been done before: withdrawn, and never overdue. */
static void test_withdrawn_by_a_late_record(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, BORN, CARE, IHA);
    (void) rules_say(f, "2024-01-30T00:00:00Z", BECAUSE_CLOCK);
    rules_tell(f, "r review.held 2024-01-20 @2024-01-31T12:00:00Z review=R1 kind=care");
    assert_string_equal(rules_say(f, "2024-01-31T12:00:00Z", BECAUSE_RECORD),
                        "review-first|care:2024-01-08#withdrawn 2024-02-06T00:00:00Z\n");
    rules_tell(f, "x record.voided 2024-02-01 @2024-02-01T12:00:00Z target=r");
    assert_string_equal(rules_say(f, "2024-02-01T12:00:00Z", BECAUSE_RECORD),
                        "review-first|care:2024-01-08#due_soon.2 2024-02-06T00:00:00Z\n");
    assert_string_equal(f->step.statements[0].type, "care.alert.raised");
    assert_int_equal(f->step.statements[0].because, BECAUSE_LATE_RECORD);
}

/* A duty that is no more: due_at is null. */
static void test_withdrawn_by_a_void(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, BORN, CARE, IHA);
    (void) rules_say(f, "2024-02-06T00:00:00Z", BECAUSE_CLOCK);
    rules_tell(f, "x record.voided 2024-02-07 @2024-02-07T12:00:00Z target=c");
    assert_string_equal(rules_say(f, "2024-02-07T12:00:00Z", BECAUSE_RECORD),
                        "review-first|care:2024-01-08#rung-1-ended -\n"
                        "review-first|care:2024-01-08#withdrawn -\n");
    assert_string_equal(rules_say(f, "2024-02-08T12:00:00Z", BECAUSE_CLOCK), "");
}

#define MISSING(n, day)                                                                                                \
    "m" #n " missing.started " day "T10:00:00Z episode=M" #n " kind=M",                                                \
        "e" #n " missing.ended " day "T12:00:00Z episode=M" #n " outcome=turned_18"

/* R29: updated with the count in 90 days, cleared when it no longer holds, raised again with .2. */
static void test_a_risk_through_its_life(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, MISSING(1, "2024-01-02"), MISSING(2, "2024-01-10"));
    assert_string_equal(rules_say(f, "2024-01-10T12:00:00Z", BECAUSE_RECORD), "missing-repeat|child#raised -\n");
    assert_int_equal(f->step.statements[0].count, 2);
    RULES_TELL(f, MISSING(3, "2024-01-12"));
    assert_string_equal(rules_say(f, "2024-01-12T12:00:00Z", BECAUSE_RECORD), "missing-repeat|child#updated -\n");
    assert_int_equal(f->step.statements[0].count, 3);
    assert_string_equal(f->step.statements[0].type, "care.alert.changed");
    assert_string_equal(rules_say(f, "2024-03-31T22:59:59Z", BECAUSE_CLOCK), "");
    assert_string_equal(rules_say(f, "2024-03-31T23:00:00Z", BECAUSE_CLOCK), "missing-repeat|child#cleared -\n");
    RULES_TELL(f, MISSING(4, "2024-06-01"), MISSING(5, "2024-06-02"));
    assert_string_equal(rules_say(f, "2024-06-02T12:00:00Z", BECAUSE_RECORD), "missing-repeat|child#raised.2 -\n");
    rules_tell(f, "x record.voided 2024-06-03 @2024-06-03T12:00:00Z target=m4");
    assert_string_equal(rules_say(f, "2024-06-03T12:00:00Z", BECAUSE_RECORD), "missing-repeat|child#withdrawn -\n");
}

/* The newest statement of each alert, with its memory; also where only the ladder spoke. */
static void test_the_latest_for_readers(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, BORN, CARE, IHA);
    (void) rules_say(f, "2024-02-06T00:00:00Z", BECAUSE_CLOCK);
    assert_int_equal(f->step.n_changed, 1);
    assert_string_equal(f->step.latest[0]->event_id, RULES_SUBJECT "|review-first|care:2024-01-08#overdue");
    assert_int_equal(f->step.latest[0]->said->rungs, 1);
    (void) rules_say(f, "2024-02-09T00:00:00Z", BECAUSE_CLOCK);
    assert_int_equal(f->step.n_changed, 1);
    assert_string_equal(f->step.latest[0]->event_id, RULES_SUBJECT "|review-first|care:2024-01-08#overdue");
    assert_false(f->step.latest[0]->escalation);
    assert_int_equal(f->step.latest[0]->said->rungs, 3);
    assert_int_equal(f->step.latest[0]->said->times[ALERT_OVERDUE], 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open_now),
        cmocka_unit_test(test_closed_now),
        cmocka_unit_test(test_closed_before_it_began),
        cmocka_unit_test(test_quiet_now),
        cmocka_unit_test(test_nothing_now),
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_risks),
        cmocka_unit_test(test_a_ladder),
        cmocka_unit_test(test_a_corrected_date),
        cmocka_unit_test(test_a_ladder_found_late),
        cmocka_unit_test(test_withdrawn_by_a_late_record),
        cmocka_unit_test(test_withdrawn_by_a_void),
        cmocka_unit_test(test_a_risk_through_its_life),
        cmocka_unit_test(test_the_latest_for_readers),
    };
    return cmocka_run_group_tests(tests, rules_set_up_core, rules_tear_down);
}
