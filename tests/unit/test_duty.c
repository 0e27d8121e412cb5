/* Duties: R5, R11, R19 to R27, R30, R35, R36, with the last instant before and the first after. */
#include "rules_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define BORN "b child.registered 2023-01-01 date_of_birth=2014-06-15"
#define CARE "c care.started 2024-01-08T10:00:00Z legal_status=C2 arrangement=full"
#define P1 "p1 placement.started 2024-01-08T10:00:00Z placement=P1 placement_type=U1"
#define VISIT(id, when) id " visit.made " when " kind=statutory seen=true"
#define AT "2026-01-01T00:00:00Z"

static void assert_duties(struct rules_fixture *f, const char *rule, const char *expected) {
    assert_string_equal(rules_duties(f, AT, rule), expected);
}

/* R1: met in time means before due_at; due soon and overdue from their instants. */
static void test_the_life_of_a_duty(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, BORN, CARE);
    assert_string_equal(rules_duties(f, "2024-01-28T23:59:59.999Z", "review-first"),
                        "care:2024-01-08 open 2024-02-06T00:00:00Z\n");
    assert_string_equal(rules_duties(f, "2024-01-29T00:00:00Z", "review-first"),
                        "care:2024-01-08 due_soon 2024-02-06T00:00:00Z\n");
    assert_string_equal(rules_duties(f, "2024-02-05T23:59:59.999Z", "review-first"),
                        "care:2024-01-08 due_soon 2024-02-06T00:00:00Z\n");
    assert_string_equal(rules_duties(f, "2024-02-06T00:00:00Z", "review-first"),
                        "care:2024-01-08 overdue 2024-02-06T00:00:00Z\n");
    rules_tell(f, "r review.held 2024-02-05T23:59:59.999Z review=R1 kind=care");
    assert_duties(f, "review-first", "care:2024-01-08 met 2024-02-06T00:00:00Z met 2024-02-05T23:59:59.999Z\n");
    rules_tell(f, "r2 review.held 2024-02-06T00:00:00Z review=R1 kind=care replaces=r");
    assert_duties(f, "review-first", "care:2024-01-08 met_late 2024-02-06T00:00:00Z met 2024-02-06T00:00:00Z\n");
}

/* R5: with a bare date on either side only the local days are compared. */
static void test_on_the_day_of_the_opening_and_of_the_end(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, BORN, CARE, P1, VISIT("v", "2024-01-08"));
    assert_string_equal(rules_duties(f, AT, "visit-first"), "placement:P1 met 2024-01-16T00:00:00Z met "
                                                            "2024-01-08T00:00:00Z\n");
    f = rules_begin(state);
    RULES_TELL(f, BORN, CARE, P1, VISIT("v", "2024-01-08T09:59:59Z"), "x care.ended 2024-01-20");
    assert_duties(f, "visit-first", "placement:P1 cancelled 2024-01-16T00:00:00Z\n");
    rules_tell(f, "r review.held 2024-01-20T18:00:00Z review=R1 kind=care");
    assert_duties(f, "review-first", "care:2024-01-08 met 2024-02-06T00:00:00Z met 2024-01-20T18:00:00Z\n");
    rules_tell(f, "r2 review.held 2024-01-21 review=R1 kind=care replaces=r");
    assert_duties(f, "review-first", "care:2024-01-08 cancelled 2024-02-06T00:00:00Z\n");
}

/* R24: ended at or before the instant at which it opens is no instance. */
static void test_no_instance(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, BORN, CARE, "x care.ended 2024-01-08T10:00:00.001Z");
    assert_duties(f, "review-first", "care:2024-01-08 cancelled 2024-02-06T00:00:00Z\n");
    rules_tell(f, "y care.ended 2024-01-08T10:00:00Z replaces=x");
    assert_duties(f, NULL, "");
}

/* R11: an opening before the profile runs from the beginning of the profile; not again once a review was held. */
static void test_a_change_of_profile(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, BORN, "c care.started 2024-01-08 legal_status=V4 arrangement=full",
               "l legal_status.changed 2024-03-01T10:00:00Z legal_status=V2 action=made");
    assert_duties(f, "review-first",
                  "care:2024-01-08 overdue 2024-04-02T23:00:00Z\n"); /* 20 working days over Easter */
    rules_tell(f, "r review.held 2024-02-01 review=R1 kind=care");
    assert_duties(f, "review-first", "");
    assert_duties(f, "review-second", "review:R1 overdue 2024-06-01T23:00:00Z\n"); /* from 1 March */
}

/* R11: visits made before the profile began open nothing: the first visit runs anew. */
static void test_visits_before_the_profile(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, BORN, "c care.started 2024-01-08 legal_status=V4 arrangement=full",
               "p1 placement.started 2024-01-08 placement=P1 placement_type=U1", VISIT("v", "2024-02-01"),
               "l legal_status.changed 2024-03-01T10:00:00Z legal_status=V2 action=made");
    assert_duties(f, "visit-first", "placement:P1 overdue 2024-03-09T00:00:00Z\n");
    assert_duties(f, "visit-first-year", "");
}

/* R25: the number given, else the place among the reviews of the period; met by the next, whatever its number. */
static void test_numbers_of_reviews(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, BORN, CARE, "r1 review.held 2024-02-01 review=R1 kind=care",
               "r2 review.held 2024-03-01 review=R2 kind=care",
               "r3 review.held 2024-04-01 review=R3 kind=care number=1",
               "r4 review.held 2024-05-01 review=R4 kind=care number=7");
    assert_duties(f, "review-second",
                  "review:R1 met 2024-05-01T23:00:00Z met 2024-03-01T00:00:00Z\n"
                  "review:R3 met 2024-07-01T23:00:00Z met 2024-04-30T23:00:00Z\n");
    assert_duties(f, "review-subsequent",
                  "review:R2 met 2024-09-01T23:00:00Z met 2024-03-31T23:00:00Z\n"
                  "review:R4 overdue 2024-11-02T00:00:00Z\n");
}

/* R20: statutory and seen, whoever made it. */
static void test_visits_that_count(void **state) {
    static const char *const others[] = {"kind=statutory", "kind=statutory seen=false", "kind=other seen=true"};
    for (size_t i = 0; i < 3; i++) {
        struct rules_fixture *f = rules_begin(state);
        RULES_TELL(f, BORN, CARE, P1, arena_printf(f->arena, "v visit.made 2024-01-10 %s", others[i]));
        assert_duties(f, "visit-first", "placement:P1 overdue 2024-01-16T00:00:00Z\n");
        assert_duties(f, "visit-first-year", "");
    }
}

/* R21: exactly one row opens, the first that matches. */
static void test_rows_of_visits(void **state) {
    static const struct {
        const char *status, *placement, *start, *visit;
    } cases[] = {
        {"C2", "placement_type=U1", "visit-first", "visit-first-year"},
        {"C2", "placement_type=U1 basis=reg24_temporary", "visit-temporary-approval", "visit-temporary-approval"},
        {"C1", "placement_type=P1", "visit-temporary-approval", "visit-temporary-approval"},
        {"C1", "placement_type=U1", "visit-first", "visit-first-year"},
        {"V2", "placement_type=P1 basis=reg19_before_assessment", "visit-parents-before-assessment",
         "visit-parents-before-assessment"},
        {"C2", "placement_type=P1", "visit-order-at-home", "visit-order-at-home"},
        {"V2", "placement_type=P1", "visit-first", "visit-first-year"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rules_fixture *f = rules_begin(state);
        RULES_TELL(
            f, BORN,
            arena_printf(f->arena, "c care.started 2024-01-08T10:00:00Z legal_status=%s arrangement=full",
                         cases[i].status),
            arena_printf(f->arena, "p placement.started 2024-01-08T10:00:00Z placement=P1 %s", cases[i].placement),
            VISIT("v", "2024-01-10"));
        assert_non_null(strstr(rules_duties(f, "2024-01-11T00:00:00Z", cases[i].start), "placement:P1 met"));
        assert_non_null(strstr(rules_duties(f, "2024-01-11T00:00:00Z", cases[i].visit), "visit:2024-01-10"));
    }
}

/* R21: the limit in force at that moment; the first review counts as held from its own moment. R23: 6 weeks from a
 * visit at home. */
static void test_limits_of_visits(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, BORN, "c care.started 2024-01-08T10:00:00Z legal_status=C1 arrangement=full",
               "p placement.started 2024-01-08T10:00:00Z placement=P1 placement_type=P1", VISIT("v1", "2024-01-31"),
               VISIT("v2", "2024-02-01"), "r review.held 2024-02-01 review=R1 kind=care");
    assert_duties(f, "visit-temporary-approval",
                  "placement:P1 met_late 2024-01-16T00:00:00Z met 2024-01-31T00:00:00Z\n"
                  "visit:2024-01-31 met 2024-02-08T00:00:00Z met 2024-02-01T00:00:00Z\n"
                  "visit:2024-02-01 overdue 2024-03-01T00:00:00Z\n");
}

/* R22: the first year runs to the day before the corresponding date. R37: no long-term interval before its law. */
static void test_after_the_first_year(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, BORN, CARE, "p1 placement.started 2024-01-08T10:00:00Z placement=P1 placement_type=U1 long_term=true",
               VISIT("v1", "2025-01-07T23:59:59Z"), VISIT("v2", "2025-01-08T00:00:00Z"));
    assert_duties(f, "visit-first-year", "visit:2025-01-07 met 2025-02-19T00:00:00Z met 2025-01-08T00:00:00Z\n");
    assert_duties(f, "visit-permanent", "visit:2025-01-08 overdue 2025-04-08T23:00:00Z\n");
    rules_tell(f, "q placement.changed 2025-01-08 @2025-01-08T00:00:00Z placement=P1 basis=long_term_foster "
                  "visits_agreed=true");
    assert_duties(f, "visit-long-term-foster", "visit:2025-01-08 overdue 2025-07-08T23:00:00Z\n");
    f = rules_begin(state);
    RULES_TELL(f, BORN, "c care.started 2012-01-08 legal_status=C2 arrangement=full",
               "p1 placement.started 2012-01-08 placement=P1 placement_type=U1 long_term=true basis=long_term_foster",
               "q placement.changed 2012-01-09 placement=P1 visits_agreed=true", VISIT("v1", "2015-03-31"));
    assert_duties(f, "visit-permanent", "visit:2015-03-31 overdue 2015-06-30T23:00:00Z\n");
    rules_tell(f, VISIT("v2", "2015-04-01"));
    assert_duties(f, "visit-long-term-foster", "visit:2015-04-01 overdue 2015-10-01T23:00:00Z\n");
}

/* R23: an order made during a placement with parents, strictly after its start, opens its own duty beside the other. */
static void test_an_order_at_home(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, BORN, "c care.started 2024-01-08T10:00:00Z legal_status=V2 arrangement=full",
               "p placement.started 2024-01-08T10:00:00Z placement=P1 placement_type=P1",
               "l legal_status.changed 2024-01-08T10:00:00Z legal_status=C2 action=made");
    assert_duties(f, "visit-order-at-home", "placement:P1 overdue 2024-01-16T00:00:00Z\n");
    rules_tell(f, "m legal_status.changed 2024-01-08T10:00:00.001Z legal_status=C2 action=made");
    assert_duties(f, "visit-order-at-home",
                  "order:2024-01-08.2 overdue 2024-01-16T00:00:00Z\nplacement:P1 overdue 2024-01-16T00:00:00Z\n");
    rules_tell(f, VISIT("v", "2024-01-10"));
    assert_duties(f, "visit-order-at-home",
                  "order:2024-01-08.2 met 2024-01-16T00:00:00Z met 2024-01-10T00:00:00Z\n"
                  "placement:P1 met 2024-01-16T00:00:00Z met 2024-01-10T00:00:00Z\n"
                  "visit:2024-01-10 overdue 2024-02-22T00:00:00Z\n");
}

/* R14, R15: visits during a stay count for the placement below; the same carer brings no first visit. */
static void test_stays_and_the_same_carer(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, BORN, CARE, P1, "s placement.started 2024-01-12T10:00:00Z placement=S1 placement_type=T0",
               VISIT("v", "2024-01-13"),
               "p2 placement.started 2024-02-01T10:00:00Z placement=P2 placement_type=U4 same_carer=true");
    assert_duties(f, "visit-first", "placement:P1 met 2024-01-16T00:00:00Z met 2024-01-13T00:00:00Z\n");
    assert_duties(f, "visit-first-year", "visit:2024-01-13 overdue 2024-02-25T00:00:00Z\n");
}

/* R26: in the three months before entry, from the corresponding date on; R27: that one then opens the review. */
static void test_an_assessment_before_entry(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, BORN, CARE, "h health_assessment.completed 2023-10-07 kind=review");
    assert_duties(f, "iha", "care:2024-01-08 overdue 2024-02-06T00:00:00Z\n");
    assert_duties(f, "rha-5-and-over", "");
    rules_tell(f, "i health_assessment.completed 2023-10-08 kind=review");
    assert_duties(f, "iha", "");
    assert_duties(f, "rha-5-and-over", "health:2023-10-08 overdue 2024-10-08T23:00:00Z\n");
}

/* R26: a refused initial assessment meets it; R47: also one without a report or assessor. */
static void test_what_meets_the_initial_assessment(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, BORN, CARE, "h health_assessment.completed 2024-01-20 kind=review");
    assert_duties(f, "iha", "care:2024-01-08 overdue 2024-02-06T00:00:00Z\n");
    rules_tell(f, "i health_assessment.refused 2024-01-25 kind=initial");
    assert_duties(f, "iha", "care:2024-01-08 met 2024-02-06T00:00:00Z met 2024-01-25T00:00:00Z\n");
    rules_tell(f, "j health_assessment.completed 2024-01-24 kind=initial");
    assert_duties(f, "iha", "care:2024-01-08 met 2024-02-06T00:00:00Z met 2024-01-24T00:00:00Z\n");
}

/* R27: by age on the opening day; six months on before the fifth birthday, on it, and the birthday itself. */
static void test_ages_of_health_assessments(void **state) {
    static const struct {
        const char *born, *expected;
    } cases[] = {
        {"2019-08-02", "rha-under-5 health:2024-02-01 overdue 2024-08-01T23:00:00Z\n"},
        {"2019-08-01", "rha-turning-5 health:2024-02-01 overdue 2025-02-02T00:00:00Z\n"},
        {"2019-02-02", "rha-turning-5 health:2024-02-01 overdue 2025-02-02T00:00:00Z\n"},
        {"2019-02-01", "rha-5-and-over health:2024-02-01 overdue 2025-02-02T00:00:00Z\n"},
    };
    for (size_t i = 0; i < 4; i++) {
        struct rules_fixture *f = rules_begin(state);
        RULES_TELL(f, arena_printf(f->arena, "b child.registered 2023-01-01 date_of_birth=%s", cases[i].born), CARE,
                   "h health_assessment.completed 2024-02-01 kind=initial");
        assert_non_null(strstr(rules_duties(f, AT, NULL), cases[i].expected));
    }
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, CARE, "h health_assessment.completed 2024-02-01 kind=initial");
    assert_duties(f, "rha-under-5", "health:2024-02-01 unknown -\n");
}

/* R30: for every end, in care or not; a refusal counts with an offer of the same episode on or before it. */
static void test_return_interviews(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, "a missing.ended 2024-03-30T10:00:00Z episode=M1",
               "b missing.ended 2024-03-30T10:00:00Z episode=M2 outcome=turned_18",
               "d missing.ended 2024-03-30T10:00:00Z episode=M3 outcome=left_care");
    assert_duties(f, "return-interview", "missing:M1 overdue 2024-04-02T10:00:00Z\n");
    rules_tell(f, "e return_interview.declined 2024-03-31T10:00:00Z episode=M1");
    assert_duties(f, "return-interview", "missing:M1 overdue 2024-04-02T10:00:00Z\n");
    rules_tell(f, "f return_interview.offered 2024-03-31T10:00:00.001Z episode=M1");
    assert_duties(f, "return-interview", "missing:M1 overdue 2024-04-02T10:00:00Z\n");
    rules_tell(f, "g return_interview.offered 2024-03-31T10:00:00Z episode=M1");
    assert_duties(f, "return-interview", "missing:M1 met 2024-04-02T10:00:00Z met 2024-03-31T10:00:00Z\n");
    rules_tell(f, "h return_interview.completed 2024-03-30 episode=M1"); /* R5: on the day of return */
    assert_duties(f, "return-interview", "missing:M1 met 2024-04-02T10:00:00Z met 2024-03-30T00:00:00Z\n");
}

/* R35: the first stay opens them; a visit before it opens the later duty too; they do not end with a stay. */
static void test_short_breaks(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, BORN, "c care.started 2024-01-08T10:00:00Z legal_status=V4 arrangement=short_break",
               VISIT("v", "2024-01-15"), "s1 placement.started 2024-02-01T10:00:00Z placement=S1 placement_type=U1",
               "e1 placement.ended 2024-02-03T10:00:00Z placement=S1",
               "s2 placement.started 2024-03-01T10:00:00Z placement=S2 placement_type=U1",
               "r review.held 2024-04-01 review=R1 kind=short_break");
    assert_duties(f, NULL,
                  "review-short-break-first placement:S1 met 2024-05-01T23:00:00Z met 2024-03-31T23:00:00Z\n"
                  "review-short-break-subsequent review:R1 overdue 2024-10-01T23:00:00Z\n"
                  "visit-short-break-first placement:S1 overdue 2024-05-01T23:00:00Z\n"
                  "visit-short-break-subsequent visit:2024-01-15 overdue 2024-07-15T23:00:00Z\n");
    rules_tell(f, "x care.ended 2024-04-10T10:00:00Z");
    assert_duties(f, "visit-short-break-first", "placement:S1 cancelled 2024-05-01T23:00:00Z\n");
}

/* R11, R35: a stay that began before the profile opens them from its beginning, if it still goes on. */
static void test_a_stay_in_progress(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, BORN, CARE, P1, "l legal_status.changed 2024-03-01T10:00:00Z legal_status=V4 action=made",
               "m legal_status.changed 2024-03-01T10:00:00Z legal_status=C2 action=revoked",
               "e placement.ended 2024-03-01T10:00:00Z placement=P1");
    assert_duties(f, "review-short-break-first", "");
    rules_tell(f, "g placement.ended 2024-03-01T10:00:00.001Z placement=P1 replaces=e");
    assert_duties(f, "review-short-break-first", "placement:P1 overdue 2024-06-01T23:00:00Z\n");
}

/* R36: from the beginning of the placement, ended by the order; the interval of the latest plan after the first review,
 * without one unset. */
static void test_adoption(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, BORN, CARE, "p placement.started 2024-02-01T10:00:00Z placement=A placement_type=A3",
               VISIT("v1", "2024-02-05"), "r1 review.held 2024-02-20 review=R1 kind=adoption",
               VISIT("v2", "2024-02-21"), "k care_plan.agreed 2024-02-22 visit_interval_days=30",
               VISIT("v3", "2024-02-23"), "r2 review.held 2024-04-20 review=R2 kind=adoption",
               "o adoption.progressed 2024-05-01 stage=order_granted");
    assert_duties(f, "review-adoption-placed-first", "placement:A met 2024-03-01T00:00:00Z met 2024-02-20T00:00:00Z\n");
    assert_duties(f, "review-adoption-placed-second", "review:R1 met 2024-05-20T23:00:00Z met 2024-04-19T23:00:00Z\n");
    assert_duties(f, "review-adoption-placed-subsequent", "review:R2 cancelled 2024-10-20T23:00:00Z\n");
    assert_duties(f, "visit-adoption-first", "placement:A met 2024-02-09T00:00:00Z met 2024-02-05T00:00:00Z\n");
    assert_duties(f, "visit-adoption-subsequent",
                  "visit:2024-02-05 met_late 2024-02-13T00:00:00Z met 2024-02-21T00:00:00Z\n"
                  "visit:2024-02-21 met - met 2024-02-23T00:00:00Z\n"
                  "visit:2024-02-23 cancelled 2024-03-25T00:00:00Z\n");
}

/* R19: the date of the first record of the chain; the second of a date gets .2 by recording, not by time of day. */
static void test_anchors(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, BORN, CARE, P1, "v1 visit.made 2024-01-10T15:00:00Z @2024-01-10T16:00:00Z kind=statutory seen=true",
               "v2 visit.made 2024-01-10T11:00:00Z @2024-01-11T16:00:00Z kind=statutory seen=true",
               "v3 visit.made 2024-01-12 @2024-01-12T16:00:00Z kind=statutory seen=true",
               "v4 visit.made 2024-01-13 @2024-01-14T16:00:00Z kind=statutory seen=true replaces=v3",
               "v5 visit.made 2024-01-10 @2024-01-15T16:00:00Z kind=statutory"); /* does not count */
    assert_duties(f, "visit-first-year",
                  "visit:2024-01-10 met 2024-02-22T00:00:00Z met 2024-01-13T00:00:00Z\n"
                  "visit:2024-01-10.2 met 2024-02-22T00:00:00Z met 2024-01-10T15:00:00Z\n"
                  "visit:2024-01-12 overdue 2024-02-25T00:00:00Z\n");
}

/* R19: where one anchor would name two, a bare-date visit on the day of a move, the later placement's stands. */
static void test_one_anchor_for_two_placements(void **state) {
    struct rules_fixture *f = rules_begin(state);
    RULES_TELL(f, BORN, CARE, P1, "p2 placement.started 2024-02-01T10:00:00Z placement=P2 placement_type=U4",
               VISIT("v", "2024-02-01"));
    assert_duties(f, "visit-first",
                  "placement:P1 met_late 2024-01-16T00:00:00Z met 2024-02-01T00:00:00Z\n"
                  "placement:P2 met 2024-02-09T00:00:00Z met 2024-02-01T00:00:00Z\n");
    assert_duties(f, "visit-first-year", "visit:2024-02-01 overdue 2024-03-15T00:00:00Z\n"); /* that of P1 ended */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_life_of_a_duty),
        cmocka_unit_test(test_on_the_day_of_the_opening_and_of_the_end),
        cmocka_unit_test(test_no_instance),
        cmocka_unit_test(test_a_change_of_profile),
        cmocka_unit_test(test_visits_before_the_profile),
        cmocka_unit_test(test_numbers_of_reviews),
        cmocka_unit_test(test_visits_that_count),
        cmocka_unit_test(test_rows_of_visits),
        cmocka_unit_test(test_limits_of_visits),
        cmocka_unit_test(test_after_the_first_year),
        cmocka_unit_test(test_an_order_at_home),
        cmocka_unit_test(test_stays_and_the_same_carer),
        cmocka_unit_test(test_an_assessment_before_entry),
        cmocka_unit_test(test_what_meets_the_initial_assessment),
        cmocka_unit_test(test_ages_of_health_assessments),
        cmocka_unit_test(test_return_interviews),
        cmocka_unit_test(test_short_breaks),
        cmocka_unit_test(test_a_stay_in_progress),
        cmocka_unit_test(test_adoption),
        cmocka_unit_test(test_anchors),
        cmocka_unit_test(test_one_anchor_for_two_placements),
    };
    return cmocka_run_group_tests(tests, rules_set_up_core, rules_tear_down);
}
