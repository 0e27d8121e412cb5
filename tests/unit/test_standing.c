/* Which records stand: chains of corrections, voids, repeated references, what has not happened yet. */
#include "standing.h"

#include "rules_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* The ids of what stands at an instant, in the order of occurrence, without the voids. */
static const char *standing(struct rules_fixture *f, const char *at) {
    const struct history *history = rules_history(f, at);
    const char *text = "";
    for (size_t i = 0; i < history->count; i++)
        if (!history->standings[i].fact->type->control)
            text = arena_printf(f->arena, "%s%s%s", text, *text != '\0' ? " " : "", history->standings[i].fact->id);
    return text;
}

#define VISIT_1 "v1 visit.made 2024-01-10 @2024-01-10T12:00:00Z"
#define VISIT_2 "v2 visit.made 2024-01-11 @2024-01-12T12:00:00Z replaces=v1"
#define VISIT_3 "v3 visit.made 2024-01-12 @2024-01-14T12:00:00Z replaces=v2"

/* R7: each counts from its time. */
static void test_a_chain_of_corrections(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, VISIT_3, VISIT_1, VISIT_2);
    assert_string_equal(standing(f, "2024-01-12T11:59:59Z"), "v1");
    assert_string_equal(standing(f, "2024-01-12T12:00:00Z"), "v2");
    assert_string_equal(standing(f, "2024-01-14T11:59:59Z"), "v2");
    assert_string_equal(standing(f, "2024-01-14T12:00:00Z"), "v3");
}

/* R7: whichever comes first, also two that correct the same record. */
static void test_two_corrections_of_one_record(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "b visit.made 2024-01-12 @2024-01-14T12:00:00Z replaces=v1",
               "a visit.made 2024-01-11 @2024-01-13T12:00:00Z replaces=v1", VISIT_1);
    assert_string_equal(standing(f, "2024-01-13T12:00:00Z"), "a");
    assert_string_equal(standing(f, "2024-01-14T12:00:00Z"), "b");
}

/* R6, R7: voiding the last brings back the one before it, not the first. */
static void test_a_void_of_the_last_of_a_chain(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, VISIT_1, VISIT_2, VISIT_3, "x record.voided 2024-01-20 @2024-01-20T12:00:00Z target=v3");
    assert_string_equal(standing(f, "2024-01-20T11:59:59Z"), "v3");
    assert_string_equal(standing(f, "2024-01-20T12:00:00Z"), "v2");
}

/* R7: voiding a correction in the middle changes nothing, and never brings back the first. */
static void test_a_void_in_the_middle_of_a_chain(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, VISIT_1, VISIT_2, VISIT_3, "x record.voided 2024-01-20 @2024-01-20T12:00:00Z target=v2");
    assert_string_equal(standing(f, "2024-01-20T12:00:00Z"), "v3");
    rules_tell(f, "y record.voided 2024-01-21 @2024-01-21T12:00:00Z target=v3");
    assert_string_equal(standing(f, "2024-01-21T12:00:00Z"), "v1");
}

/* R7: also through a voided record, and although the replacement was recorded first. */
static void test_a_replacement_through_a_voided_one(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "v3 visit.made 2024-01-12 @2024-01-12T12:00:00Z replaces=v2",
               "v2 visit.made 2024-01-11 @2024-01-13T12:00:00Z replaces=v1",
               "v1 visit.made 2024-01-10 @2024-01-14T12:00:00Z",
               "x record.voided 2024-01-15 @2024-01-15T12:00:00Z target=v2");
    assert_string_equal(standing(f, "2024-01-14T12:00:00Z"), "v3");
    assert_string_equal(standing(f, "2024-01-15T12:00:00Z"), "v3");
}

/* R6: a void counts from its time on, although it was taken before what it voids. */
static void test_a_void_that_comes_first(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "x record.voided 2024-01-09 @2024-01-09T12:00:00Z target=v1", VISIT_1);
    assert_string_equal(standing(f, "2024-01-10T12:00:00Z"), "");
}

/* R6: a void is an event that can be voided, and corrected. */
static void test_a_void_of_a_void(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, VISIT_1, "x record.voided 2024-01-20 @2024-01-20T12:00:00Z target=v1",
               "y record.voided 2024-01-21 @2024-01-21T12:00:00Z target=x",
               "z record.voided 2024-01-22 @2024-01-22T12:00:00Z target=y");
    assert_string_equal(standing(f, "2024-01-20T12:00:00Z"), "");
    assert_string_equal(standing(f, "2024-01-21T12:00:00Z"), "v1");
    assert_string_equal(standing(f, "2024-01-22T12:00:00Z"), "");
}

static void test_a_corrected_void_voids_something_else(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, VISIT_1, "w visit.made 2024-01-11 @2024-01-11T12:00:00Z",
               "x record.voided 2024-01-20 @2024-01-20T12:00:00Z target=v1",
               "y record.voided 2024-01-21 @2024-01-21T12:00:00Z target=w replaces=x");
    assert_string_equal(standing(f, "2024-01-20T12:00:00Z"), "w");
    assert_string_equal(standing(f, "2024-01-21T12:00:00Z"), "v1");
}

/* A ring of voids has no right answer, but always the same: it is broken at the one recorded first. */
static void test_a_ring_of_voids(void **state) {
    static const char *const lines[] = {VISIT_1, "x record.voided 2024-01-20 @2024-01-20T12:00:00Z target=y",
                                        "y record.voided 2024-01-21 @2024-01-21T12:00:00Z target=x",
                                        "z record.voided 2024-01-22 @2024-01-22T12:00:00Z target=v1"};
    const char *first = NULL;
    for (size_t turn = 0; turn < 4; turn++) {
        struct rules_fixture *f = rules_begin(state);
        for (size_t i = 0; i < 4; i++)
            rules_tell(f, lines[(i + turn) % 4]);
        const struct history *history = rules_history(f, "2024-01-23T00:00:00Z");
        const char *last = history->standings[history->count - 1].fact->id;
        if (first == NULL)
            first = strcmp(last, "z") == 0 ? "z" : "?";
        assert_string_equal(last, first);
        assert_int_equal(history->count, 2); /* one of x and y, and z */
    }
}

/* R4: what is not there cannot be voided or replaced. */
static void test_links_to_nothing_and_to_itself(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, VISIT_2, "w visit.made 2024-01-12 replaces=w", "x record.voided 2024-01-20 target=nobody",
               "y record.voided 2024-01-20 target=y");
    assert_string_equal(standing(f, "2024-02-01T00:00:00Z"), "v2 w");
}

/* R8: of several with the same reference and type the one recorded last stands, whenever it happened. */
static void test_a_reference_recorded_twice(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "p1 placement.started 2024-01-10 @2024-01-15T12:00:00Z placement=P1",
               "p2 placement.started 2024-01-12 @2024-01-14T12:00:00Z placement=P1",
               "e1 placement.ended 2024-02-01 @2024-02-01T12:00:00Z placement=P1");
    assert_string_equal(standing(f, "2024-01-14T12:00:00Z"), "p2");
    assert_string_equal(standing(f, "2024-01-15T12:00:00Z"), "p1");
    assert_string_equal(standing(f, "2024-03-01T00:00:00Z"), "p1 e1");
}

/* R8 leaves chains alone: of one chain and another record the one recorded last of what stands. */
static void test_a_reference_and_a_chain(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "r1 review.held 2024-01-10 @2024-01-10T12:00:00Z review=R1 kind=care",
               "r2 review.held 2024-01-11 @2024-01-16T12:00:00Z review=R1 kind=care replaces=r1",
               "r3 review.held 2024-01-12 @2024-01-14T12:00:00Z review=R1 kind=care");
    assert_string_equal(standing(f, "2024-01-14T12:00:00Z"), "r3");
    assert_string_equal(standing(f, "2024-01-16T12:00:00Z"), "r2");
}

/* R16: what is recorded before it happens becomes true at its own instant. */
static void test_what_has_not_happened_yet(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "v1 visit.made 2024-01-20T10:00:00Z @2024-01-10T12:00:00Z");
    assert_string_equal(standing(f, "2024-01-20T09:59:59.999Z"), "");
    assert_string_equal(standing(f, "2024-01-20T10:00:00Z"), "v1");
    const struct history *history = rules_history(f, "2024-01-05T00:00:00Z");
    assert_string_equal(rules_instant_text(f, history->moment->next), "2024-01-10T12:00:00Z");
    history = rules_history(f, "2024-01-10T12:00:00Z");
    assert_string_equal(rules_instant_text(f, history->moment->next), "2024-01-20T10:00:00Z");
}

/* R19: anchors are named after the first record of the chain. */
static void test_the_first_record_of_a_chain(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, VISIT_3, VISIT_2, VISIT_1);
    const struct history *history = rules_history(f, "2024-02-01T00:00:00Z");
    assert_int_equal(history->count, 1);
    assert_string_equal(history->standings[0].fact->id, "v3");
    assert_string_equal(history->standings[0].first->id, "v1");
}

/* At one instant the order is that of recording: time, then source, then id. */
static void test_the_order_of_one_instant(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "c visit.made 2024-01-10 @2024-01-10T12:00:00Z", "b visit.made 2024-01-10 @2024-01-11T12:00:00Z",
               "a visit.made 2024-01-10 @2024-01-11T12:00:00Z", "d visit.made 2024-01-09 @2024-01-12T12:00:00Z");
    assert_string_equal(standing(f, "2024-02-01T00:00:00Z"), "d c a b");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_chain_of_corrections),
        cmocka_unit_test(test_two_corrections_of_one_record),
        cmocka_unit_test(test_a_void_of_the_last_of_a_chain),
        cmocka_unit_test(test_a_void_in_the_middle_of_a_chain),
        cmocka_unit_test(test_a_replacement_through_a_voided_one),
        cmocka_unit_test(test_a_void_that_comes_first),
        cmocka_unit_test(test_a_void_of_a_void),
        cmocka_unit_test(test_a_corrected_void_voids_something_else),
        cmocka_unit_test(test_a_ring_of_voids),
        cmocka_unit_test(test_links_to_nothing_and_to_itself),
        cmocka_unit_test(test_a_reference_recorded_twice),
        cmocka_unit_test(test_a_reference_and_a_chain),
        cmocka_unit_test(test_what_has_not_happened_yet),
        cmocka_unit_test(test_the_first_record_of_a_chain),
        cmocka_unit_test(test_the_order_of_one_instant),
    };
    return cmocka_run_group_tests(tests, rules_set_up, rules_tear_down);
}
