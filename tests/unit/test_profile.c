/* Legal status and profile (R12). */
#include "rules_fixture.h"
#include "value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const char *profile_on(struct rules_fixture *f, const char *at) {
    const struct history *history = rules_history(f, "2025-01-01T00:00:00Z");
    return profile_name(history_profile_at(history, rules_instant(at)));
}

static void tell_care(struct rules_fixture *f, const char *status, const char *arrangement) {
    rules_tell(f, arena_printf(f->arena, "c care.started 2024-01-01T10:00:00Z legal_status=%s arrangement=%s", status,
                               arrangement));
}

static void assert_on_entry(void **state, const char *status, const char *arrangement, const char *expected) {
    struct rules_fixture *f = rules_begin(state);
    tell_care(f, status, arrangement);
    assert_string_equal(profile_on(f, "2024-01-01T10:00:00Z"), expected);
    assert_string_equal(profile_on(f, "2024-01-01T09:59:59Z"), "none");
}

static void test_by_status_and_arrangement(void **state) {
    assert_on_entry(state, "V2", "full", "standard");
    assert_on_entry(state, "V3", "full", "short_break"); /* the status outweighs the arrangement */
    assert_on_entry(state, "V4", "full", "short_break");
    assert_on_entry(state, "V2", "short_break", "short_break");
    assert_on_entry(state, "C1", "short_break", "standard"); /* reg 48(2)(a) */
    assert_on_entry(state, "C2", "short_break", "standard");
    assert_on_entry(state, "E1", "short_break", "standard");
    assert_on_entry(state, "J1", "full", "standard");
    assert_on_entry(state, "J1", "remand", "none");
    assert_on_entry(state, "L2", "detained", "none");
}

/* While care.started says short_break and the status has not changed to another code. */
static void test_a_change_of_status_ends_short_breaks(void **state) {
    struct rules_fixture *f = rules_begin(state);
    tell_care(f, "V2", "short_break");
    rules_tell(f, "a legal_status.changed 2024-02-01T10:00:00Z legal_status=V2 action=renewed");
    assert_string_equal(profile_on(f, "2024-02-01T10:00:00Z"), "short_break");
    rules_tell(f, "b legal_status.changed 2024-03-01T10:00:00Z legal_status=D1 action=made");
    assert_string_equal(profile_on(f, "2024-03-01T09:59:59Z"), "short_break");
    assert_string_equal(profile_on(f, "2024-03-01T10:00:00Z"), "standard");
    rules_tell(f, "d legal_status.changed 2024-04-01T10:00:00Z legal_status=V2 action=made");
    assert_string_equal(profile_on(f, "2024-04-01T10:00:00Z"), "standard"); /* it did change */
}

static const char *status_on(struct rules_fixture *f, const char *at) {
    const struct history *history = rules_history(f, "2025-01-01T00:00:00Z");
    struct value status = history_legal_status(history, &history->periods[0], rules_instant(at));
    return status.kind == VALUE_NONE ? "none" : value_text(status);
}

/* Made, extended and renewed set it; ended and revoked of the one in force leave none. */
static void test_what_an_action_does(void **state) {
    struct rules_fixture *f = rules_begin(state);
    tell_care(f, "C1", "full");
    RULES_TELL(f, "a legal_status.changed 2024-02-01T10:00:00Z legal_status=V2 action=ended",
               "b legal_status.changed 2024-03-01T10:00:00Z legal_status=C1 action=revoked",
               "d legal_status.changed 2024-04-01T10:00:00Z legal_status=C2 action=extended",
               "e legal_status.changed 2024-05-01T10:00:00Z legal_status=C1 action=applied",
               "g legal_status.changed 2024-06-01T10:00:00Z legal_status=E1 action=made");
    assert_string_equal(status_on(f, "2024-01-01T10:00:00Z"), "C1");
    assert_string_equal(status_on(f, "2024-02-01T10:00:00Z"), "C1");
    assert_string_equal(status_on(f, "2024-03-01T09:59:59Z"), "C1");
    assert_string_equal(status_on(f, "2024-03-01T10:00:00Z"), "none");
    assert_string_equal(status_on(f, "2024-04-01T10:00:00Z"), "C2");
    assert_string_equal(status_on(f, "2024-05-01T10:00:00Z"), "C2");
    assert_string_equal(status_on(f, "2024-06-01T10:00:00Z"), "E1");
}

/* Codes that are no status of a looked-after child do not replace it. */
static void test_codes_that_do_not_replace_it(void **state) {
    static const char *const codes[] = {"SEC", "DOL", "SO", "SGO", "CAO", "AO"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        struct rules_fixture *f = rules_begin(state);
        tell_care(f, "V4", "full");
        rules_tell(f, arena_printf(f->arena, "a legal_status.changed 2024-02-01T10:00:00Z legal_status=%s action=made",
                                   codes[i]));
        assert_string_equal(status_on(f, "2024-02-01T10:00:00Z"), "V4");
        assert_string_equal(profile_on(f, "2024-02-01T10:00:00Z"), "short_break");
    }
}

/* A change belongs to the period it falls into; the next begins with its own. */
static void test_a_status_does_not_outlive_its_period(void **state) {
    struct rules_fixture *f = rules_begin(state);
    tell_care(f, "V2", "full");
    RULES_TELL(f, "a legal_status.changed 2024-02-01T10:00:00Z legal_status=V4 action=made",
               "x care.ended 2024-03-01T10:00:00Z",
               "y care.started 2024-04-01T10:00:00Z legal_status=V2 arrangement=full");
    assert_string_equal(profile_on(f, "2024-02-29T10:00:00Z"), "short_break");
    assert_string_equal(profile_on(f, "2024-03-01T10:00:00Z"), "none");
    assert_string_equal(profile_on(f, "2024-04-01T10:00:00Z"), "standard");
}

/* Placed for adoption while the placement is A3 to A6, whatever the status. */
static void test_placed_for_adoption(void **state) {
    static const char *const types[] = {"A3", "A4", "A5", "A6"};
    for (size_t i = 0; i < 4; i++) {
        struct rules_fixture *f = rules_begin(state);
        tell_care(f, "V4", "full");
        RULES_TELL(
            f,
            arena_printf(f->arena, "p placement.started 2024-02-01T10:00:00Z placement=P1 placement_type=%s", types[i]),
            "q placement.changed 2024-03-01T10:00:00Z placement=P1 placement_type=U1");
        assert_string_equal(profile_on(f, "2024-02-01T09:59:59Z"), "short_break");
        assert_string_equal(profile_on(f, "2024-02-01T10:00:00Z"), "adoption");
        assert_string_equal(profile_on(f, "2024-02-29T10:00:00Z"), "adoption");
        assert_string_equal(profile_on(f, "2024-03-01T10:00:00Z"), "short_break");
    }
}

/* The parts of a period follow each other without a gap, and no two of one profile stand side by side. */
static void test_parts_of_a_period(void **state) {
    struct rules_fixture *f = rules_begin(state);
    tell_care(f, "C2", "full");
    RULES_TELL(f, "p placement.started 2024-02-01T10:00:00Z placement=P1 placement_type=A3",
               "q placement.started 2024-03-01T10:00:00Z placement=P2 placement_type=A5",
               "r placement.ended 2024-04-01T10:00:00Z placement=P2", "x care.ended 2024-05-01T10:00:00Z");
    const struct history *history = rules_history(f, "2025-01-01T00:00:00Z");
    assert_int_equal(history->n_segments, 3);
    const char *text = "";
    for (size_t i = 0; i < 3; i++)
        text = arena_printf(f->arena, "%s%s %s %s\n", text, profile_name(history->segments[i].profile),
                            rules_occurrence_text(f, history->segments[i].from),
                            rules_occurrence_text(f, history->segments[i].to));
    assert_string_equal(text, "standard 2024-01-01T10:00:00Z 2024-02-01T10:00:00Z\n"
                              "adoption 2024-02-01T10:00:00Z 2024-04-01T10:00:00Z\n"
                              "standard 2024-04-01T10:00:00Z 2024-05-01T10:00:00Z\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_status_and_arrangement),
        cmocka_unit_test(test_a_change_of_status_ends_short_breaks),
        cmocka_unit_test(test_what_an_action_does),
        cmocka_unit_test(test_codes_that_do_not_replace_it),
        cmocka_unit_test(test_a_status_does_not_outlive_its_period),
        cmocka_unit_test(test_placed_for_adoption),
        cmocka_unit_test(test_parts_of_a_period),
    };
    return cmocka_run_group_tests(tests, rules_set_up, rules_tear_down);
}
