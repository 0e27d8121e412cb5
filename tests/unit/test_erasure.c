/* What is said when a subject is erased (R49), and what is remembered. */
#include "rules_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define ENTRY(id, day) id " care.started " day " legal_status=V2 arrangement=full"

static void erase(struct rules_fixture *f, const char *time) {
    rules_tell(f, arena_printf(f->arena, "x-%s record.erased 2024-01-01 @%s", time, time));
}

/* Every open alert is cancelled, its ladder ends, and nothing is left to say or to remember. */
static void test_open_alerts_are_cancelled(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, ENTRY("e1", "2024-01-08"), "r1 child.registered 2024-01-08 date_of_birth=2015-01-16",
               "v1 review.held 2024-02-01 review=R1 kind=care");
    (void) rules_say(f, "2024-01-31T00:00:00Z", BECAUSE_CLOCK);
    (void) rules_say(f, "2024-02-07T00:00:00Z", BECAUSE_CLOCK); /* the assessment is overdue, the review was held */
    erase(f, "2024-02-07T09:00:00Z");
    assert_int_equal(record_n_facts(f->record), 0);
    assert_string_equal(rules_say(f, "2024-02-07T09:00:00Z", BECAUSE_RECORD), "iha|care:2024-01-08#cancelled -\n"
                                                                              "iha|care:2024-01-08#rung-1-ended -\n");
    assert_string_equal(f->step.statements[0].type, "care.alert.cleared");
    assert_string_equal(f->step.statements[0].authority, "E06000052");
    assert_int_equal(f->step.n_statements, 2);
    assert_int_equal(f->step.n_forgotten, 2); /* the review's too, that was due soon and met */
    assert_string_equal(f->step.forgotten[0], RULES_SUBJECT "|iha|care:2024-01-08");
    assert_string_equal(f->step.forgotten[1], RULES_SUBJECT "|review-first|care:2024-01-08");
    assert_int_equal(f->step.n_changed, 0);
    assert_int_equal(record_n_said(f->record), 0);
    assert_string_equal(rules_say(f, "2024-02-08T00:00:00Z", BECAUSE_CLOCK), "");
    assert_int_equal(f->step.n_forgotten, 0);
    assert_true(instant_equal(f->step.next, INSTANT_NEVER));
}

/* An alert of the new record may have the id of an old one; the ids of its events must not. */
static void test_ids_are_never_used_again(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, ENTRY("e1", "2024-01-08"));
    (void) rules_say(f, "2024-02-06T00:00:00Z", BECAUSE_CLOCK);
    erase(f, "2024-02-07T09:00:00Z");
    RULES_TELL(f, "e2 care.started 2024-01-08 @2024-02-07T10:00:00Z legal_status=V2 arrangement=full");
    const char *said = rules_say(f, "2024-02-07T10:00:00Z", BECAUSE_RECORD);
    assert_non_null(strstr(said, "review-first|care:2024-01-08#cancelled -\n"));
    assert_non_null(strstr(said, "review-first|care:2024-01-08#rung-1-ended -\n"));
    assert_non_null(strstr(said, "review-first|care:2024-01-08#overdue.1707296401 2024-02-06T00:00:00Z\n"));
    assert_non_null(strstr(said, "review-first|care:2024-01-08#rung-1.1707296401 2024-02-06T00:00:00Z\n"));
    erase(f, "2024-02-08T09:00:00Z");
    said = rules_say(f, "2024-02-08T09:00:00Z", BECAUSE_RECORD);
    assert_non_null(strstr(said, "review-first|care:2024-01-08#cancelled.1707296401 -\n"));
}

/* While a partition is behind, no more is said than that it is cancelled. */
static void test_only_the_erasure(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, ENTRY("e1", "2024-01-08"));
    (void) rules_say(f, "2024-01-31T00:00:00Z", BECAUSE_CLOCK);
    erase(f, "2024-01-31T09:00:00Z");
    RULES_TELL(f, "e2 care.started 2024-01-08 @2024-01-31T10:00:00Z legal_status=V2 arrangement=full");
    struct step_options options = {.now = rules_instant("2024-02-07T10:00:00Z"), .only_erasure = true};
    engine_step(f->engine, f->record, &options, f->arena, &f->step);
    for (size_t i = 0; i < f->step.n_statements; i++)
        assert_string_equal(f->step.statements[i].state, "cancelled");
    assert_true(f->step.n_statements > 0);
    assert_int_equal(f->step.n_forgotten, f->step.n_statements);
}

/* An erasure that is known already, or an earlier one, changes nothing; nor does it cancel what is said since. */
static void test_erased_again(void **state) {
    struct rules_fixture *f = rules_begin(state);
    erase(f, "2024-01-07T09:00:00Z");
    RULES_TELL(f, ENTRY("e1", "2024-01-08"));
    (void) rules_say(f, "2024-02-06T00:00:00Z", BECAUSE_CLOCK);
    assert_int_equal(record_add(f->record, rules_fact(f, "x record.erased 2024-01-01 @2024-01-07T09:00:00Z")),
                     RECORD_DUPLICATE);
    assert_int_equal(record_add(f->record, rules_fact(f, ENTRY("e0", "2024-01-05"))), RECORD_ERASED);
    assert_string_equal(rules_say(f, "2024-02-06T00:00:00Z", BECAUSE_RECORD), "");
    assert_true(instant_equal(record_erased_to(f->record, NULL), rules_instant("2024-01-07T09:00:00Z")));
}

/* As it is loaded: only until when is known. */
static void test_restored(void **state) {
    struct rules_fixture *f = rules_begin(state);
    record_restore_erased(f->record, rules_fact(f, "x record.erased 2024-01-10 @2024-01-10T00:00:00Z"));
    record_restore_erased(f->record, rules_fact(f, "x record.erased 2024-01-09 @2024-01-09T00:00:00Z"));
    assert_int_equal(record_add(f->record, rules_fact(f, ENTRY("e1", "2024-01-09"))), RECORD_ERASED);
    RULES_TELL(f, ENTRY("e2", "2024-01-10"));
    assert_string_equal(rules_duties(f, "2024-01-11T00:00:00Z", "review-first"),
                        "care:2024-01-10 open 2024-02-08T00:00:00Z\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open_alerts_are_cancelled),
        cmocka_unit_test(test_ids_are_never_used_again),
        cmocka_unit_test(test_only_the_erasure),
        cmocka_unit_test(test_erased_again),
        cmocka_unit_test(test_restored),
    };
    return cmocka_run_group_tests(tests, rules_set_up_core, rules_tear_down);
}
