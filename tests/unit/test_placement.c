/* Placements, temporary stays and homes: R13, R14, R15, R53. */
#include "rules_fixture.h"
#include "value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define CARE "c care.started 2024-01-01T10:00:00Z legal_status=C2 arrangement=full"
#define P1 "p1 placement.started 2024-01-01T10:00:00Z placement=P1 placement_type=U1"

/* `reference from to` of each home, one a line; of one that became ordinary later also from when, of one that never
 * did `stay`. */
static const char *homes(struct rules_fixture *f, const char *at) {
    const struct history *history = rules_history(f, at);
    const char *text = "";
    for (size_t i = 0; i < history->n_homes; i++) {
        const struct home *home = &history->homes[i];
        const char *ordinary = rules_instant_text(f, home->ordinary_from.at);
        if (home->ordinary_from.at.ms == home->from.at.ms)
            ordinary = "";
        else if (home->ordinary_from.at.ms == INSTANT_NEVER.ms)
            ordinary = "stay";
        text = arena_printf(f->arena, "%s%s %s %s%s%s\n", text, history->placements[home->first].reference,
                            rules_occurrence_text(f, home->from), rules_occurrence_text(f, home->to),
                            *ordinary != '\0' ? " " : "", ordinary);
    }
    return text;
}

/* R13: with its end, with the next placement, with care. */
static void test_what_ends_a_placement(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, CARE, P1, "p2 placement.started 2024-02-01T10:00:00Z placement=P2 placement_type=U1");
    assert_string_equal(homes(f, "2024-02-01T09:59:59Z"), "P1 2024-01-01T10:00:00Z -\n");
    assert_string_equal(homes(f, "2024-02-01T10:00:00Z"),
                        "P1 2024-01-01T10:00:00Z 2024-02-01T10:00:00Z\nP2 2024-02-01T10:00:00Z -\n");
    rules_tell(f, "e1 placement.ended 2024-01-20T10:00:00Z placement=P1");
    rules_tell(f, "x care.ended 2024-03-01");
    assert_string_equal(homes(f, "2024-04-01T00:00:00Z"),
                        "P1 2024-01-01T10:00:00Z 2024-01-20T10:00:00Z\nP2 2024-02-01T10:00:00Z 2024-03-01\n");
}

static void test_an_end_recorded_too_late_and_death(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, CARE, P1, "p2 placement.started 2024-02-01T10:00:00Z placement=P2 placement_type=U1",
               "e1 placement.ended 2024-02-20T10:00:00Z placement=P1", "d child.died 2024-02-10T10:00:00Z");
    assert_string_equal(homes(f, "2024-04-01T00:00:00Z"), "P1 2024-01-01T10:00:00Z 2024-02-01T10:00:00Z\n"
                                                          "P2 2024-02-01T10:00:00Z 2024-02-10T10:00:00Z\n");
}

/* R14: the placement below goes on; the stay ends with the start of any other. */
static void test_a_stay_above_a_placement(void **state) {
    static const char *const stays[] = {"placement_type=T0", "placement_type=T4", "placement_type=U1 temporary=true",
                                        "placement_type=U1 arrangement=short_break"};
    for (size_t i = 0; i < 4; i++) {
        struct rules_fixture *f = rules_begin(state);
        RULES_TELL(f, CARE, P1,
                   arena_printf(f->arena, "s1 placement.started 2024-02-01T10:00:00Z placement=S1 %s", stays[i]),
                   "s2 placement.started 2024-02-05T10:00:00Z placement=S2 placement_type=T1");
        assert_string_equal(homes(f, "2024-03-01T00:00:00Z"), "P1 2024-01-01T10:00:00Z -\n"
                                                              "S1 2024-02-01T10:00:00Z 2024-02-05T10:00:00Z stay\n"
                                                              "S2 2024-02-05T10:00:00Z - stay\n");
    }
}

/* R14: with none below it is where the child lives; within short breaks a short break is the ordinary thing. */
static void test_a_stay_with_none_below(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, CARE, "s1 placement.started 2024-02-01T10:00:00Z placement=S1 placement_type=T0");
    assert_string_equal(homes(f, "2024-03-01T00:00:00Z"), "S1 2024-02-01T10:00:00Z -\n");
    f = rules_begin(state);
    RULES_TELL(f, CARE, P1, "e1 placement.ended 2024-02-01T10:00:00Z placement=P1",
               "s1 placement.started 2024-02-01T10:00:00Z placement=S1 placement_type=T0");
    assert_string_equal(homes(f, "2024-03-01T00:00:00Z"),
                        "P1 2024-01-01T10:00:00Z 2024-02-01T10:00:00Z\nS1 2024-02-01T10:00:00Z -\n");
    f = rules_begin(state);
    RULES_TELL(f, "c care.started 2024-01-01T10:00:00Z legal_status=V4 arrangement=short_break", P1,
               "s1 placement.started 2024-02-01T10:00:00Z placement=S1 placement_type=U1 arrangement=short_break");
    assert_string_equal(homes(f, "2024-03-01T00:00:00Z"),
                        "P1 2024-01-01T10:00:00Z 2024-02-01T10:00:00Z\nS1 2024-02-01T10:00:00Z -\n");
}

/* R14: where the one below ends meanwhile, from that instant. */
static void test_a_stay_whose_placement_below_ends(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, CARE, P1, "s1 placement.started 2024-02-01T10:00:00Z placement=S1 placement_type=T0",
               "e1 placement.ended 2024-02-10T10:00:00Z placement=P1");
    assert_string_equal(homes(f, "2024-02-10T09:59:59Z"),
                        "P1 2024-01-01T10:00:00Z -\nS1 2024-02-01T10:00:00Z - stay\n");
    assert_string_equal(homes(f, "2024-02-10T10:00:00Z"), "P1 2024-01-01T10:00:00Z 2024-02-10T10:00:00Z\n"
                                                          "S1 2024-02-01T10:00:00Z - 2024-02-10T10:00:00Z\n");
    const struct history *history = rules_history(f, "2024-03-01T00:00:00Z");
    assert_ptr_equal(history_home_at(history, rules_instant("2024-02-10T09:59:59Z")), &history->homes[0]);
    assert_ptr_equal(history_home_at(history, rules_instant("2024-02-10T10:00:00Z")), &history->homes[1]);
    assert_null(history_home_at(history, rules_instant("2024-01-01T09:59:59Z")));
}

#define P2_SAME "p2 placement.started 2024-02-01T18:00:00Z placement=P2 placement_type=H5 same_carer=true"

/* R15: it goes on with the carer if the placement before ended on the same local day, by whatever ended it. */
static void test_the_same_carer(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, CARE, P1, P2_SAME, "e1 placement.ended 2024-02-01T10:00:00Z placement=P1");
    assert_string_equal(homes(f, "2024-03-01T00:00:00Z"), "P1 2024-01-01T10:00:00Z -\n");
    f = rules_begin(state);
    RULES_TELL(f, CARE, P1, P2_SAME, "e1 placement.ended 2024-01-31T23:59:59Z placement=P1");
    assert_string_equal(homes(f, "2024-03-01T00:00:00Z"),
                        "P1 2024-01-01T10:00:00Z 2024-01-31T23:59:59Z\nP2 2024-02-01T18:00:00Z -\n");
}

/* R15: within one period of care. */
static void test_the_same_carer_in_another_period(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, CARE, P1, "x care.ended 2024-02-01T10:00:00Z", "y care.started 2024-02-01T18:00:00Z", P2_SAME);
    assert_string_equal(homes(f, "2024-03-01T00:00:00Z"),
                        "P1 2024-01-01T10:00:00Z 2024-02-01T10:00:00Z\nP2 2024-02-01T18:00:00Z -\n");
}

static void assert_field(struct rules_fixture *f, const char *field, const char *at, const char *expected) {
    const struct history *history = rules_history(f, "2025-01-01T00:00:00Z");
    field_symbol symbol = catalogue_symbol(history->catalogue, field);
    struct value value = home_value(history, &history->homes[0], symbol, rules_instant(at), NULL);
    if (value.kind == VALUE_BOOLEAN)
        assert_string_equal(value.of.truth ? "true" : "false", expected);
    else
        assert_string_equal(value.kind == VALUE_NONE ? "none" : value_text(value), expected);
}

/* R15: type, basis and long_term hold from its own start, visits_agreed until changed. */
static void test_fields_of_the_placement_in_force(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, CARE,
               "p1 placement.started 2024-01-01T10:00:00Z placement=P1 placement_type=U1 basis=long_term_foster "
               "long_term=true",
               "a placement.changed 2024-01-10T10:00:00Z placement=P1 visits_agreed=true",
               "b placement.changed 2024-01-20T10:00:00Z placement=P1 placement_type=U4",
               "e1 placement.ended 2024-02-01T10:00:00Z placement=P1", P2_SAME);
    assert_field(f, "visits_agreed", "2024-01-10T09:59:59Z", "none");
    assert_field(f, "visits_agreed", "2024-01-10T10:00:00Z", "true");
    assert_field(f, "placement_type", "2024-01-20T09:59:59Z", "U1");
    assert_field(f, "placement_type", "2024-01-20T10:00:00Z", "U4");
    assert_field(f, "placement_type", "2024-02-01T17:59:59Z", "U4");
    assert_field(f, "placement_type", "2024-02-01T18:00:00Z", "H5");
    assert_field(f, "long_term", "2024-02-01T17:59:59Z", "true");
    assert_field(f, "long_term", "2024-02-01T18:00:00Z", "none");
    assert_field(f, "basis", "2024-02-01T18:00:00Z", "none");
    assert_field(f, "visits_agreed", "2024-02-01T18:00:00Z", "true");
}

/* R5: a change on the bare day of the start counts from the start; one of the day before is not of this placement. */
static void test_a_change_on_the_day_of_the_start(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, CARE, P1, "a placement.changed 2024-01-01 placement=P1 placement_type=U4",
               "b placement.changed 2023-12-31 placement=P1 long_term=true");
    assert_field(f, "placement_type", "2024-01-01T10:00:00Z", "U4");
    assert_field(f, "long_term", "2024-01-01T10:00:00Z", "none");
}

static int period_of_first_placement(struct rules_fixture *f) {
    const struct history *history = rules_history(f, "2025-01-01T00:00:00Z");
    const struct period *period = history->placements[0].period;
    return period != NULL ? (int) (period - history->periods) : -1;
}

/* R53: a placement begun before the period, and still open when it begins, belongs to it. */
static void test_a_placement_before_the_period(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "p1 placement.started 2023-12-20T10:00:00Z placement=P1 placement_type=U1", CARE);
    assert_int_equal(period_of_first_placement(f), 0);
    rules_tell(f, "e1 placement.ended 2024-01-01T10:00:00Z placement=P1");
    assert_int_equal(period_of_first_placement(f), -1);
}

static void test_a_placement_before_the_period_replaced_by_another(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "p1 placement.started 2023-12-20T10:00:00Z placement=P1 placement_type=U1",
               "p2 placement.started 2023-12-25T10:00:00Z placement=P2 placement_type=U1", CARE);
    assert_int_equal(period_of_first_placement(f), -1);
    const struct history *history = rules_history(f, "2025-01-01T00:00:00Z");
    assert_ptr_equal(history->placements[1].period, history->periods);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_ends_a_placement),
        cmocka_unit_test(test_an_end_recorded_too_late_and_death),
        cmocka_unit_test(test_a_stay_above_a_placement),
        cmocka_unit_test(test_a_stay_with_none_below),
        cmocka_unit_test(test_a_stay_whose_placement_below_ends),
        cmocka_unit_test(test_the_same_carer),
        cmocka_unit_test(test_the_same_carer_in_another_period),
        cmocka_unit_test(test_fields_of_the_placement_in_force),
        cmocka_unit_test(test_a_change_on_the_day_of_the_start),
        cmocka_unit_test(test_a_placement_before_the_period),
        cmocka_unit_test(test_a_placement_before_the_period_replaced_by_another),
    };
    return cmocka_run_group_tests(tests, rules_set_up, rules_tear_down);
}
