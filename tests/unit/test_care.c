/* Periods of care: R9, R10, R51 where it begins one, R53 where a placement comes before. */
#include "rules_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* `from to` of each period, one a line. */
static const char *periods(struct rules_fixture *f, const char *at) {
    const struct history *history = rules_history(f, at);
    const char *text = "";
    for (size_t i = 0; i < history->n_periods; i++)
        text = arena_printf(f->arena, "%s%s %s\n", text, rules_occurrence_text(f, history->periods[i].from),
                            rules_occurrence_text(f, history->periods[i].to));
    return text;
}

/* R9: a start while a period is open ends it and begins another. */
static void test_a_start_within_a_period(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "a care.started 2024-01-08T10:00:00Z", "b care.started 2024-02-01T10:00:00Z");
    assert_string_equal(periods(f, "2024-02-01T09:59:59Z"), "2024-01-08T10:00:00Z -\n");
    assert_string_equal(periods(f, "2024-02-01T10:00:00Z"),
                        "2024-01-08T10:00:00Z 2024-02-01T10:00:00Z\n2024-02-01T10:00:00Z -\n");
}

/* R9: but not on the local day on which it began: 23:30Z on 10 June is 11 June in London. */
static void test_a_second_start_of_the_same_day(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "a care.started 2024-06-10T08:00:00Z", "b care.started 2024-06-10T22:59:00Z");
    assert_string_equal(periods(f, "2024-07-01T00:00:00Z"), "2024-06-10T08:00:00Z -\n");
    rules_tell(f, "c care.started 2024-06-10T23:30:00Z");
    assert_string_equal(periods(f, "2024-07-01T00:00:00Z"),
                        "2024-06-10T08:00:00Z 2024-06-10T23:30:00Z\n2024-06-10T23:30:00Z -\n");
}

/* R9: an end outside a period is ignored. */
static void test_an_end_outside(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "a care.ended 2024-01-01T10:00:00Z", "b care.started 2024-01-08T10:00:00Z",
               "c care.ended 2024-01-20T10:00:00Z", "d care.ended 2024-01-25T10:00:00Z");
    assert_string_equal(periods(f, "2024-02-01T00:00:00Z"), "2024-01-08T10:00:00Z 2024-01-20T10:00:00Z\n");
}

/* R9: on a day where one of them is a bare date: the end of the open period first, then the start. */
static void test_out_and_in_on_a_bare_day(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "a care.started 2024-01-08", "b care.started 2024-02-01", "c care.ended 2024-02-01T15:00:00Z");
    assert_string_equal(periods(f, "2024-03-01T00:00:00Z"), "2024-01-08 2024-02-01T15:00:00Z\n2024-02-01 -\n");
}

/* R9: then a further end: in, out and in again, and out. */
static void test_a_further_end_on_a_bare_day(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "a care.started 2024-01-08", "b care.ended 2024-02-01", "c care.started 2024-02-01T10:00:00Z",
               "d care.ended 2024-02-01T09:00:00Z");
    assert_string_equal(periods(f, "2024-03-01T00:00:00Z"),
                        "2024-01-08 2024-02-01\n2024-02-01T10:00:00Z 2024-02-01T09:00:00Z\n");
}

/* R9: without a bare date only what has the same instant counts as one moment. */
static void test_out_and_in_at_one_instant(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "a care.started 2024-01-08T10:00:00Z", "b care.started 2024-02-01T10:00:00Z",
               "c care.ended 2024-02-01T10:00:00Z");
    assert_string_equal(periods(f, "2024-03-01T00:00:00Z"),
                        "2024-01-08T10:00:00Z 2024-02-01T10:00:00Z\n2024-02-01T10:00:00Z -\n");
}

/* A day whose only record is a bare end of a period that began by instant the same day ends it. */
static void test_in_and_out_on_one_day(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "a care.started 2024-02-01T10:00:00Z", "b care.ended 2024-02-01T16:00:00Z");
    assert_string_equal(periods(f, "2024-03-01T00:00:00Z"), "2024-02-01T10:00:00Z 2024-02-01T16:00:00Z\n");
}

/* R10, R17: at 00:00 local of the 18th birthday, of someone born on 29 February on 1 March. */
static void test_the_eighteenth_birthday(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "a child.registered 2020-01-01 date_of_birth=2006-06-15", "b care.started 2020-01-08T10:00:00Z");
    assert_string_equal(periods(f, "2021-01-01T00:00:00Z"), "2020-01-08T10:00:00Z 2024-06-14T23:00:00Z\n");
    f = rules_begin(state);
    RULES_TELL(f, "a child.registered 2020-01-01 date_of_birth=2008-02-29", "b care.started 2020-01-08T10:00:00Z");
    assert_string_equal(periods(f, "2021-01-01T00:00:00Z"), "2020-01-08T10:00:00Z 2026-03-01T00:00:00Z\n");
}

/* R10: whichever is first. */
static void test_an_end_before_the_birthday_and_death_before_both(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "a child.registered 2020-01-01 date_of_birth=2006-06-15", "b care.started 2020-01-08T10:00:00Z",
               "c care.ended 2023-05-01T10:00:00Z");
    assert_string_equal(periods(f, "2024-01-01T00:00:00Z"), "2020-01-08T10:00:00Z 2023-05-01T10:00:00Z\n");
    rules_tell(f, "d child.died 2022-03-04T05:00:00Z");
    assert_string_equal(periods(f, "2024-01-01T00:00:00Z"), "2020-01-08T10:00:00Z 2022-03-04T05:00:00Z\n");
}

/* R34: the date of birth is that of the record that came last among those that carry one. */
static void test_the_date_of_birth(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "a child.registered 2020-01-01 @2020-01-01T12:00:00Z date_of_birth=2006-06-15",
               "b child.updated 2020-01-05 @2020-01-03T12:00:00Z date_of_birth=2007-06-15",
               "c child.updated 2020-02-01 @2020-02-01T12:00:00Z sex=F");
    assert_int_equal(rules_history(f, "2020-01-04T23:59:59Z")->born.day, rules_date("2006-06-15").day);
    assert_int_equal(rules_history(f, "2020-03-01T00:00:00Z")->born.day, rules_date("2007-06-15").day);
}

static void assert_belongs(struct rules_fixture *f, const char *occurred, int place) {
    const struct history *history = rules_history(f, "2030-01-01T00:00:00Z");
    const struct period *period = history_period_of(history, rules_occurrence(f, occurred));
    assert_int_equal(period != NULL ? (int) (period - history->periods) : -1, place);
}

/* R9: to the latest period that began on or before it and did not end before it, the day of the end included. */
static void test_to_which_period_a_fact_belongs(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "a care.started 2024-01-08T10:00:00Z", "b care.ended 2024-02-01T10:00:00Z",
               "c care.started 2024-02-01T14:00:00Z", "d care.ended 2024-03-01T10:00:00Z",
               "e care.started 2024-05-01T10:00:00Z");
    assert_belongs(f, "2024-01-08T09:59:59Z", -1);
    assert_belongs(f, "2024-01-08", 0); /* a bare date: by day */
    assert_belongs(f, "2024-01-08T10:00:00Z", 0);
    assert_belongs(f, "2024-02-01T12:00:00Z", 0); /* after the end, on its day */
    assert_belongs(f, "2024-02-01T14:00:00Z", 1);
    assert_belongs(f, "2024-02-01", 1);
    assert_belongs(f, "2024-03-01T23:59:59Z", 1);
    assert_belongs(f, "2024-03-02T00:00:00Z", -1);
    assert_belongs(f, "2024-05-01T10:00:00Z", 2);
    assert_belongs(f, "2029-05-01T10:00:00Z", 2);
}

/* R51: an entry of which only the year is known opens later reviews instead of the first, and no initial assessment. */
static void test_an_unknown_start(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "a child.registered 2024-01-01 date_of_birth=2014-06-15",
               "b care.started 2024-01-08 start_known=false legal_status=C2 arrangement=full");
    assert_string_equal(rules_duties(f, "2024-01-09T00:00:00Z", NULL),
                        "review-subsequent care:2024-01-08 open 2024-07-08T23:00:00Z\n"
                        "rha-5-and-over care:2024-01-08 open 2025-01-09T00:00:00Z\n");
    rules_tell(f, "r review.held 2024-03-01 review=R1 kind=care");
    assert_string_equal(rules_duties(f, "2024-03-02T00:00:00Z", "review-subsequent"),
                        "care:2024-01-08 met 2024-07-08T23:00:00Z met 2024-03-01T00:00:00Z\n"
                        "review:R1 open 2024-09-01T23:00:00Z\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_start_within_a_period),
        cmocka_unit_test(test_a_second_start_of_the_same_day),
        cmocka_unit_test(test_an_end_outside),
        cmocka_unit_test(test_out_and_in_on_a_bare_day),
        cmocka_unit_test(test_a_further_end_on_a_bare_day),
        cmocka_unit_test(test_out_and_in_at_one_instant),
        cmocka_unit_test(test_in_and_out_on_one_day),
        cmocka_unit_test(test_the_eighteenth_birthday),
        cmocka_unit_test(test_an_end_before_the_birthday_and_death_before_both),
        cmocka_unit_test(test_the_date_of_birth),
        cmocka_unit_test(test_to_which_period_a_fact_belongs),
        cmocka_unit_test(test_an_unknown_start),
    };
    return cmocka_run_group_tests(tests, rules_set_up_core, rules_tear_down);
}
